// What is typed is kept in this browser until it is saved or discarded, whatever happens to the network or the session.

const START = "vital";

export class Drafts {
  constructor({ tenant, who, persona, place }) {
    this.persona = `${START}:${tenant}:${who}:${persona}`;
    this.place = `${this.persona}:${place}`;
  }

  // A card, a page of a long section, or the whole of a short one.
  get key() {
    const asked = new URLSearchParams(location.search);
    return `${this.place}:${asked.get("row") ?? (asked.get("page") > 1 ? `page-${asked.get("page")}` : "")}`;
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  write(draft) {
    try {
      if (draft) localStorage.setItem(this.key, JSON.stringify({ ...draft, at: Date.now() }));
      else localStorage.removeItem(this.key);
    } catch {
      // a full or a closed storage: the page still asks before it is left
    }
    this.mark();
  }

  // Cards and pages of this place, other than what is open, in which something waits.
  others() {
    return keys().filter((key) => key.startsWith(`${this.place}:`) && key !== this.key).map((key) => key.split(":").at(-1));
  }

  // A dot in the navigator at each place in which something waits to be saved.
  mark() {
    const places = new Set(keys().filter((key) => key.startsWith(`${this.persona}:`)).map((key) => key.split(":")[4]));
    for (const link of document.querySelectorAll("[data-place].vital-place")) {
      const waits = places.has(link.dataset.place);
      link.classList.toggle("vital-unsaved", waits);
      let said = link.querySelector(".vital-unsaved-mark");
      if (waits && !said) {
        said = Object.assign(document.createElement("span"), { className: "vital-unsaved-mark", title: "Not saved yet" });
        said.innerHTML = '<span class="vital-unseen">, not saved yet</span>';
        link.append(said);
      } else if (!waits) said?.remove();
    }
  }
}

const keys = () => {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(`${START}:`));
  } catch {
    return [];
  }
};
