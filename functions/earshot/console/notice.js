/** What the page says by itself: for eyes in the corner, for ears through a live region. */

import { h } from "./dom.js";

const STAY_MS = 7000;

/** Tell those who listen, and nobody else. */
export function say(text) {
  document.querySelector("#said").textContent = text;
}

/** Tell everybody. What went wrong stays until it is put away. */
export function notice(text, { isBad = false } = {}) {
  const shown = h("div", { class: isBad ? "notice bad" : "notice" }, h("p", {}, text),
    h("button", { type: "button", class: "plain", onclick: () => shown.remove() }, "Close"));
  document.querySelector(".notices").replaceChildren(shown);
  if (!isBad) setTimeout(() => shown.remove(), STAY_MS);
}
