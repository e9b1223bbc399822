// Ticking: all of a page at once, and how many are ticked.
for (const form of document.querySelectorAll("[data-many]")) {
  const every = form.querySelector("[data-every]");
  const ticks = [...form.querySelectorAll("[name=_selected_action]")];
  const all = form.querySelector("[name=all]");
  const told = form.querySelector("[data-ticked]");
  const tell = () => {
    const number = ticks.filter((tick) => tick.checked).length;
    told.textContent = all?.checked || !number ? "" : `${number} ticked`;
    if (every) {
      every.checked = number === ticks.length;
      every.indeterminate = number > 0 && number < ticks.length;
    }
    for (const tick of ticks) tick.disabled = Boolean(all?.checked);
  };
  every?.addEventListener("change", () => {
    for (const tick of ticks) tick.checked = every.checked;
    tell();
  });
  form.addEventListener("change", tell);
  tell();
}

// Filters that are empty do not stand in the address.
for (const form of document.querySelectorAll(".vital-filters")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) field.disabled = Boolean(field.name) && !field.value;
  });
}
