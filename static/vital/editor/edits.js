// What was done on the page, as it is sent: changed, added and deleted rows, and their order.

import { before, fieldOf, fieldsOf, isChanged, isEmpty, read, tablesIn, write } from "./values.js";

export const listOf = (table) => table.querySelector(".vital-list");
export const rowsOf = (table) => [...listOf(table).children];
export const keyOf = (row) => row.dataset.row;
const isNew = (row) => "new" in row.dataset;
const isGone = (row) => "gone" in row.dataset;

export const nothing = (edit) =>
  !edit.gone.length && !edit.order.length && !Object.keys(edit.changed).length && !Object.keys(edit.added).length;

// Called once for each table, when its page comes.
export function remember(table) {
  listOf(table).stood = rowsOf(table).map(keyOf);
}

export function collect(table) {
  const edit = { changed: {}, added: {}, gone: [], order: [] };
  for (const row of rowsOf(table)) {
    if (isGone(row)) {
      if (!isNew(row)) edit.gone.push(keyOf(row));
    } else if (isNew(row)) {
      if (isFilled(row)) edit.added[keyOf(row)] = columnsOf(row, (field) => !isEmpty(read(field)));
    } else if ("open" in row.dataset) {
      const changed = columnsOf(row, isChanged);
      if (Object.keys(changed).length) edit.changed[keyOf(row)] = changed;
    }
  }
  const stands = rowsOf(table).filter((row) => !isGone(row) && (!isNew(row) || edit.added[keyOf(row)])).map(keyOf);
  const stood = listOf(table).stood.filter((key) => stands.includes(key) && !edit.added[key]);
  if (Object.keys(edit.added).length ? stands.slice(0, stood.length).join() !== stood.join() : stands.join() !== stood.join()) {
    edit.order = stands;
  }
  return edit;
}

export const isFilled = (row) =>
  "copy" in row.dataset || fieldsOf(row).some(isChanged) || tablesIn(row).some((table) => !nothing(collect(table)));

function columnsOf(row, wanted) {
  const told = {};
  for (const field of fieldsOf(row)) if (wanted(field)) told[field.dataset.column] = read(field);
  for (const table of tablesIn(row)) {
    const edit = collect(table);
    if (!nothing(edit)) told[table.dataset.table] = edit;
  }
  return told;
}

// Everything that a row has, for one that somebody else has deleted meanwhile: it is added again, with its details.
export function everything(row) {
  const told = {};
  for (const field of fieldsOf(row)) if (!isEmpty(read(field))) told[field.dataset.column] = read(field);
  for (const table of tablesIn(row)) {
    const rows = rowsOf(table).filter((inner) => !isGone(inner) && (!isNew(inner) || isFilled(inner)));
    const added = Object.fromEntries(rows.map((inner, number) => [`again-${number}`, everything(inner)]));
    if (rows.length) told[table.dataset.table] = { changed: {}, added, gone: [], order: [] };
  }
  return told;
}

// All that the page showed of its open rows: what both sides are compared with where somebody else was faster.
export function base(table) {
  return rowsOf(table).filter((row) => !isNew(row) && "open" in row.dataset).map((row) => {
    const told = { id: keyOf(row) };
    for (const field of fieldsOf(row)) told[field.dataset.column] = before(field);
    for (const inner of tablesIn(row)) told[inner.dataset.table] = base(inner);
    return told;
  });
}

// Puts back on the page what was collected before; gives how much of it could be, and what was written in rows that are gone.
export function restore(table, edit, addRow) {
  const rows = Object.fromEntries(rowsOf(table).map((row) => [keyOf(row), row]));
  const lost = [];
  let restored = 0;
  const fill = (row, columns) => {
    for (const [name, value] of Object.entries(columns)) {
      const inner = tablesIn(row).find((one) => one.dataset.table === name);
      if (inner) {
        const within = restore(inner, value, addRow);
        restored += within.restored;
        lost.push(...within.lost);
      }
      else if (fieldOf(row, name)) { write(fieldOf(row, name), value); restored += 1; }
    }
  };
  for (const [key, columns] of Object.entries(edit.changed)) {
    if (rows[key]) fill(rows[key], columns);
    else lost.push(...Object.values(columns).flat().filter((value) => typeof value === "string" && value));
  }
  for (const [key, columns] of Object.entries(edit.added)) {
    const row = rows[key] ?? addRow(table) ?? ("single" in table.dataset ? rowsOf(table)[0] : null);
    if (!row) continue;
    if (isNew(row)) row.dataset.copy = "";
    fill(row, columns);
    rows[key] = row;
  }
  for (const key of edit.gone) if (rows[key]) { rows[key].dispatchEvent(new Event("vital:delete")); restored += 1; }
  for (const key of edit.order) if (rows[key]) { listOf(table).append(rows[key]); restored += 1; }
  return { restored, lost };
}
