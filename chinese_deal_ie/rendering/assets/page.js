
"use strict";
(() => {
  const words = (element, name) => (element.dataset[name] || "").split(" ").filter(Boolean);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // What belongs together: a card, its fillers, their mentions and the sentences that state the deal.
  const related = (element) => {
    const scope = element.closest(".document");
    const mention = element.closest(".mention");
    const filler = element.closest(".filler");
    const card = element.closest(".deal");
    if (!scope || !(mention || card)) return [];
    if (mention) {
      const deals = new Set(words(mention, "deals"));
      const keys = new Set(words(mention, "fillers"));
      return [
        ...all(".deal", scope).filter((other) => deals.has(other.id)),
        ...all(".filler", scope).filter((other) => keys.has(other.dataset.key)),
        ...all(".mention", scope).filter((other) => words(other, "fillers").some((key) => keys.has(key))),
      ];
    }
    const key = filler && filler.dataset.key;
    const mentions = all(".mention", scope).filter((other) =>
      key ? words(other, "fillers").includes(key) : words(other, "deals").includes(card.id));
    const evidence = all(".evidence", scope).filter((other) => words(other, "evidence").includes(card.id));
    return [card, ...(filler ? [filler] : []), ...mentions, ...evidence];
  };

  let shown = [];
  const show = (element) => {
    for (const other of shown) other.classList.remove("linked");
    shown = element instanceof Element ? related(element) : [];
    for (const other of shown) other.classList.add("linked");
  };
  // Where the pointer leaves, what has the focus is shown again.
  const rest = () => show(document.activeElement);

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "touch") (event.target.closest(".mention, .deal") ? show(event.target) : rest());
  });
  document.addEventListener("focusin", (event) => show(event.target));
  document.addEventListener("focusout", () => show(null));

  // Links inside the page, by hand: in the frame of a notebook a plain one would load the notebook again.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return;
    event.preventDefault();
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
    show(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show(null);
  });

  // On paper nothing can be opened.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details.document:not([open])");
    for (const part of closed) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of closed) part.open = false;
  });
})();
