// The page to decide on, by keyboard: single letters, which each lead to something that asks first.

const letters = document.getElementById("letters");
const KEPT = "vital-letters"; // whoever does not want them has them off, on every page of review

function kept(doing) {
  try {
    return doing(localStorage);
  } catch {
    return null;
  }
}

letters.checked = kept((storage) => storage.getItem(KEPT)) !== "off";
letters.addEventListener("change", () => kept((storage) => storage.setItem(KEPT, letters.checked ? "on" : "off")));

document.addEventListener("keydown", (event) => {
  if (!letters.checked || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]") || event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  const link = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key.toLowerCase());
  if (!link) return;
  event.preventDefault();
  link.click();
  if (link.dataset.key === "c") document.querySelector(".vital-say-new textarea")?.focus();
});

document.addEventListener("click", (event) => {
  const dialog = document.getElementById(event.target.closest("a[data-dialog]")?.dataset.dialog);
  if (!dialog || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  dialog.showModal();
});

document.getElementById("refused")?.focus();
