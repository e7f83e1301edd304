// Fields that offer what is known while somebody types; what is chosen can still be typed over.

function combobox(input, number) {
  const box = document.createElement("div");
  const list = document.createElement("ul");
  box.className = "combo";
  list.id = `offered-${number}`;
  list.role = "listbox";
  list.setAttribute("aria-label", input.labels[0]?.firstChild.textContent.trim() ?? "Offered");
  list.hidden = true;
  input.replaceWith(box);
  box.append(input, list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) input.setAttribute(name, value);
  let offered = [];
  let chosen = -1;
  let asked = 0;
  let wait;

  const close = () => { list.hidden = true; chosen = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const fills = () => input.dataset.fills && input.form.elements[input.dataset.fills];

  function take(each) {
    if (each.to) { location.assign(each.to); return; }
    input.value = each.words;
    if (fills()) fills().value = each.id;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(wait);
    close();
  }

  function show() {
    list.replaceChildren(...offered.map((each, place) => {
      const item = document.createElement("li");
      item.role = "option";
      item.id = `${list.id}-${place}`;
      item.textContent = each.note ? `${each.words}, ${each.note}` : each.words;
      item.setAttribute("aria-selected", String(place === chosen));
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(each); });
      return item;
    }));
    list.hidden = !offered.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", `${list.id}-${chosen}`);
      list.children[chosen]?.scrollIntoView({ block: "nearest" });
    }
  }

  async function ask() {
    const mine = ++asked;
    const body = new URLSearchParams({ text: input.value, csrfmiddlewaretoken: input.form.elements.csrfmiddlewaretoken.value });
    const answer = input.value.trim().length > 1 ? await fetch(input.dataset.lookup, { method: "POST", body }).catch(() => null) : null;
    if (mine !== asked || document.activeElement !== input) return;
    offered = answer?.ok ? await answer.json() : [];
    chosen = -1;
    show();
  }

  input.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    if (fills()) fills().value = "";
    clearTimeout(wait);
    wait = setTimeout(ask, 150);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && offered.length) {
      event.preventDefault();
      chosen = chosen < 0 && step < 0 ? offered.length - 1 : (chosen + step + offered.length) % offered.length;
      show();
    } else if (event.key === "Enter" && !list.hidden && chosen >= 0) {
      event.preventDefault();
      take(offered[chosen]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
}

document.querySelectorAll("input[data-lookup]").forEach(combobox);
