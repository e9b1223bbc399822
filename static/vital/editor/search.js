// A long list of choices as a field in which one types a part of what one looks for.

export const LONG = 12;
let numbered = 0;

export function enhance(select) {
  const box = document.createElement("div");
  const input = document.createElement("input");
  const list = document.createElement("ul");
  const id = `choices-${++numbered}`;
  box.className = "vital-search";
  Object.assign(input, { id: select.id, type: "text", autocomplete: "off", className: "vital-input", placeholder: "Search" });
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list",
  })) input.setAttribute(name, value);
  for (const name of ["aria-describedby", "title", "aria-required"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  Object.assign(list, { id, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Choices");
  select.id += "-choice";
  select.hidden = true;
  select.after(box);
  box.append(input, list);

  let at = -1;
  const label = (option) => (option.value ? option.textContent : "");
  const shown = () => { input.value = select.selectedOptions[0] ? label(select.selectedOptions[0]) : ""; };
  const items = () => [...list.children].filter((item) => item.getAttribute("role") === "option");

  function open(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [...select.options].filter((option) => words.every((word) => option.textContent.toLowerCase().includes(word)));
    list.replaceChildren(...found.slice(0, 100).map((option, place) => {
      const item = document.createElement("li");
      item.id = `${id}-${place}`;
      item.textContent = option.textContent;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
      item.option = option;
      return item;
    }));
    if (!found.length) {
      list.append(Object.assign(document.createElement("li"), { textContent: "Nothing is called so.", className: "vital-nothing-found" }));
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(words.length && found.length ? 0 : -1);
  }

  function mark(place) {
    at = place;
    items().forEach((item, other) => item.setAttribute("aria-selected", String(other === place)));
    if (items()[place]) {
      input.setAttribute("aria-activedescendant", items()[place].id);
      items()[place].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(option) {
    select.value = option.value;
    shown();
    close();
    select.dispatchEvent(new Event("input", { bubbles: true }));
  }

  input.addEventListener("input", (event) => { event.stopPropagation(); open(input.value); });
  input.addEventListener("click", () => open(""));
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", () => {
    if (!input.value.trim() && select.value && select.options[0].value === "") choose(select.options[0]);
    shown();
    close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) open("");
      else mark(Math.max(0, Math.min(items().length - 1, at + (event.key === "ArrowDown" ? 1 : -1))));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!list.hidden && items()[at]) choose(items()[at].option);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      shown();
      close();
    }
  });
  select.addEventListener("vital:written", shown);
  shown();
}
