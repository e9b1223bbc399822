// A quiet line says who else is on this persona, and whether the page is still what there is.

import { send } from "./sending.js";

const EVERY = 20_000; // milliseconds

export function listen(editor) {
  const line = document.getElementById("here");
  if (!line) return;
  const tell = async () => {
    if (document.hidden) return;
    try {
      const told = await send(document, { place: line.dataset.place, shown: editor?.shown ?? "" }, line.dataset.address);
      if (told.status !== 200) return;
      if (line.textContent !== told.said) line.textContent = told.said; // readers of screens say it each time
      editor?.reached();
    } catch {
      line.textContent = ""; // saving will say what is the matter
    }
  };
  tell();
  setInterval(tell, EVERY);
  document.addEventListener("visibilitychange", tell);
}
