// Printing needs a script; without one, the browser's own menu prints the same.
for (const item of document.querySelectorAll("[data-print]")) {
  item.hidden = false;
  item.firstElementChild.addEventListener("click", () => {
    item.closest("details").open = false;
    window.print();
  });
}

// The menu closes on Escape, and when one goes elsewhere.
for (const menu of document.querySelectorAll("details.lib-menu")) {
  const close = () => { menu.open = false; };
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    close();
    menu.querySelector("summary").focus();
  });
  menu.addEventListener("focusout", (event) => { if (event.relatedTarget && !menu.contains(event.relatedTarget)) close(); });
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) close(); });
}

// Wide rows are closed at first; an address that leads to a section opens those of that section.
const rows = (inside) => inside.querySelectorAll("details.lib-card-of");
for (const button of document.querySelectorAll("[data-open-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = button.textContent.startsWith("Open");
    for (const row of rows(document)) row.open = open;
    button.textContent = open ? "Close all rows" : "Open all rows";
  });
}
const arrive = () => {
  const place = document.getElementById(location.hash.slice(1));
  if (place?.matches(".lib-place")) for (const row of rows(place)) row.open = true;
};
window.addEventListener("hashchange", arrive);
arrive();
