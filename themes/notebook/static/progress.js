// Remembers which parts of a series were read, in this browser alone, once the reader has
// asked for it. Nothing is sent anywhere.
(() => {
  "use strict";
  const places = document.querySelectorAll("[data-series]");
  let store;
  try {
    store = window.localStorage;
  } catch {
    return;
  }
  if (!places.length || !store) return;
  const key = (slug) => `weeknotes-read:${slug}`;
  const read = (slug) => {
    try {
      const known = JSON.parse(store.getItem(key(slug)));
      return Array.isArray(known) ? known : null;
    } catch {
      return null;
    }
  };
  const write = (slug, paths) => store.setItem(key(slug), JSON.stringify(paths));
  const here = location.pathname;

  // At the end of a part it counts as read.
  const remember = (box) => {
    const slug = box.dataset.series;
    const seen = new IntersectionObserver((entries) => {
      const known = read(slug);
      if (!known || !entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      if (!known.includes(here)) write(slug, [...known, here]);
    });
    seen.observe(box);
  };

  const mark = (list, known) => {
    for (const link of list.querySelectorAll("li > a")) {
      link.parentElement.classList.toggle("read", known.includes(link.pathname));
      const note = link.parentElement.querySelector(".read-note");
      if (note) note.remove();
      if (!known.includes(link.pathname)) continue;
      const made = document.createElement("span");
      made.className = "read-note";
      made.textContent = " read";
      link.parentElement.append(made);
    }
  };

  const offer = (lists, slug) => {
    const bar = document.createElement("p");
    bar.className = "progress";
    bar.setAttribute("aria-live", "polite");
    const words = document.createElement("span");
    const button = document.createElement("button");
    button.type = "button";
    bar.append(words, " ", button);
    lists[0].before(bar);
    const links = lists.flatMap((list) => [...list.querySelectorAll("li > a")]);
    const show = () => {
      const known = read(slug) ?? [];
      const isOn = read(slug) !== null;
      const left = links.filter((link) => !known.includes(link.pathname));
      words.textContent = isOn ? `You have read ${links.length - left.length} of ${links.length}.` : "";
      if (isOn && left.length && left.length < links.length) {
        const next = document.createElement("a");
        next.href = left[0].href;
        next.textContent = left[0].textContent;
        words.append(" Go on with ", next, ".");
      }
      button.textContent = isOn ? "Forget what I have read" : "Remember in this browser what I have read";
      lists.forEach((list) => mark(list, known));
    };
    button.addEventListener("click", () => {
      if (read(slug) === null) write(slug, []);
      else store.removeItem(key(slug));
      show();
    });
    show();
  };

  const lists = new Map();
  for (const place of places) {
    if (place.tagName === "OL") {
      const slug = place.dataset.series;
      lists.set(slug, [...(lists.get(slug) ?? []), place]);
    } else {
      remember(place);
    }
  }
  lists.forEach(offer);
})();
