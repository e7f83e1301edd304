// Keys, the command palette, and news that waits to be let in. Pages work without any of it.

import { isLocked, lock } from "./lock.js";
import "./lookup.js";
import "./passkeys.js";
import "./beside.js";
import "./pages.js";
import "./drafts.js";
import "./busy.js";
import { openPalette } from "./palette.js";

const typing = (target) => target.closest("input, select, textarea, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-row]")];
let at = -1;
let chord = "";

function stand(next) {
  const all = rows();
  if (!all.length) return;
  all[at]?.classList.remove("at");
  at = Math.max(0, Math.min(all.length - 1, next));
  all[at].classList.add("at");
  const link = all[at].querySelector("[data-open]") ?? all[at].querySelector("a, button");
  link?.focus({ preventScroll: true });
  all[at].scrollIntoView({ block: "nearest" });
}

const press = (selector) => {
  const found = document.querySelector(selector);
  if (!found) return false;
  if (found.matches("input, select, textarea")) found.focus();
  else found.click();
  return true;
};

const inRow = (selector) => {
  const found = rows()[at]?.querySelector(selector);
  found?.click();
  return !!found;
};

const keys = {
  j: () => stand(at + 1),
  k: () => stand(at - 1),
  x: () => rows()[at]?.querySelector("[type=checkbox]")?.click(),
  n: () => inRow(".act-on") || press("[data-key=n]"),
  c: () => press("[data-key=c]"),
  a: () => press("[data-key=a]"),
  s: () => inRow("[data-aside]") || press("[data-key=s]"),
  u: () => press("[data-key=u]"),
  e: () => press("[data-key=e]"),
  w: () => press("[data-key=w]"),
  ".": () => openPalette(),
  "/": () => press("#find"),
  "?": () => document.querySelector("#keys")?.showModal(),
  g: () => { chord = "g"; setTimeout(() => { chord = ""; }, 1200); },
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (isLocked() || document.querySelector("dialog[open]")) return;
  if (chord === "g") {
    chord = "";
    if (press(`[data-go="${CSS.escape(event.key)}"]`)) event.preventDefault();
    return;
  }
  const number = /^[1-9]$/.test(event.key) && press(`[data-key="${event.key}"]`);
  if (number) { event.preventDefault(); return; }
  if (Object.hasOwn(keys, event.key)) {
    event.preventDefault();
    keys[event.key]();
  }
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row) return;
  rows()[at]?.classList.remove("at");
  at = rows().indexOf(row);
  row.classList.add("at");
});

// News: ask cheaply whether the board changed; the page stays as it is until somebody lets the change in.
const news = document.querySelector("[data-news]");
const version = document.body.dataset.version;
const others = document.querySelector("[data-others]");
let writing = false;
document.querySelector("#do form")?.addEventListener("input", () => { writing = true; });
if (news && version) {
  setInterval(async () => {
    if (document.hidden || isLocked() || !news.hidden) return;
    const answer = await fetch(`/version?at=${encodeURIComponent(location.pathname)}${writing ? "&writing=1" : ""}`, { headers: { accept: "application/json" } }).catch(() => null);
    if (answer?.redirected) { lock(); return; } // signed out meanwhile: show no patient any longer
    if (!answer?.ok) return;
    const said = await answer.json();
    if (said.version !== version) news.hidden = false;
    if (others && said.others !== undefined) {
      others.hidden = !said.others;
      if (others.lastElementChild.textContent !== said.others) others.lastElementChild.textContent = said.others;
    }
  }, 8000);
  news.querySelector("[data-let-in]").addEventListener("click", () => location.reload());
}

// What a form still misses is said while it is filled in.
for (const told of document.querySelectorAll("[data-missing]")) {
  const form = told.closest("form");
  const needed = told.dataset.missing.split(";").map((each) => each.split("=")).map(([name, fields]) => [name, fields.split(" ")]);
  const filled = (field) => !form.elements[field] || form.elements[field].value.trim();
  const tell = () => {
    const missing = needed.filter(([, fields]) => !fields.every(filled)).map(([name]) => name);
    told.textContent = missing.length ? `Still missing: ${missing.join(", ")}.` : "Complete.";
  };
  form.addEventListener("input", tell);
  tell();
}

// A file that is too large is said before it is sent.
for (const input of document.querySelectorAll("input[data-most]")) {
  input.addEventListener("change", () => {
    const most = Number(input.dataset.most);
    const over = [...input.files].some((each) => each.size > most);
    input.setCustomValidity(over ? `This file has more than ${most / 1e6} MB. Send it in parts, or scanned with fewer dots to the inch.` : "");
    input.reportValidity();
  });
}

// On a phone the rail is wider than the screen: where one is has to be in sight.
const rail = document.querySelector(".rail");
const place = rail?.querySelector("[aria-current]");
if (place) rail.scrollLeft = place.offsetLeft - (rail.clientWidth - place.offsetWidth) / 2;

// Going to the address's fragment takes the focus away again, so it is given once more afterwards.
const begin = () => { if (document.activeElement === document.body) document.querySelector("[data-focus]")?.focus({ preventScroll: !!location.hash }); };
begin();
addEventListener("load", () => setTimeout(begin));

// Who said so, behind every value, until it is hidden again.
const saidBy = document.querySelector("[data-said-by]");
saidBy?.addEventListener("click", () => {
  const shown = document.body.toggleAttribute("data-sources");
  saidBy.setAttribute("aria-pressed", String(shown));
});
