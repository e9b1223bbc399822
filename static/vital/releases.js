// What a release changes of a persona is fetched when it is asked for: of two hundred it would be an enormous page.
let number = 0;

// Each says by the same ids where its places are.
function apart(told) {
  number += 1;
  for (const element of told.querySelectorAll("[id]")) element.id = `${number}-${element.id}`;
  for (const element of told.querySelectorAll("[aria-labelledby]")) element.setAttribute("aria-labelledby", `${number}-${element.getAttribute("aria-labelledby")}`);
  for (const link of told.querySelectorAll("a[href^='#']")) link.hash = `#${number}-${link.hash.slice(1)}`;
}

for (const block of document.querySelectorAll("details[data-address]")) {
  const told = block.querySelector("[data-told]");
  block.addEventListener("toggle", async () => {
    if (!block.open || block.dataset.there) return;
    block.dataset.there = "yes";
    told.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(block.dataset.address, { headers: { briefly: "yes" }, credentials: "same-origin" });
      if (!response.ok || response.redirected) throw new Error(response.status);
      told.innerHTML = await response.text();
      apart(told);
    } catch {
      delete block.dataset.there; // the link is still there, and opening it again tries again
    }
    told.removeAttribute("aria-busy");
  });
}
