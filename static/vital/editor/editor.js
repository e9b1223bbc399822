// The page of a place: what is typed is kept, checked, sent, and shown anew.

import { carry, cursor, goBack, picture } from "./carry.js";
import { Comments } from "./comments.js";
import { ask, settle } from "./conflict.js";
import { Drafts } from "./drafts.js";
import { base, collect, everything, nothing } from "./edits.js";
import { listen as listenHere } from "./here.js";
import { enterLeadsDown, listen as listenToKeys, navigator as findPlaces } from "./keys.js";
import { listen as listenToPastes } from "./paste.js";
import { Problems } from "./problems.js";
import { putBack } from "./restoring.js";
import { focus, Rows } from "./rows.js";
import { enhance as searchable, LONG } from "./search.js";
import { anew, LoggedOut, send, SomebodyElse, Unreachable } from "./sending.js";
import { enhance as tags } from "./tags.js";
import { fieldOf, isEmpty, read } from "./values.js";

class Editor {
  constructor(root) {
    this.root = root;
    this.drafts = new Drafts(root.dataset);
    this.begin();
    this.open();
    this.comments = new Comments(this);
    listenToKeys(this);
    listenToPastes(this);
    addEventListener("beforeunload", (event) => { if (this.dirty && !this.leaving) event.preventDefault(); });
    addEventListener("online", () => this.reached());
    root.addEventListener("input", () => this.changed());
    root.addEventListener("change", () => this.changed());
    root.addEventListener("click", (event) => this.click(event));
    root.addEventListener("keydown", enterLeadsDown);
    root.addEventListener("focusin", ({ target }) => { if (this.hint) this.hint.textContent = target.closest("[data-column]") ? target.title : ""; });
  }

