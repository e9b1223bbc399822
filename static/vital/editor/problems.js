// What is wrong, beside the field it is about and in a list at the top that leads there.

import { rowsOf } from "./edits.js";
import { fieldOf, fieldsOf, labelOf, target, widget } from "./values.js";

export class Problems {
  constructor(editor) {
    this.editor = editor;
    this.box = document.getElementById("problems");
  }

  clear() {
    this.box.hidden = true;
    this.box.replaceChildren();
    for (const note of document.querySelectorAll(".vital-wrong")) note.remove();
    for (const one of document.querySelectorAll("[aria-invalid]")) {
      one.removeAttribute("aria-invalid");
      describe(one, (id) => !id.startsWith("wrong-"));
    }
  }

  // What the browser itself knows to be no number, no date, no time: it would send nothing in its place.
  ofTheBrowser() {
    const problems = [];
    for (const table of this.editor.tables()) {
      for (const row of rowsOf(table)) {
        for (const field of fieldsOf(row)) {
          if (widget(field)?.validity?.badInput) {
            problems.push({ row: row.dataset.row, column: field.dataset.column, message: `this is no ${field.dataset.kind}` });
          }
        }
      }
    }
    return problems;
  }

  show(problems, saying = "Nothing was saved") {
    this.clear();
    const list = document.createElement("ul");
    problems.forEach((problem, number) => list.append(this.entry(problem, number)));
    const head = document.createElement("strong");
    head.textContent = `${saying}: ${problems.length === 1 ? "one thing is" : `${problems.length} things are`} wrong.`;
    this.reveal(head, list);
  }

  // What is no fault of any row.
  say(message) {
    this.clear();
    this.reveal(message);
  }

  reveal(...content) {
    this.box.append(...content);
    this.box.hidden = false;
    this.box.focus();
  }

  entry({ row: key, column, message }, number) {
    const item = document.createElement("li");
    const row = key && document.querySelector(`[data-row="${CSS.escape(key)}"]`);
    const field = row && column && fieldOf(row, column);
    if (!row) {
      item.textContent = message;
      return item;
    }
    const at = row.querySelector(":scope > .vital-handle .vital-number")?.textContent;
    const link = document.createElement("a");
    link.className = "vital-link";
    link.textContent = [at && `row ${at}`, field && labelOf(field)].filter(Boolean).join(", ") || "here";
    link.href = `#${(field && target(field)?.id) || row.id}`;
    link.addEventListener("click", (event) => { event.preventDefault(); this.goTo(field ?? row); });
    item.append(link, `: ${message}`);
    if (field) {
      const note = Object.assign(document.createElement("p"), { className: "vital-wrong", textContent: message, id: `wrong-${number}` });
      field.append(note);
      target(field)?.setAttribute("aria-invalid", "true");
      if (target(field)) describe(target(field), () => true, note.id);
    }
    return item;
  }

  goTo(place) {
    place.scrollIntoView({ block: "center" });
    target(place)?.focus();
  }

  // The next thing that is wrong here; where there is none, the next section that lacks rows.
  step(by) {
    const wrong = [...document.querySelectorAll(".vital-field:has(> .vital-wrong)")];
    if (wrong.length) {
      const at = wrong.findIndex((field) => field.contains(document.activeElement));
      this.goTo(wrong[(at + by + wrong.length) % wrong.length]);
      return;
    }
    if (!toLacking(by)) this.editor.tell("Nothing is wrong here, and no section lacks rows.");
  }
}

// Which notes a screen reader reads out with a field: those it had and that stay, and the new one.
function describe(element, stays, ...added) {
  const ids = (element.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && stays(id)).concat(added);
  if (ids.length) element.setAttribute("aria-describedby", ids.join(" "));
  else element.removeAttribute("aria-describedby");
}

export function toLacking(by) {
  const places = [...document.querySelectorAll("#places .vital-place")];
  const here = places.findIndex((place) => place.hasAttribute("aria-current"));
  const lacking = places.map((place, at) => [place, at]).filter(([place, at]) => at !== here && place.classList.contains("vital-lacking"));
  const next = by > 0 ? lacking.find(([, at]) => at > here) ?? lacking[0] : lacking.findLast(([, at]) => at < here) ?? lacking.at(-1);
  if (next) location.href = next[0].href;
  return Boolean(next);
}
