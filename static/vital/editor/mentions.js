// Behind an «@» in a comment, the people whom it can name are offered.

import { make } from "./elements.js";

const BOX = "[data-threads] textarea";
const TYPED = /(?:^|[^\p{L}\p{N}_])@([\p{L}\p{N}_.@'-]+(?: [\p{L}\p{N}_.'-]*){0,2}|)$/u;
const WAIT = 150; // milliseconds
let list = null;
let asked = 0;
let number = 0;

const typed = (box) => TYPED.exec(box.value.slice(0, box.selectionStart))?.[1];
const items = () => [...(list?.querySelectorAll("[role=option]") ?? [])];
const chosen = () => items().findIndex((item) => item.getAttribute("aria-selected") === "true");

function close() {
  asked++;
  const box = list?.box;
  list?.remove();
  list = null;
  for (const name of ["aria-autocomplete", "aria-controls", "aria-activedescendant"]) box?.removeAttribute(name);
}

function mark(place) {
  items().forEach((item, other) => item.setAttribute("aria-selected", String(other === place)));
  items()[place].scrollIntoView({ block: "nearest" });
  list.box.setAttribute("aria-activedescendant", items()[place].id);
}

function open(box, people) {
  close();
  if (!people.length) return;
  list = make("ul", { className: "vital-people-offered", id: `people-${++number}`, box });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People");
  for (const [place, { name, email }] of people.entries()) {
    const item = make("li", { id: `${list.id}-${place}`, textContent: name === email ? email : `${name}, ${email}` });
    item.setAttribute("role", "option");
    item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(name); });
    item.name = name;
    list.append(item);
  }
  box.after(list);
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  mark(0);
}

function choose(name) {
  const { box } = list;
  const end = box.selectionStart;
  box.setRangeText(`${name} `, end - typed(box).length, end, "end");
  close();
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

async function look(box) {
  const text = typed(box);
  if (text === undefined) { close(); return; }
  const mine = ++asked;
  await new Promise((resolve) => { setTimeout(resolve, WAIT); });
  if (mine !== asked) return;
  try {
    const answer = await fetch(`${box.closest("[data-threads]").dataset.people}?${new URLSearchParams({ typed: text })}`, { redirect: "manual" });
    const people = answer.ok ? (await answer.json()).people : [];
    if (mine === asked && document.activeElement === box) open(box, people.filter(({ name }) => `${name} ` !== text));
  } catch {
    close(); // one can go on writing; sending will say what is the matter
  }
}

document.addEventListener("input", ({ target }) => { if (target.matches(BOX)) look(target); });
document.addEventListener("focusout", ({ target }) => { if (target === list?.box) close(); });
document.addEventListener("keydown", (event) => {
  if (event.target !== list?.box || event.ctrlKey || event.metaKey || event.altKey) return;
  const doing = {
    ArrowDown: () => mark((chosen() + 1) % items().length),
    ArrowUp: () => mark((chosen() + items().length - 1) % items().length),
    Enter: () => choose(items()[chosen()].name),
    Tab: () => choose(items()[chosen()].name),
    Escape: close,
  }[event.key];
  if (!doing) return;
  event.preventDefault(); // so that Escape leaves the dialog open
  event.stopPropagation();
  doing();
});
