// Threads of comments, wherever they are shown: sent without leaving the page; what is typed is kept until it is sent.

import "./mentions.js";
import { LoggedOut, send, SomebodyElse, Unreachable } from "./sending.js";

const FORM = "[data-threads] form";
const BOX = "[data-threads] textarea";
const holder = (element) => element.closest("[data-threads]");

// A text is kept for what it is about: a place, or the comment that it answers or changes.
function keyOf(box) {
  const { keep, section, row, column } = holder(box).dataset;
  const comment = box.form.elements.comment?.value;
  return ["comment", keep, box.dataset.keep, comment ?? [section, row, column].join("/")].join(":");
}

// A full or a closed storage keeps nothing: then the text stays on the page alone.
function stored(doing) {
  try {
    return doing(localStorage);
  } catch {
    return null;
  }
}

const keep = (box) => stored((storage) => (box.value.trim() && box.value !== box.defaultValue ? storage.setItem(keyOf(box), box.value) : storage.removeItem(keyOf(box))));

export function unfold(element) {
  for (let at = element?.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
}

export function restore(part) {
  for (const box of part.querySelectorAll("textarea[data-keep]")) {
    const text = stored((storage) => storage.getItem(keyOf(box)));
    if (text === null) continue;
    box.value = text;
    unfold(box);
  }
}

export const parse = (html) => new DOMParser().parseFromString(html, "text/html").querySelector("[data-threads]");

// The places of the sidebar say how much is open in each.
export function count(counts) {
  for (const link of document.querySelectorAll("#places .vital-place[data-place]")) {
    const said = link.querySelector(".vital-talks");
    const number = counts[link.dataset.place] ?? 0;
    said.hidden = !number;
    said.querySelector("b").textContent = number;
  }
}

export function why(error) {
  if (error instanceof Unreachable) return "The server cannot be reached. What you typed is kept in this browser: try again in a moment.";
  if (error instanceof LoggedOut) return "Your session has ended. What you typed is kept in this browser: log in in another tab, then try again here.";
  if (error instanceof SomebodyElse) return error.message;
  throw error;
}

function complain(form, text) {
  const said = form.querySelector(".vital-wrong") ?? form.querySelector(".vital-buttons").appendChild(Object.assign(document.createElement("p"), { className: "vital-wrong" }));
  said.setAttribute("role", "alert");
  said.textContent = text;
}

async function submit(event) {
  const form = event.target.closest(FORM);
  if (!form) return;
  event.preventDefault();
  if (form.inert) return;
  const threads = holder(form);
  const box = form.elements.text;
  const key = keyOf(box);
  const { section, row, column } = threads.dataset;
  form.inert = true;
  try {
    const answer = await send(form, { section, row, column, ...Object.fromEntries(new FormData(form, event.submitter)) }, threads.dataset.address);
    if (answer.status !== 200) { complain(form, answer.message ?? "The server could not take this. Try again; if it stays so, tell your administrator."); return; }
    if (!["block", "unblock"].includes(event.submitter?.value)) stored((storage) => storage.removeItem(key));
    const fresh = parse(answer.html);
    threads.replaceWith(fresh);
    restore(fresh);
    count(answer.open_comments);
    document.dispatchEvent(new CustomEvent("vital:commented", { detail: answer }));
    const thread = fresh.querySelector(`#comment-${answer.comment}`);
    unfold(thread);
    (thread ?? fresh.querySelector("textarea"))?.focus();
    fresh.querySelector(".vital-threads-told").textContent = answer.said;
  } catch (error) {
    complain(form, why(error));
  } finally {
    form.inert = false;
  }
}

document.addEventListener("submit", submit);
document.addEventListener("input", ({ target }) => { if (target.matches(BOX)) keep(target); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches(BOX)) return;
  event.preventDefault();
  event.target.form.requestSubmit(event.target.form.querySelector("[name=do]"));
});
// Whoever opens «Reply» wants to write.
document.addEventListener("toggle", ({ target }) => { if (target.open && target.matches(".vital-more") && target.contains(document.activeElement)) target.querySelector("textarea").focus(); }, true);
for (const threads of document.querySelectorAll("[data-threads]")) restore(threads);
