// Files dropped on the page are those of the form; its names are told.
for (const form of document.querySelectorAll("[data-files]")) {
  // A copy: unfold's own listener looks for a text field of its widget, which is not here.
  const widget = form.querySelector("input[type=file]");
  const input = Object.assign(widget.cloneNode(true), { hasChangeListener: true });
  widget.replaceWith(input);
  const drop = form.querySelector(".vital-drop");
  const names = form.querySelector("[data-names]");
  const hint = names.textContent;
  const tell = () => { names.textContent = [...input.files].map((file) => file.name).join(", ") || hint; };
  input.addEventListener("change", tell);
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("vital-over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("vital-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("vital-over");
    input.files = event.dataTransfer.files;
    tell();
  });
}

// While a worker is at it, the page asks how far it is.
const batch = document.getElementById("batch");

async function follow() {
  const response = await fetch(batch.dataset.body + location.search, { credentials: "same-origin" });
  if (!response.ok) return;
  const stood = scrollY;
  batch.innerHTML = await response.text();
  scrollTo(0, stood);
  watch();
}

function watch() {
  if (batch?.querySelector("[data-at-work=yes]")) setTimeout(follow, 700);
}

watch();
