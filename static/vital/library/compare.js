// Offers personas while one types; without it, «Find» does the same.
(() => {
  const form = document.getElementById("lib-add");
  const found = document.getElementById("lib-found");
  if (!form || !found) return;
  let waiting, asking;
  form.elements.q.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      asking?.abort();
      asking = new AbortController();
      try {
        const answer = await fetch(`?${new URLSearchParams(new FormData(form))}`, { signal: asking.signal });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const news = page.getElementById("lib-found");
        if (answer.ok && news) found.replaceChildren(...news.childNodes);
      } catch (error) {
        if (error.name !== "AbortError") found.textContent = "The search did not answer. Press Find.";
      }
    }, 250);
  });
})();
