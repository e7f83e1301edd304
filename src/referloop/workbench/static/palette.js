// The command palette: what can be done on this page first, then every place of the rail.

const palette = document.querySelector("#palette");
const list = document.querySelector("#palette-list");
const text = document.querySelector("#palette-text");
const nothing = document.querySelector("#palette-nothing");
let offered = [];
let chosen = 0;

export function openPalette() {
  if (!palette) return;
  text.value = "";
  show();
  palette.showModal();
}

function commands() {
  const marked = [...document.querySelectorAll("[data-command]")];
  const [here, around] = [true, false].map((wanted) => marked.filter((each) => !!each.closest("main") === wanted).map(act));
  const places = [...document.querySelectorAll(".rail a")].map((each) => ({ words: `Go to ${each.textContent.trim()}`, run: () => each.click() }));
  const themes = ["light", "dark"].map((each) => ({ words: `Use the ${each} theme`, run: () => wear(each) }));
  const next = [...here].sort((one, other) => other.next - one.next);
  return [...next, ...places, ...around, ...themes];
}

const act = (each) => ({ words: each.dataset.command, next: each.dataset.key === "n", run: () => (each.matches("details") ? (each.open = true, each.scrollIntoView()) : each.click()) });

function wear(theme) {
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=strict`;
}

// Each word that was typed has to be there, in any order.
function show() {
  const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
  offered = commands().filter((each) => words.every((word) => each.words.toLowerCase().includes(word))).slice(0, 12);
  chosen = 0;
  list.replaceChildren(...offered.map((each, place) => {
    const item = document.createElement("li");
    item.textContent = each.words;
    item.role = "option";
    item.id = `command-${place}`;
    item.addEventListener("click", () => { palette.close(); each.run(); });
    return item;
  }));
  list.hidden = !offered.length;
  nothing.textContent = offered.length ? "" : "Nothing here is called that. Patients and referrals are found with /.";
  mark();
}

function mark() {
  [...list.children].forEach((each, place) => each.setAttribute("aria-selected", String(place === chosen)));
  if (offered.length) text.setAttribute("aria-activedescendant", `command-${chosen}`);
  else text.removeAttribute("aria-activedescendant");
}

text?.addEventListener("input", show);
text?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    chosen = (chosen + step + offered.length) % Math.max(offered.length, 1);
    mark();
  } else if (event.key === "Enter" && offered[chosen]) {
    event.preventDefault();
    palette.close();
    offered[chosen].run();
  }
});
