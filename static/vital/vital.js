// Select2 gives its boxes no name that a screen reader could say: they take that of their label.
function nameLikeLabel(container) {
  const label = document.querySelector(`label[for="${container.previousElementSibling?.id}"]`);
  for (const part of container.querySelectorAll("[role=combobox], [role=textbox]")) {
    part.removeAttribute("aria-labelledby");
    part.setAttribute("aria-label", label ? label.firstChild.textContent.trim() : "Choose");
  }
}

new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) {
      if (node.matches?.(".select2")) nameLikeLabel(node);
    }
  }
}).observe(document, { childList: true, subtree: true });
