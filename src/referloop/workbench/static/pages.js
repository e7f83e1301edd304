// Pages of a document by key, and printing: each key follows a link that is there without it too.

const steps = { ArrowLeft: "before", ArrowRight: "next", "+": "larger", "-": "smaller" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  const link = steps[event.key] && document.querySelector(`[data-page="${steps[event.key]}"]`);
  const leaf = document.querySelector(".leaf");
  const scrolls = event.key.startsWith("Arrow") && leaf?.contains(document.activeElement) && leaf.scrollWidth > leaf.clientWidth;
  if (!link || scrolls || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  link.click();
});

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
