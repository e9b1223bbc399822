// Pictures whose marks one goes through: filters hide kinds, and the facts of a mark are told in a line beside it.
//
// <div class="lib-marks" data-marks> stands around three things (library/marks.css places them):
//   <fieldset class="lib-filters"> with <input type="checkbox" data-shows="kind" checked>, one for each kind;
//   a figure with <g class="lib-mark-it" data-kind="kind" data-facts="…" tabindex="-1" role="img" aria-label="…">;
//   <p class="lib-facts" data-facts-line aria-live="polite">.
// What has several kinds ("a b") is there while all of them are ticked. Whatever else has a data-kind, such as a line
// between two marks or the head of a column, comes and goes with it. Without this script all is there, and can be read.
"use strict";

(() => {
  const HINT = "Point at a mark to read its facts, or press Tab to reach the picture and the arrow keys to go on.";
  const NOTHING = "Everything is filtered out. Tick what you want to see.";

  function enliven(around) {
    const line = around.querySelector("[data-facts-line]");
    const boxes = [...around.querySelectorAll("[data-shows]")];
    const kinded = [...around.querySelectorAll("[data-kind]")];
    const marks = [...around.querySelectorAll(".lib-mark-it")];
    const shown = () => marks.filter((mark) => mark.style.display !== "none");
    const focused = () => marks.find((mark) => mark === document.activeElement);
    const markAt = (event) => event.target.closest(".lib-mark-it");

    function tell(mark) {
      if (!line) return;
      line.toggleAttribute("data-told", Boolean(mark));
      line.textContent = mark ? mark.dataset.facts : shown().length ? HINT : NOTHING;
    }

    // One mark of the picture is reached by Tab: the one where one was last.
    function reach(mark) {
      marks.forEach((one) => one.setAttribute("tabindex", one === mark ? "0" : "-1"));
    }

    function go(mark) {
      if (!mark) return;
      reach(mark);
      mark.focus();
    }

    function filter() {
      const off = new Set(boxes.filter((box) => !box.checked).map((box) => box.dataset.shows));
      kinded.forEach((one) => {
        one.style.display = one.dataset.kind.split(/\s+/).some((kind) => off.has(kind)) ? "none" : "";
      });
      const there = shown();
      if (!there.some((mark) => mark.getAttribute("tabindex") === "0")) reach(there[0]);
      tell();
    }

    function middle(mark) {
      const box = mark.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    }

    // The nearest above or below; what stands aside counts as further away.
    function beyond(mark, direction) {
      const from = middle(mark);
      return shown()
        .map((one) => ({ one, at: middle(one) }))
        .map(({ one, at }) => ({ one, down: (at.y - from.y) * direction, aside: Math.abs(at.x - from.x) }))
        .filter(({ one, down }) => one !== mark && down > 4)
        .sort((a, b) => a.down + 2 * a.aside - b.down - 2 * b.aside)[0]?.one;
    }

    around.addEventListener("keydown", (event) => {
      const mark = markAt(event);
      if (!mark || event.altKey || event.ctrlKey || event.metaKey) return;
      const there = shown();
      const at = there.indexOf(mark);
      const ways = {
        ArrowRight: () => go(there[at + 1]),
        ArrowLeft: () => go(there[at - 1]),
        ArrowDown: () => go(beyond(mark, 1)),
        ArrowUp: () => go(beyond(mark, -1)),
        Home: () => go(there[0]),
        End: () => go(there.at(-1)),
        Escape: () => mark.blur(),
      };
      if (!ways[event.key]) return;
      event.preventDefault();
      ways[event.key]();
    });
    around.addEventListener("focusin", (event) => {
      const mark = markAt(event);
      if (!mark) return;
      reach(mark);
      tell(mark);
    });
    around.addEventListener("focusout", (event) => markAt(event) && tell());
    around.addEventListener("pointerover", (event) => {
      const mark = markAt(event);
      if (mark) tell(mark);
    });
    around.addEventListener("pointerout", (event) => markAt(event) && tell(focused()));
    around.addEventListener("change", (event) => event.target.matches("[data-shows]") && filter());

    marks.forEach((mark) => mark.querySelector("title")?.remove()); // the line says it, and more
    around.dataset.ready = "";
    filter();
  }

  document.querySelectorAll("[data-marks]").forEach(enliven);
})();
