// Beside a list: the referral of the row one stands on. It waits until one has stopped there.

const place = document.querySelector("#preview");
const kept = new Map();
let wanted = "";
let waiting = 0;

async function show(address) {
  if (!kept.has(address)) {
    const answer = await fetch(address, { headers: { accept: "text/html" } }).catch(() => null);
    if (answer?.redirected) { location.reload(); return; } // signed out meanwhile
    if (!answer?.ok) return;
    kept.set(address, await answer.text());
  }
  if (address !== wanted) return;
  place.innerHTML = kept.get(address);
  place.scrollTop = 0;
}

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-preview-of]");
  if (!place || !row || row.dataset.previewOf === wanted || !place.checkVisibility()) return;
  wanted = row.dataset.previewOf;
  clearTimeout(waiting);
  waiting = setTimeout(() => show(wanted), 180);
});