  // Also after each saving, when the part of the page that changes has come anew.
  begin() {
    this.form = this.root.querySelector("form");
    this.table = this.form.querySelector("[data-table]");
    this.shown = this.form.dataset.shown;
    this.told = document.getElementById("told");
    this.hint = document.getElementById("hint");
    this.problems = new Problems(this);
    this.before = null; // what a restored draft was made from, if that is no longer what there is
    this.unsent = false;
    this.dirty = false;
    this.comments?.mark();
    if ("readOnly" in this.form.dataset) return;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save({ next: event.submitter?.dataset.do === "next" });
    });
    this.rows = new Rows(this);
    this.enhance(this.form);
    putBack(this);
    this.changed({ keep: false });
  }

  tables() {
    return [...this.form.querySelectorAll("[data-table]")];
  }

  enhance(part) {
    // What the browser shows otherwise than it came, such as without a line break, is not what somebody typed.
    for (const input of part.querySelectorAll("input.vital-input")) if (input.value !== input.defaultValue) input.defaultValue = input.value;
    for (const textarea of part.querySelectorAll("[data-kind=tags] textarea")) tags(textarea);
    for (const select of part.querySelectorAll("[data-kind=choice] select")) if (select.options.length > LONG) searchable(select);
    this.askWhatIsAsked(part);
  }

  // A link from elsewhere leads to a field, or to a row; of cards, that row is opened.
  open() {
    const field = document.getElementById(location.hash.slice(1))?.closest("[data-column]");
    // When all has come, since until then the browser itself scrolls to what the address names.
    if (field) { addEventListener("load", () => this.problems.goTo(field), { once: true }); return; }
    const row = location.hash.startsWith("#row-") && document.getElementById(location.hash.slice(1));
    const asked = new URLSearchParams(location.search).get("row");
    if (row && !("open" in row.dataset)) location.replace(`?row=${row.dataset.row}${location.hash}`);
    else if (row) row.classList.add("vital-found");
    if (asked && row !== false) (row || document.getElementById(`row-${asked}`))?.scrollIntoView({ block: "start" });
    if (asked === "new") focus(document.getElementById("row-new"));
  }

  tell(text) {
    if (this.told) this.told.textContent = text;
  }

  changed({ keep = true } = {}) {
    this.askWhatIsAsked(this.form);
    const edit = collect(this.table);
    this.dirty = !nothing(edit);
    this.form.querySelector("[data-do=discard]").hidden = !this.dirty;
    if (!keep) return;
    if (!this.saving) this.tell(this.dirty ? "Not saved yet; kept in this browser." : "Nothing to save.");
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(edit), 300);
  }

  keep(edit) {
    if (this.leaving) return;
    this.drafts.write(nothing(edit) ? null : { shown: this.before?.shown ?? this.shown, ...this.showed(), edit });
  }

  // All that the page showed when it came, or the one before it from which a draft was restored.
  showed() {
    const { base: rows, stood } = this.before ?? { base: base(this.table), stood: (this.form.dataset.stood ?? "").split(" ").filter(Boolean) };
    return { base: rows, stood };
  }

  // What only another answer makes sense of is not asked before; what is filled in stays.
  askWhatIsAsked(part) {
    for (const field of part.querySelectorAll("[data-asked-if]")) {
      const other = fieldOf(field.closest("[data-row]"), field.dataset.askedIf);
      const answer = other && read(other);
      const wanted = field.dataset.askedFor.split(" ");
      const asked = wanted.includes("*") ? !isEmpty(answer) : wanted.includes(answer);
      const filled = !isEmpty(read(field)) && (String(read(field)) !== field.dataset.blank || !field.closest("[data-new]"));
      field.classList.toggle("vital-not-asked", !asked && !filled);
    }
  }

  add(table) {
    const card = table.querySelector(":scope > .vital-add a[data-do=add]");
    if (card) { location.href = card.href; return; }
    const row = this.rows.add(table);
    if (row) focus(row);
  }

  click(event) {
    const button = event.target.closest("[data-do]");
    const row = button?.closest("[data-row]");
    const doing = {
      keys: () => document.getElementById("keys").showModal(),
      add: () => this.add(button.closest("[data-table]")),
      duplicate: () => this.rows.duplicate(row),
      delete: () => this.rows.delete(row),
      drag: () => this.rows.offerToMove(row),
      discard: () => this.discard(),
    }[button?.dataset.do];
    if (!doing || button.href) return;
    event.preventDefault();
    doing();
  }

  discard() {
    if (!confirm("Discard everything that is not saved on this page?")) return;
    this.drafts.write(null);
    this.leave(location.pathname);
  }

  leave(address) {
    this.leaving = true;
    location.href = address;
  }

  go(where) {
    const address = this.root.dataset[where];
    if (address) location.href = address;
    else this.tell("This is the last section.");
  }

  async save({ next = false, quiet = false } = {}) {
    if ("readOnly" in this.form.dataset) return;
    if (this.saving) { this.again = { next }; return; }
    const at = document.activeElement; // a tag that is being typed is taken when one leaves it
    at?.blur?.();
    at?.focus?.({ preventScroll: true });
    const wrong = this.problems.ofTheBrowser();
    if (wrong.length) { this.problems.show(wrong); return; }
    const edit = collect(this.table);
    if (nothing(edit)) {
      this.tell("Nothing to save.");
      if (next) this.leave(this.root.dataset.next);
      return;
    }
    this.tell("Saving …");
    clearTimeout(this.keeping);
    this.keep(edit);
    this.saving = picture(this.table);
    this.form.inert = Boolean(document.getElementById("row-new")); // a new card is closed when it is saved
    try {
      this.unsent = false;
      await this.answered(await this.sent({ shown: this.before?.shown ?? this.shown, ...edit }), edit, next);
    } catch (error) {
      this.failed(error, { quiet });
    } finally {
      this.saving = null;
      this.form.inert = false;
    }
    const again = this.again;
    this.again = null;
    // What was asked for meanwhile is done; where nothing is left to save, what was said of this save stays.
    if (again && !this.leaving && (again.next || !nothing(collect(this.table)))) await this.save(again);
  }

  // There is a connection: what could not be sent before is sent now.
  reached() {
    if (this.unsent) this.save({ quiet: true });
  }

  // The server asks for what the page showed where that is no longer what there is.
  async sent(edit) {
    const answer = await send(this.form, edit);
    return answer.base ? send(this.form, { ...edit, ...this.showed() }) : answer;
  }

  async answered(answer, edit, next) {
    switch (answer.status) {
      case 200:
        if (!answer.go) return this.saved(answer.said, next);
        this.drafts.write(null);
        return this.leave(answer.go);
      case 409: return this.settle(answer, edit, next);
      case 422: this.problems.show(answer.problems); return this.tell("Not saved yet; kept in this browser.");
      default:
        this.problems.say(answer.message ?? "The server could not save this. Try again; if it stays so, tell your administrator.");
        return this.tell("Not saved yet; kept in this browser.");
    }
  }

  async settle(conflict, edit, next) {
    const chosen = await ask(conflict);
    if (!chosen) { this.tell("Not saved yet; kept in this browser."); return; }
    const settled = settle(edit, conflict.choices, chosen, (row) => everything(document.querySelector(`[data-row="${row}"]`)));
    if (nothing(settled)) { await this.saved("theirs was kept", next); return; }
    await this.answered(await this.sent({ ...settled, shown: conflict.now }), settled, next);
  }

  async saved(said, next) {
    this.problems.clear();
    if (next && this.root.dataset.next) { this.forget(); this.leave(this.root.dataset.next); return; }
    const search = new URLSearchParams(location.search);
    if (search.get("row") === "new") {
      this.forget();
      for (const name of ["row", "like"]) search.delete(name);
      history.replaceState(null, "", `${location.pathname}${search.size ? `?${search}` : ""}`);
    }
    const fresh = await anew();
    if (!fresh?.getElementById("body")) {
      this.forget();
      this.problems.say(`Saved: ${said}. But the page could not be fetched anew: reload it before you go on.`);
      return;
    }
    const at = cursor();
    this.forget();
    this.root.replaceChildren(...fresh.getElementById("body").childNodes);
    const scrolled = document.getElementById("places").scrollTop;
    for (const part of ["places", "persona"]) document.getElementById(part).replaceWith(document.adoptNode(fresh.getElementById(part)));
    document.getElementById("places").scrollTop = scrolled;
    this.begin();
    this.tell(`Saved at ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}: ${said}.`);
    goBack(at, carry(this.saving, this.table, (table) => this.rows.add(table), at.row));
    this.saving = null;
    if (!nothing(collect(this.table))) this.changed();
  }

  forget() {
    clearTimeout(this.keeping);
    this.drafts.write(null);
    this.dirty = false;
  }

  failed(error, { quiet = false } = {}) {
    this.unsent = error instanceof Unreachable;
    const told = {
      [Unreachable.name]: "The server cannot be reached. Nothing is lost: what you typed is kept in this browser, and is sent as soon as there is a connection. You can also press Save again.",
      [LoggedOut.name]: "Your session has ended. Nothing is lost: log in in another tab, come back, and save again.",
    }[error.constructor.name];
    if (error instanceof SomebodyElse) this.problems.say(error.message);
    else if (!told) throw error;
    else if (!quiet) this.problems.say(told); // it stands there already
    this.tell("Not saved yet; kept in this browser.");
  }
}

findPlaces();
const root = document.getElementById("editor");
const editor = root && new Editor(root);
if (!root) {
  listenToKeys(null);
  document.addEventListener("click", (event) => { if (event.target.closest("[data-do=keys]")) document.getElementById("keys").showModal(); });
  const listed = document.querySelector("[data-persona]");
  if (listed) new Drafts({ ...document.getElementById("overview").dataset }).mark();
}
listenHere(editor);
