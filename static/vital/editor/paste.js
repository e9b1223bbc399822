// A block of cells from a spreadsheet becomes rows: looked at first, every mistake marked, then added with one click.

import { make } from "./elements.js";
import { LoggedOut, send } from "./sending.js";
import { fieldOf, write } from "./values.js";

// Cells as spreadsheets put them on the clipboard: tabs between them, quotes around what holds a line break.
export function cellsOf(text) {
  const rows = [[]];
  const pattern = /(?:^|(\t)|(\r?\n))(?:"((?:[^"]|"")*)"(?=\t|\r?\n|$)|([^\t\r\n]*))/gy;
  for (let found; pattern.lastIndex < text.length && (found = pattern.exec(text));) {
    if (found[2]) rows.push([]);
    rows.at(-1).push((found[3]?.replaceAll('""', '"') ?? found[4] ?? "").trim());
    if (found[0] === "") pattern.lastIndex += 1;
  }
  return rows.filter((row) => row.some(Boolean));
}

const inWords = (value) => ({ true: "yes", false: "no" }[value] ?? [].concat(value ?? "").join("\n"));

export function listen(editor) {
  editor.root.addEventListener("paste", (event) => {
    const table = event.target.closest(".vital-grid");
    const text = event.clipboardData.getData("text/plain");
    // One cell is text for the field one is in, though it may have several lines; a block has tabs, or is for no field.
    if (table !== editor.table || !(text.includes("\t") || (/\n./.test(text) && !event.target.matches("textarea")))) return;
    event.preventDefault();
    preview(editor, cellsOf(text), event.target.closest("[data-column]")?.dataset.column ?? "");
  });
  editor.root.addEventListener("click", (event) => {
    if (event.target.closest("[data-do=paste]")) ask(editor);
  });
}

function ask(editor) {
  const dialog = document.getElementById("paste");
  const area = make("textarea", { id: "pasted", rows: 8, className: "vital-input", autofocus: true });
  const form = make("form", { method: "dialog" },
    make("h2", { id: "paste-title", className: "vital-title", textContent: "Paste from a spreadsheet" }),
    make("label", { className: "vital-help", htmlFor: "pasted", textContent: "Copy the cells in Excel or another spreadsheet, and paste them here. With a first row of column names they may be in any order; without, they are taken in the order of this page." }),
    area,
    make("div", { className: "vital-buttons" },
      make("button", { value: "look", className: "vital-button vital-primary", textContent: "Look at it" }),
      make("button", { value: "", className: "vital-button", textContent: "Cancel" })));
  dialog.replaceChildren(form);
  dialog.returnValue = "";
  dialog.showModal();
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "look" && area.value.trim()) preview(editor, cellsOf(area.value), "");
  }, { once: true });
}

async function preview(editor, cells, start) {
  const dialog = document.getElementById("paste");
  editor.tell("Looking at what you pasted …");
  let answer;
  try {
    answer = await send(editor.form, { cells, start }, `${location.pathname}paste/`);
  } catch (error) {
    editor.problems.say(error instanceof LoggedOut
      ? "Your session has ended. Log in in another tab, come back, and paste again."
      : "The server cannot be reached. Nothing was added: paste again as soon as there is a connection.");
    editor.tell("");
    return;
  }
  editor.tell("");
  if (answer.status !== 200) {
    editor.problems.say(answer.message ?? "These cells could not be read.");
    return;
  }
  const wrong = answer.rows.filter((row) => row.problems.length).length;
  const good = answer.rows.length - wrong;
  const head = make("tr", {}, make("th", { textContent: "Row" }), ...answer.columns.map(({ label }) => make("th", { scope: "col", textContent: label })));
  const body = answer.rows.map((row, number) => {
    const line = make("tr", {}, make("th", { scope: "row", textContent: String(number + 1) }));
    for (const { name } of answer.columns) {
      const said = row.problems.filter((problem) => problem.column === name).map((problem) => problem.message).join("; ");
      const guess = row.guesses[name] ?? "";
      line.append(make("td", { className: said ? "vital-wrong-cell" : guess ? "vital-guessed-cell" : "" },
        inWords(row.values[name]) || row.pasted[name] || "", make("small", { textContent: said || guess })));
    }
    const elsewhere = row.problems.filter((problem) => !answer.columns.some(({ name }) => name === problem.column));
    if (elsewhere.length) line.lastChild.append(make("small", { className: "vital-wrong", textContent: elsewhere.map((one) => one.message).join("; ") }));
    return line;
  });
  const button = (value, text, primary) => make("button", { value, textContent: text, autofocus: Boolean(primary), className: `vital-button ${primary ? "vital-primary" : ""}` });
  dialog.replaceChildren(make("form", { method: "dialog" },
    make("h2", { id: "paste-title", className: "vital-title", textContent: `${answer.rows.length} row${answer.rows.length === 1 ? "" : "s"} pasted${wrong ? `, ${wrong} with mistakes` : ""}` }),
    ...(answer.unused.length ? [make("p", { className: "vital-note vital-warning", textContent: `Not used, because no column here is called so: ${answer.unused.join(", ")}` })] : []),
    make("div", { className: "vital-scroll-x", tabIndex: 0 }, make("table", { className: "vital-preview" }, make("thead", {}, head), make("tbody", {}, ...body))),
    make("div", { className: "vital-buttons" },
      ...(good ? [button("good", `Add ${wrong ? "only " : ""}${good} ${wrong ? "good " : ""}row${good === 1 ? "" : "s"} and save`, true)] : []),
      button("all", "Add to the page, I look at them there", !good),
      button("", "Cancel"))));
  dialog.returnValue = "";
  dialog.showModal();
  dialog.addEventListener("close", () => {
    const chosen = { good: answer.rows.filter((row) => !row.problems.length), all: answer.rows }[dialog.returnValue];
    if (chosen) put(editor, chosen, dialog.returnValue === "good");
  }, { once: true });
}

function put(editor, rows, save) {
  const added = rows.map(({ values, pasted, problems }) => {
    const row = editor.rows.add(editor.table);
    row.dataset.copy = "";
    for (const [name, text] of Object.entries(pasted)) write(fieldOf(row, name), values[name] ?? text);
    return { row, problems };
  });
  editor.changed();
  const wrong = added.flatMap(({ row, problems }) => problems.map(({ column, message }) => ({ row: row.dataset.row, column, message })));
  if (save) editor.save();
  else if (wrong.length) editor.problems.show(wrong, "Before you save");
  else added[0]?.row.scrollIntoView({ block: "center" });
}
