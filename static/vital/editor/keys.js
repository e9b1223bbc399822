// The keyboard: all that the mouse can do, and the overlay that lists it.

import { toLacking } from "./problems.js";
import { fieldOf, target as targetOf } from "./values.js";

const LETTERS = { KeyC: "C", KeyJ: "J" }; // with Alt, a keyboard may write something else

const rowOf = (element) => element?.closest?.("[data-row]");

export function listen(editor) {
  document.addEventListener("keydown", (event) => {
    const control = event.ctrlKey || event.metaKey;
    const key = [control && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift", LETTERS[event.code] ?? event.key].filter(Boolean).join("+");
    const row = rowOf(document.activeElement);
    const anywhere = {
      "Alt+PageDown": () => document.querySelector("#places [data-place]")?.click(),
      "Alt+J": () => document.getElementById("jump")?.focus(),
      F8: () => toLacking(1),
      "Shift+F8": () => toLacking(-1),
      "Ctrl+/": () => document.getElementById("keys").showModal(),
    };
    const inAPlace = editor && {
      "Ctrl+s": () => editor.save(),
      "Ctrl+Enter": () => editor.save({ next: true }),
      "Alt+PageDown": () => editor.go("next"),
      "Alt+PageUp": () => editor.go("previous"),
      "Alt+C": editor.comments.dialog && (() => editor.comments.open(document.activeElement)),
      F8: () => editor.problems.step(1),
      "Shift+F8": () => editor.problems.step(-1),
    };
    const inRows = editor?.rows && {
      "Alt+Enter": () => editor.add(row?.closest("[data-table]") ?? editor.table),
      "Alt+ArrowUp": row && (() => editor.rows.move(row, -1)),
      "Alt+ArrowDown": row && (() => editor.rows.move(row, 1)),
      "Alt+Delete": row?.querySelector(":scope > .vital-row-buttons") && (() => editor.rows.delete(row)),
    };
    const doing = { ...anywhere, ...inAPlace, ...inRows }[key];
    if (!doing || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    doing();
  });
}

// In a grid, Enter leads to the same column of the next row, as in a spreadsheet; it never sends the form.
export function enterLeadsDown(event) {
  const { target } = event;
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!target.matches("input, select") || target.matches("[type=submit], [type=button]") || event.defaultPrevented) return;
  event.preventDefault();
  const field = target.closest("[data-column]");
  const below = rowOf(target)?.nextElementSibling;
  const next = field && below && fieldOf(below, field.dataset.column);
  if (next) targetOf(next)?.focus();
}

// The navigator finds a section by a part of its name; Enter opens the first, the arrows go through them.
export function navigator() {
  const box = document.getElementById("jump");
  if (!box) return;
  const shown = () => [...document.querySelectorAll("#places .vital-place:not([hidden])")];
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const place of document.querySelectorAll("#places .vital-place")) {
      const name = place.querySelector(".vital-place-name").textContent.toLowerCase();
      place.hidden = !words.every((word) => name.includes(word));
    }
    for (const part of document.querySelectorAll("#places .vital-part")) part.hidden = Boolean(words.length);
    document.querySelector("#places .vital-nothing-found").hidden = Boolean(shown().length);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && shown().length) location.href = shown()[0].href;
    if (event.key === "ArrowDown" && shown().length) { event.preventDefault(); shown()[0].focus(); }
  });
  document.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || !event.target.closest("#places")) return;
    event.preventDefault();
    const at = shown().indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (at < 0) box.focus();
    else shown()[at]?.focus();
  });
  const scroller = document.getElementById("places");
  const current = document.querySelector(".vital-place[aria-current]");
  if (current) scroller.scrollTop = current.offsetTop - scroller.offsetTop - scroller.clientHeight / 2;
}

