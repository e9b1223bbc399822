// Personas stay ticked while one looks for others; two to six of them can be compared.
const form = document.querySelector("[data-compare]");
if (form) {
  const MOST = 6;
  const key = `library-compare-${form.dataset.compare}${form.elements.copy ? "-working" : ""}`;
  const told = form.querySelector("[data-told]");
  const list = form.querySelector("[data-ticked]");
  const button = form.querySelector("button");
  const boxes = [...document.querySelectorAll("input[name=p][form=compare]")];
  const chosen = new Map(JSON.parse(sessionStorage.getItem(key) || "[]"));

  const chip = ([slug, name]) => {
    const item = document.createElement("li");
    const press = document.createElement("button");
    const cross = document.createElement("span");
    press.type = "button";
    press.className = "lib-chip";
    press.dataset.slug = slug;
    press.setAttribute("aria-label", `${name}: do not compare`);
    cross.className = "lib-cross";
    cross.textContent = "×";
    press.append(name, cross);
    item.append(press);
    if (!boxes.some((box) => box.value === slug)) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "p", value: slug });
      item.append(field);
    }
    return item;
  };

  const tell = () => {
    sessionStorage.setItem(key, JSON.stringify([...chosen]));
    for (const box of boxes) {
      box.checked = chosen.has(box.value);
      box.disabled = !box.checked && chosen.size >= MOST;
    }
    list.replaceChildren(...[...chosen].map(chip));
    button.disabled = chosen.size < 2;
    if (chosen.size === 0) told.textContent = "Tick two to six personas to compare them.";
    else if (chosen.size === 1) told.textContent = "One is ticked; tick another.";
    else if (chosen.size < MOST) told.textContent = `${chosen.size} are ticked.`;
    else told.textContent = "Six are ticked, and more cannot be compared at once.";
  };

  for (const box of boxes) {
    box.addEventListener("change", () => {
      if (box.checked) chosen.set(box.value, box.dataset.name);
      else chosen.delete(box.value);
      tell();
    });
  }
  list.addEventListener("click", (event) => {
    const press = event.target.closest("[data-slug]");
    if (!press) return;
    chosen.delete(press.dataset.slug);
    tell();
    (list.querySelector("button") || boxes[0])?.focus();
  });
  tell();
}

// Whether the matrix is open is remembered; on a telephone it is closed at first.
for (const details of document.querySelectorAll("details[data-kept]")) {
  const kept = localStorage.getItem(details.dataset.kept);
  details.open = kept ? kept === "open" : !matchMedia("(max-width: 48rem)").matches;
  details.querySelector("summary").addEventListener("click", () => {
    localStorage.setItem(details.dataset.kept, details.open ? "closed" : "open");
  });
}
