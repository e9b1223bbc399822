// What waits in this browser is put back on the page; what cannot be is said, or led to.

import { restore } from "./edits.js";

export function putBack(editor) {
  const draft = editor.drafts.read();
  const note = document.getElementById("restored");
  const others = editor.drafts.others();
  const { restored, lost } = draft ? restore(editor.table, draft.edit, (table) => editor.rows.add(table)) : { restored: 0, lost: [] };
  if (restored || lost.length) {
    if (draft.shown !== editor.shown) editor.before = draft;
    note.textContent = `What you had not saved on ${new Date(draft.at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })} is back on this page.`;
    if (lost.length) note.textContent += ` Somebody has deleted a row since; in it you had written: «${lost.join("», «")}». Copy what is still of use.`;
    note.hidden = false;
  } else if (others.length) {
    note.textContent = "Something in here is not saved yet: ";
    note.append(...others.map((row) => Object.assign(document.createElement("a"), {
      className: "vital-link", ...whereabouts(row),
    })));
    note.hidden = false;
  }
  editor.drafts.mark();
}

// Another part of this place: a card, a page, or the beginning.
function whereabouts(part) {
  if (part.startsWith("page-")) return { href: `?page=${part.slice(5)}`, textContent: `page ${part.slice(5)}` };
  if (!part) return { href: location.pathname, textContent: "the first page" };
  const title = document.querySelector(`#row-${CSS.escape(part)} strong`)?.textContent ?? "another row";
  return { href: `?row=${part}`, textContent: part === "new" ? "a new row" : title };
}
