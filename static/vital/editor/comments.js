// Comments while one works on a section: numbers at rows and fields, and a panel that leaves the page as it is.

import { make } from "./elements.js";
import { LoggedOut, Unreachable } from "./sending.js";
import { count, parse, restore, unfold, why } from "./threads.js";
import { fieldOf, labelOf, target as targetOf } from "./values.js";

const icon = () => {
  const drawn = make("span", { className: "material-symbols-outlined", textContent: "chat_bubble" });
  drawn.setAttribute("aria-hidden", "true");
  return drawn;
};

export class Comments {
  constructor(editor) {
    this.editor = editor;
    this.dialog = document.getElementById("comments");
    if (!this.dialog) return;
    this.body = document.getElementById("comments-body");
    this.offered = this.button("Comment on this field (Alt+C)");
    this.offered.tabIndex = -1; // by keyboard it is Alt+C
    this.mark();
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do=comment]");
      if (button) this.open(button);
    });
    document.addEventListener("vital:commented", ({ detail }) => {
      document.getElementById("talk").dataset.marks = JSON.stringify(detail.marks);
      this.mark();
    });
    for (const kind of ["focusin", "pointerover"]) editor.root.addEventListener(kind, ({ target }) => this.offer(target.closest("[data-column]")));
    this.dialog.addEventListener("close", () => this.goBack());
    this.dialog.addEventListener("click", (event) => this.follow(event));
    this.openAsked();
  }

  // A link from elsewhere leads to a thread.
  openAsked() {
    const asked = new URLSearchParams(location.search);
    const thread = asked.get("thread");
    if (!thread) return;
    asked.delete("thread");
    history.replaceState(null, "", `${location.pathname}${asked.size ? `?${asked}` : ""}${location.hash}`);
    this.show({ section: this.editor.root.dataset.place }, thread);
  }

  button(said) {
    const button = make("button", { type: "button", className: "vital-talk vital-talk-field", title: said }, icon());
    button.setAttribute("aria-label", said);
    button.dataset.do = "comment";
    return button;
  }

  // Also after each saving, when the page has come anew.
  mark() {
    if (!this.dialog) return;
    const marks = JSON.parse(document.getElementById("talk").dataset.marks);
    this.set(document.getElementById("talk"), marks[""] ?? 0);
    for (const old of this.editor.root.querySelectorAll(".vital-talk-field")) old.remove();
    for (const row of this.editor.root.querySelectorAll("[data-row]")) {
      const button = row.querySelector(":scope > .vital-row-buttons > [data-do=comment]");
      if (button) this.set(button, marks[`${row.dataset.row}/`] ?? 0);
    }
    for (const [key, number] of Object.entries(marks)) {
      const [id, column] = key.split("/");
      const field = column && this.row(id) && fieldOf(this.row(id), column);
      if (!field) continue;
      const button = this.button(`Comments on «${labelOf(field)}»`);
      this.set(button, number);
      field.append(button);
    }
  }

  // Of a form, there is one.
  row(id) {
    return id ? document.getElementById(`row-${id}`) : this.editor.root.querySelector(".vital-form [data-row]");
  }

  set(button, number) {
    button.querySelector("b")?.remove();
    button.classList.toggle("vital-has", number > 0);
    if (number) button.append(make("b", {}, String(number), make("span", { className: "vital-unseen", textContent: " open" })));
    const said = button.getAttribute("aria-label")?.replace(/: \d+ open$/, "");
    if (said) button.setAttribute("aria-label", number ? `${said}: ${number} open` : said);
  }

  offer(field) {
    if (field && !field.querySelector(".vital-talk-field")) field.append(this.offered);
  }

  // The place that an element belongs to; null where that has no place in the database yet.
  about(element) {
    const section = this.editor.root.dataset.place;
    const row = element.closest("[data-row]");
    if (!row) return { section };
    const column = element.closest("[data-column]")?.dataset.column ?? "";
    if (row.closest("[data-table]").classList.contains("vital-form")) return { section, column };
    return "new" in row.dataset ? null : { section, row: row.dataset.row, column };
  }

  open(element) {
    const about = this.about(element);
    if (!about) {
      this.editor.tell("This row is not saved yet, so nothing can be attached to it. Save first, then comment.");
      return;
    }
    const field = element.closest("[data-column]");
    this.back = field && element.matches(".vital-talk") ? targetOf(field) ?? element : element;
    this.show(about);
  }

  async show(about, thread = null) {
    this.body.replaceChildren(make("p", { className: "vital-help", textContent: "Loading …" }));
    this.dialog.showModal();
    try {
      const answer = await this.fetched(about);
      document.getElementById("comments-title").textContent = answer.title ?? "Comments";
      if (!answer.html) { this.say(answer.message ?? "The comments cannot be shown. Try again; if it stays so, tell your administrator."); return; }
      const threads = parse(answer.html);
      this.body.replaceChildren(threads);
      restore(threads);
      count(answer.open_comments);
      const at = thread && threads.querySelector(`#comment-${CSS.escape(thread)}`);
      unfold(at);
      (at ?? threads.querySelector(".vital-say-new textarea"))?.focus();
    } catch (error) {
      this.say(why(error));
    }
  }

  async fetched(about) {
    let response;
    try {
      response = await fetch(`${this.dialog.dataset.address}?${new URLSearchParams(about)}`, { redirect: "manual" });
    } catch {
      throw new Unreachable();
    }
    if (response.type === "opaqueredirect") throw new LoggedOut();
    return response.json().catch(() => ({}));
  }

  // A row or a field that is on this page is gone to without leaving it.
  follow(event) {
    const link = event.target.closest(".vital-thread-place a");
    const row = link && this.row(link.dataset.row);
    if (!row) return;
    event.preventDefault();
    const field = fieldOf(row, link.dataset.column);
    this.back = (field && targetOf(field)) ?? row.querySelector("a, [data-do=comment], input, select, textarea");
    row.scrollIntoView({ block: "nearest" });
    this.dialog.close();
  }

  say(text) {
    const said = make("p", { className: "vital-note vital-error", textContent: text });
    said.setAttribute("role", "alert");
    this.body.replaceChildren(said);
  }

  goBack() {
    this.body.replaceChildren();
    if (this.back?.isConnected) this.back.focus({ preventScroll: true });
    this.back = null;
  }
}
