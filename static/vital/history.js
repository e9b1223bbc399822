// Keys j and k lead from change to change; nothing needs them.

const changes = [...document.querySelectorAll("[data-differences] [data-change]")];

if (changes.length) {
  for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = false;
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable], dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !["j", "k"].includes(event.key)) return;
    const here = changes.findIndex((one) => one.contains(document.activeElement));
    const next = event.key === "j" ? here + 1 : here < 0 ? changes.length - 1 : here - 1;
    const one = changes[Math.min(Math.max(next, 0), changes.length - 1)];
    one.focus({ preventScroll: true });
    one.scrollIntoView({ block: "nearest" });
    event.preventDefault();
  });
}
