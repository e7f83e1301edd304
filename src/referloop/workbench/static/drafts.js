// Half-finished forms survive: kept in this tab alone until they are sent, left, or somebody signs out.

const NEVER = ["hidden", "file", "password", "submit", "button"];

for (const form of document.querySelectorAll("form[data-keep]")) {
  const name = `form ${location.pathname} ${form.dataset.keep}`;
  const fields = [...form.elements].filter((each) => each.name && !NEVER.includes(each.type));
  const kept = JSON.parse(sessionStorage.getItem(name) ?? "null");
  if (kept && putBack(fields, kept)) told(form, () => { sessionStorage.removeItem(name); location.reload(); });
  form.addEventListener("input", () => sessionStorage.setItem(name, JSON.stringify(fields.map(said))));
  form.addEventListener("submit", () => sessionStorage.removeItem(name));
  form.querySelector("[data-leave]")?.addEventListener("click", () => sessionStorage.removeItem(name));
}

document.querySelector("form[action='/sign-out']")?.addEventListener("submit", () => sessionStorage.clear());

function ticks(each) {
  return ["checkbox", "radio"].includes(each.type);
}

function said(each) {
  return [each.name, ticks(each) ? each.value : "", ticks(each) ? each.checked : each.value];
}

// Whether anything is other than the page came with; a field that the page no longer has is left out.
function putBack(fields, kept) {
  let changed = false;
  const left = [...kept];
  for (const each of fields) {
    const place = left.findIndex(([name, value]) => name === each.name && value === (ticks(each) ? each.value : ""));
    if (place < 0) continue;
    const [[, , was]] = left.splice(place, 1);
    const at = ticks(each) ? "checked" : "value";
    if (each[at] === was) continue;
    each[at] = was;
    changed = true;
    const around = each.closest("details");
    if (around) around.open = true;
  }
  return changed;
}

function told(form, empty) {
  const line = document.createElement("p");
  const again = document.createElement("button");
  line.className = "hint";
  line.setAttribute("role", "status");
  line.textContent = "What you typed here before is still there. ";
  again.type = "button";
  again.className = "small plain";
  again.textContent = "Begin anew";
  again.addEventListener("click", empty);
  line.append(again);
  form.prepend(line);
}
