// Several texts as tags: Enter makes one, a click on it opens it again, Backspace in the empty field takes the last.

export function enhance(textarea) {
  const box = document.createElement("div");
  const list = document.createElement("ul");
  const input = document.createElement("input");
  box.className = "vital-tags";
  Object.assign(input, { id: textarea.id, type: "text", autocomplete: "off", placeholder: "Add, then Enter" });
  for (const name of ["aria-describedby", "title", "aria-required"]) {
    if (textarea.hasAttribute(name)) input.setAttribute(name, textarea.getAttribute(name));
  }
  textarea.id += "-all";
  textarea.hidden = true;
  textarea.after(box);
  box.append(list, input);

  const tags = () => textarea.value.split("\n").filter((tag) => tag.trim());
  const keep = (all, told = true) => {
    textarea.value = all.join("\n");
    draw();
    if (told) textarea.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const take = () => {
    const added = input.value.split("\n").map((tag) => tag.trim()).filter(Boolean);
    input.value = "";
    if (added.length) keep([...tags(), ...added]);
  };

  function draw() {
    list.replaceChildren(...tags().map((tag, place) => {
      const item = document.createElement("li");
      const text = Object.assign(document.createElement("button"), { type: "button", textContent: tag, title: "Change" });
      const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
      remove.setAttribute("aria-label", `Remove «${tag}»`);
      const without = () => tags().filter((_, other) => other !== place);
      text.addEventListener("click", () => { take(); input.value = tag; keep(without()); input.focus(); });
      remove.addEventListener("click", () => { keep(without()); input.focus(); });
      item.append(text, remove);
      return item;
    }));
  }

  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      take();
    } else if (event.key === "Backspace" && !input.value && tags().length) {
      event.preventDefault();
      const all = tags();
      input.value = all.pop();
      keep(all);
    }
  });
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    if (!text.includes("\n")) return;
    event.preventDefault();
    event.stopPropagation();
    keep([...tags(), ...text.split(/\r?\n/).map((tag) => tag.trim()).filter(Boolean)]);
  });
  input.addEventListener("blur", take);
  textarea.addEventListener("vital:written", draw);
  draw();
}
