// A session that ended while a page lay open: the page is taken away, one signs in at its place, and it is as it was.

const SIGN_IN = "/sign-in?next=/account/back";
const { who } = document.body.dataset;
let away = null;

export const isLocked = () => away !== null;

export async function lock() {
  if (isLocked()) return;
  document.querySelectorAll("dialog[open]").forEach((each) => each.close());
  const page = [...document.body.children];
  away = { page, title: document.title, focus: document.activeElement };
  page.forEach((each) => each.remove()); // out of the document: what nobody may read is not only covered
  document.title = "Locked · Referloop";
  await take(await fetch(SIGN_IN).catch(() => null));
}

async function take(answer) {
  if (!answer?.ok) {
    show(panel("The desk cannot be reached", "Nothing you typed is lost. Try again when you are connected."));
    return;
  }
  const read = new DOMParser().parseFromString(await answer.text(), "text/html");
  const back = read.querySelector("[data-back]");
  if (back) return returned(back);
  if (read.body.dataset.who) return take(await fetch("/account/back").catch(() => null)); // a passkey led to the first page
  const main = read.querySelector("main");
  for (const form of main.querySelectorAll("form")) form.action = new URL(form.getAttribute("action") ?? answer.url, answer.url);
  const known = [...document.querySelectorAll("link[rel=stylesheet]")].map((each) => each.href);
  document.head.append(...[...read.querySelectorAll("link[rel=stylesheet]")].filter((each) => !known.includes(each.href)));
  const options = read.querySelector("#js_data");
  if (options && !main.contains(options)) main.append(options);
  show(main);
}

function show(main) {
  const lead = document.createElement("p");
  lead.className = "notice";
  lead.setAttribute("role", "status");
  lead.textContent = "This page is locked, because nobody worked here for a while or the session ended. Sign in, and it is as you left it.";
  main.prepend(lead);
  main.classList.add("plain", "locked");
  document.body.replaceChildren(main);
  (main.querySelector("[autofocus], input:not([type=hidden])") ?? main.querySelector("button"))?.focus();
}

function panel(title, words) {
  const main = document.createElement("main");
  const [head, says, again] = ["h1", "p", "button"].map((name) => document.createElement(name));
  head.textContent = title;
  says.textContent = words;
  again.textContent = "Try again";
  again.addEventListener("click", async () => take(await fetch(SIGN_IN).catch(() => null)));
  main.append(head, says, again);
  return main;
}

function returned(back) {
  if (back.dataset.back !== who) { // somebody else: nothing of the one before is left
    location.assign("/");
    return;
  }
  const token = back.querySelector("[name=csrfmiddlewaretoken]").value;
  document.body.replaceChildren(...away.page);
  document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((each) => { each.value = token; });
  document.title = away.title;
  const { focus } = away;
  away = null;
  if (focus?.isConnected) focus.focus();
}

// Pages ask by themselves whether the session still holds; where nobody can be asked, time alone decides.
const opened = Date.now();
async function look() {
  if (isLocked() || document.hidden) return;
  const answer = await fetch("/account/here", { redirect: "manual" }).catch(() => null);
  const unreachable = !answer && Date.now() - opened > document.body.dataset.idle * 1000;
  if (unreachable || answer?.type === "opaqueredirect") lock();
}
if (who) {
  if (![null, who].includes(sessionStorage.getItem("who"))) sessionStorage.clear(); // drafts of somebody else
  sessionStorage.setItem("who", who);
  setInterval(look, 8000);
  document.addEventListener("visibilitychange", look);
  addEventListener("pageshow", look);
}

document.addEventListener("submit", async (event) => {
  if (!isLocked()) return;
  event.preventDefault();
  const { target: form, submitter } = event;
  const body = new URLSearchParams(new FormData(form, submitter));
  await take(await fetch(form.action, { method: form.method, body }).catch(() => null));
});
