"use strict";
(() => {
  const form = document.querySelector(".filters");
  const cards = [...document.querySelectorAll(".card")];
  const words = new Map(cards.map((card) => [card, card.textContent.toLowerCase()]));

  const show = () => {
    const level = form.querySelector('[data-item="level"]').value;
    const kind = form.querySelector('[data-item="kind"]').value;
    const query = form.querySelector("input").value.trim().toLowerCase();
    const groups = [...form.querySelectorAll("[data-filter]")].filter((select) => select.value);
    let documents = 0;
    let errors = 0;
    for (const card of cards) {
      let count = 0;
      for (const item of card.querySelectorAll("li")) {
        item.hidden = item.dataset.level !== level || (kind !== "" && item.dataset.kind !== kind);
        count += item.hidden ? 0 : 1;
      }
      card.hidden = count === 0 || !words.get(card).includes(query)
        || groups.some((select) => card.dataset[select.dataset.filter] !== select.value);
      documents += card.hidden ? 0 : 1;
      errors += card.hidden ? 0 : count;
    }
    form.querySelector("output").textContent = `errors: ${errors}, documents: ${documents}`;
  };

  const choose = (button) => {
    const card = button.closest(".card");
    const pressed = button.getAttribute("aria-pressed") === "true";
    for (const other of card.querySelectorAll("button")) other.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-pressed", String(!pressed));
    const wanted = Object.entries(button.dataset).map(([key, ids]) => [key, new Set(ids.split(" "))]);
    let first = null;
    for (const mark of card.querySelectorAll("mark")) {
      const chosen = !pressed && wanted.some(([key, ids]) => key in mark.dataset && ids.has(mark.dataset[key]));
      mark.classList.toggle("chosen", chosen);
      first = first || (chosen ? mark : null);
    }
    if (first) first.scrollIntoView({ block: "nearest" });
  };

  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.querySelector("#errors").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) choose(button);
  });
  show();
})();
