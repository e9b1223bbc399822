// What is typed while a save is on its way goes on in the page that comes after it, and so does the cursor.

import { isFilled, keyOf, rowsOf } from "./edits.js";
import { fieldOf, fieldsOf, read, tablesIn, target, write } from "./values.js";

const isGone = (row) => "gone" in row.dataset;
const isSent = (row) => !isGone(row) && (!("new" in row.dataset) || isFilled(row));

// Taken when a save begins: the rows that will be there, in their order, and what they have in them.
export function picture(table) {
  const rows = rowsOf(table).filter(isSent);
  return {
    table,
    rows: rows.map((row) => ({ row, fields: fieldsOf(row).map((field) => [field, String(read(field))]), tables: tablesIn(row).map(picture) })),
  };
}

// Brings what was typed since to the page that came; gives the row there for each row of before.
export function carry(before, table, addRow, here, pairs = new Map()) {
  pair(before, table, pairs);
  for (const { row, fields, tables } of before.rows) {
    const there = pairs.get(row);
    if (!there) continue;
    for (const [field, was] of fields) if (String(read(field)) !== was) fill(there, field);
    tables.forEach((inner, number) => tablesIn(there)[number] && carry(inner, tablesIn(there)[number], addRow, here, pairs));
  }
  const sent = new Set(before.rows.map(({ row }) => row));
  for (const row of rowsOf(before.table)) {
    const there = !sent.has(row) && !isGone(row) && (isFilled(row) || row === here) && addRow(table);
    if (!there) continue;
    pairs.set(row, there);
    for (const field of fieldsOf(row)) fill(there, field);
  }
  return pairs;
}

// A row is known by its id; those that were new have got theirs, and stand in the order in which they were sent.
function pair(before, table, pairs) {
  const known = Object.fromEntries(before.rows.map(({ row }) => [keyOf(row), row]));
  const made = rowsOf(table).filter((row) => !known[keyOf(row)]);
  const sent = before.rows.map(({ row }) => row).filter((row) => "new" in row.dataset);
  for (const row of rowsOf(table)) if (known[keyOf(row)]) pairs.set(known[keyOf(row)], row);
  if (made.length === sent.length) sent.forEach((row, place) => pairs.set(row, made[place]));
}

const fill = (row, field) => fieldOf(row, field.dataset.column) && write(fieldOf(row, field.dataset.column), read(field));

// Where somebody is: told before the page is renewed, it can be gone back to afterwards.
export function cursor() {
  const at = document.activeElement;
  const field = at?.closest("[data-column]");
  const row = at?.closest("[data-row]");
  return { id: at?.id, inBar: Boolean(at?.closest(".vital-bar")), row, column: field?.dataset.column, text: at?.value, from: at?.selectionStart, to: at?.selectionEnd };
}

export function goBack({ id, inBar, row, column, text, from, to }, pairs) {
  const field = column && pairs.has(row) && fieldOf(pairs.get(row), column);
  const place = (field && target(field)) || (document.getElementById(id) ?? document.querySelector(inBar ? ".vital-bar .vital-primary" : "#place-title"));
  place?.focus({ preventScroll: true });
  if (place?.matches(".vital-tags input")) place.value = text;
  if (typeof from === "number" && place?.selectionStart !== null) place?.setSelectionRange?.(from, to);
}
