// What a row's fields have in them, and what they had when the page came. The page itself is the memory.

const OWN = ":scope > [data-column], :scope > .vital-fields > .vital-fieldset > [data-column]";

export const fieldsOf = (row) => [...row.querySelectorAll(OWN)];
export const fieldOf = (row, column) => fieldsOf(row).find((field) => field.dataset.column === column);
export const tablesIn = (row) => [...row.querySelectorAll(":scope > .vital-fields > [data-table]")];
export const widget = (field) => field.querySelector("[name]");
export const target = (field) => field.querySelector("input:not([hidden]), select:not([hidden]), textarea:not([hidden])"); // what people see of it
export const labelOf = (field) =>
  (field.querySelector(".vital-label, .vital-tick-label")?.firstChild.textContent ?? field.dataset.column).trim();

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
const boxes = (field) => [...field.querySelectorAll("input[type=checkbox]")];

const READ = {
  tags: (field) => lines(widget(field).value),
  ticks: (field) => boxes(field).filter((box) => box.checked).map((box) => box.value),
  tick: (field) => String(widget(field).checked),
};
const BEFORE = {
  tags: (field) => lines(widget(field).defaultValue),
  ticks: (field) => boxes(field).filter((box) => box.defaultChecked).map((box) => box.value),
  tick: (field) => String(widget(field).defaultChecked),
  choice: (field) => [...widget(field).options].find((option) => option.defaultSelected)?.value ?? "",
};

export const read = (field) => (READ[field.dataset.kind] ?? (() => widget(field).value))(field);
export const before = (field) => (BEFORE[field.dataset.kind] ?? (() => widget(field).defaultValue))(field);
export const isEmpty = (value) => value === "" || (Array.isArray(value) && !value.length);
export const isChanged = (field) => String(read(field)) !== String(before(field)) || read(field).length !== before(field).length;

export function write(field, value) {
  const target = widget(field);
  switch (field.dataset.kind) {
    case "tags": target.value = [].concat(value ?? []).join("\n"); break;
    case "ticks": for (const box of boxes(field)) box.checked = [].concat(value ?? []).includes(box.value); break;
    case "tick": target.checked = String(value) === "true"; break;
    default: target.value = value ?? "";
  }
  target.dispatchEvent(new Event("vital:written"));
}
