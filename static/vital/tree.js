// Finds in the tree as one types: shows what has the words in its name, where it stands, and what stands under it.
const tree = document.getElementById("vital-tree");
const find = document.getElementById("vital-tree-find");
const plain = (text) => text.normalize("NFD").replace(/\p{Mark}/gu, "").toLowerCase();
let before = null; // which were open when the search began

function nodes() {
  return [...tree.querySelectorAll("li")];
}

function openAll(open) {
  for (const one of tree.querySelectorAll("details")) one.open = open(one);
}

function search() {
  const words = plain(find.value).split(/\s+/).filter(Boolean);
  const found = document.getElementById("vital-tree-found");
  if (!words.length) {
    for (const node of nodes()) node.hidden = false;
    if (before) openAll((one) => before.has(one));
    before = null;
    found.textContent = "";
    return;
  }
  before ??= new Set(tree.querySelectorAll("details[open]"));
  const named = new Set(nodes().filter((node) => {
    const name = plain(node.querySelector("a").textContent);
    return words.every((word) => name.includes(word));
  }));
  const way = new Set(); // what leads to a find
  for (const node of named) {
    for (let up = node.parentElement.closest("li"); up && !way.has(up); up = up.parentElement.closest("li")) way.add(up);
  }
  const shown = new Set();
  for (const node of nodes()) { // from top to bottom, so that what is over a node is known already
    const over = node.parentElement.closest("li");
    if (named.has(node) || (over && shown.has(over))) shown.add(node);
    node.hidden = !shown.has(node) && !way.has(node);
  }
  openAll((one) => way.has(one.parentElement));
  found.textContent = named.size ? `${named.size} found` : `Nothing here is called «${find.value.trim()}». Try a part of the name.`;
}

if (tree) {
  find.addEventListener("input", search);
  find.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && find.value) {
      event.preventDefault();
      find.value = "";
      search();
    }
  });
  document.getElementById("vital-tree-open").addEventListener("click", () => openAll(() => true));
  document.getElementById("vital-tree-close").addEventListener("click", () => openAll(() => false));
}
