// Somebody else was faster: mine, theirs and what it was before, field by field, and one chooses.

import { make } from "./elements.js";

const OF_A_ROW = {
  delete: { mine: "Delete it", theirs: "Keep it, as they changed it" },
  change: { mine: "Bring it back, with what I wrote", theirs: "Leave it deleted" },
};

// Asks; gives the sides that were chosen, in the order of the choices, or null where somebody goes back to the page.
export function ask({ choices, others }) {
  const dialog = document.getElementById("conflict");
  const rows = choices.map((choice, number) => {
    const said = choice.column ? { mine: choice.mine, theirs: choice.theirs } : OF_A_ROW[choice.mine];
    const radio = (side) =>
      make("label", { className: "vital-side" },
        make("input", { type: "radio", name: `choice-${number}`, value: side, required: true }),
        make("span", {}, make("b", { textContent: side === "mine" ? "Mine" : "Theirs" }), make("span", { textContent: said[side] || "(empty)" })));
    return make("fieldset", { className: "vital-conflict" },
      make("legend", { textContent: [choice.title, choice.label].filter(Boolean).join(": ") }),
      ...(choice.column ? [make("p", { className: "vital-before", textContent: `Before: ${choice.before || "(empty)"}` })] : []),
      radio("mine"), radio("theirs"));
  });
  const both = (side, text) =>
    make("button", { type: "button", className: "vital-button", textContent: text, onclick: () => {
      for (const box of dialog.querySelectorAll(`input[value=${side}]`)) box.checked = true;
    } });
  const done = others.map(({ did, title, fields }) =>
    make("li", {}, make("b", { textContent: `${did}: ` }), title || "a row",
      ...fields.map(({ name, before, after }) => make("div", { className: "vital-before", textContent: `${name}: ${before || "(empty)"} → ${after || "(empty)"}` }))));
  const form = make("form", { method: "dialog" },
    make("h2", { id: "conflict-title", className: "vital-title", textContent: "Somebody else saved this section meanwhile" }),
    make("p", { className: "vital-help", textContent: choices.length
      ? "You both changed the same. Choose for each what is to be kept; nothing is saved before you do."
      : "What they did touches nothing of yours. Look at it, then save yours too." }),
    ...(choices.length > 1 ? [make("div", { className: "vital-buttons" }, both("mine", "All mine"), both("theirs", "All theirs"))] : []),
    ...rows,
    ...(done.length ? [make("details", { open: !choices.length }, make("summary", { textContent: `What else they did (${done.length})` }), make("ul", { className: "vital-done" }, ...done))] : []),
    make("div", { className: "vital-buttons" },
      make("button", { value: "save", className: "vital-button vital-primary", textContent: choices.length ? "Save what I chose" : "Save mine too" }),
      make("button", { value: "", formNoValidate: true, className: "vital-button", textContent: "Back to my page" })));
  dialog.replaceChildren(form);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const chosen = choices.map((_, number) => form.querySelector(`[name=choice-${number}]:checked`)?.value);
      resolve(dialog.returnValue === "save" ? chosen : null);
    }, { once: true });
  });
}

// What is sent after one has chosen: where theirs is to be kept, mine is left out.
export function settle(edit, choices, chosen, everythingOf) {
  const settled = structuredClone(edit);
  choices.forEach((choice, number) => {
    const inner = holding(settled, choice.row) ?? settled;
    // Where two filled in what was empty, mine is still called new.
    const [rows, key] = inner.changed[choice.row] ? [inner.changed, choice.row] : [inner.added, Object.keys(inner.added)[0]];
    if (chosen[number] === "theirs") {
      inner.gone = inner.gone.filter((id) => id !== choice.row);
      if (choice.column) delete rows[key]?.[choice.column];
      if (rows[key] && (!choice.column || !Object.keys(rows[key]).length)) delete rows[key];
    } else if (!choice.column && choice.theirs === "delete") {
      inner.added[`again-${choice.row}`] = everythingOf(choice.row);
      delete inner.changed[choice.row];
    }
  });
  return settled;
}

function holding(edit, row) {
  if (edit.gone.includes(row) || edit.changed[row]) return edit;
  for (const columns of [...Object.values(edit.changed), ...Object.values(edit.added)]) {
    for (const inner of Object.values(columns)) {
      const found = inner?.changed && holding(inner, row);
      if (found) return found;
    }
  }
  return null;
}
