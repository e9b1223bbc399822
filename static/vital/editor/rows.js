// Rows are added, copied, moved and deleted; nothing of that is sent before somebody saves.

import { listOf, remember, rowsOf } from "./edits.js";
import { fieldOf, fieldsOf, read, target, write } from "./values.js";

let made = 0;

export class Rows {
  constructor(editor) {
    this.editor = editor;
    for (const table of editor.tables()) {
      remember(table);
      if ("sortable" in table.dataset) this.listenToDrags(table);
      for (const row of rowsOf(table)) this.listen(row);
    }
  }

  listen(row) {
    row.addEventListener("vital:delete", (event) => { event.stopPropagation(); this.delete(row); });
  }

  add(table, after = null) {
    const template = table.querySelector(":scope > template");
    if (!template) return null;
    const row = template.content.firstElementChild.cloneNode(true);
    const key = `new-${Date.now().toString(36)}-${++made}`;
    row.dataset.row = key;
    row.id = `row-${key}`;
    for (const part of row.querySelectorAll("[id], [for], [name], [list], [aria-labelledby]")) {
      for (const name of ["id", "for", "name", "list", "aria-labelledby"]) {
        if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace("new-", `${key}-`));
      }
    }
    if (after) after.after(row);
    else listOf(table).append(row);
    this.listen(row);
    this.editor.enhance(row);
    this.renumber(table);
    return row;
  }

  duplicate(row) {
    const copy = this.add(row.closest("[data-table]"), row);
    copy.dataset.copy = "";
    for (const field of fieldsOf(row)) write(fieldOf(copy, field.dataset.column), read(field));
    focus(copy);
    this.editor.changed();
  }

  delete(row) {
    const gone = !("gone" in row.dataset);
    if (gone) row.dataset.gone = "";
    else delete row.dataset.gone;
    for (const part of row.querySelectorAll("input, select, textarea, .vital-field button")) part.disabled = gone;
    const button = row.querySelector(":scope > .vital-row-buttons [data-do=delete]");
    button.setAttribute("aria-label", gone ? "Take this row back" : "Delete row 0");
    button.title = gone ? "Take back" : "Delete; it can be taken back until you save";
    button.querySelector("span").textContent = gone ? "undo" : "delete";
    this.renumber(row.closest("[data-table]"));
    button.focus({ preventScroll: true }); // the fields can no longer be where somebody is
    this.editor.changed();
  }

  // For whoever cannot drag: the handle, pressed, offers both ways.
  offerToMove(row) {
    const handle = row.querySelector(":scope > .vital-handle");
    const offered = handle.querySelector(".vital-mover");
    document.querySelector(".vital-mover")?.remove();
    if (offered) return;
    const mover = Object.assign(document.createElement("span"), { className: "vital-mover" });
    for (const [by, icon, said] of [[-1, "arrow_upward", "Move up"], [1, "arrow_downward", "Move down"]]) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "vital-icon-button", title: said });
      button.setAttribute("aria-label", said);
      button.innerHTML = `<span class="material-symbols-outlined" aria-hidden="true">${icon}</span>`;
      button.addEventListener("click", () => this.move(row, by));
      mover.append(button);
    }
    handle.append(mover);
  }

  move(row, by) {
    const table = row.closest("[data-table]");
    if (!("sortable" in table.dataset)) return;
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    const focused = document.activeElement;
    if (by < 0) other.before(row);
    else other.after(row);
    focused.focus();
    this.renumber(table);
    this.editor.changed();
    this.editor.tell(`Moved to place ${rowsOf(table).indexOf(row) + 1} of ${rowsOf(table).length}.`);
  }

  listenToDrags(table) {
    const list = listOf(table);
    let dragged = null;
    list.addEventListener("dragstart", (event) => {
      dragged = event.target.closest("[data-row]");
      dragged.classList.add("vital-dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", "");
      event.dataTransfer.setDragImage(dragged, 0, 0);
    });
    list.addEventListener("dragover", (event) => {
      const over = event.target.closest("[data-row]");
      if (!dragged || !over || over === dragged || over.parentElement !== list) return;
      event.preventDefault();
      const { top, height } = over.getBoundingClientRect();
      if (event.clientY < top + height / 2) over.before(dragged);
      else over.after(dragged);
    });
    list.addEventListener("drop", (event) => event.preventDefault());
    list.addEventListener("dragend", () => {
      dragged?.classList.remove("vital-dragged");
      dragged = null;
      this.renumber(table);
      this.editor.changed();
    });
  }

  renumber(table) {
    let number = 0;
    for (const row of rowsOf(table)) {
      const shown = row.querySelector(":scope > .vital-handle .vital-number");
      if (!shown) continue;
      shown.textContent = "gone" in row.dataset ? "" : String(++number);
      for (const button of row.querySelectorAll(":scope > .vital-row-buttons button, :scope > .vital-handle button")) {
        const said = button.getAttribute("aria-label");
        if (/row \d*/.test(said)) button.setAttribute("aria-label", said.replace(/row \d*/, `row ${shown.textContent}`));
      }
    }
    const empty = table.querySelector(":scope > .vital-empty-table");
    if (empty) empty.hidden = Boolean(rowsOf(table).length);
  }
}

export function focus(row) {
  const first = fieldsOf(row)[0];
  if (first) target(first)?.focus();
}

