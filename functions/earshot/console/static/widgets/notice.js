/** Short messages in the corner of the page, and announcements to screen readers. */

import { element, h } from "../lib/dom.js";

const SHOWN_MS = 7000;

/**
 * Tell screen readers only.
 * @param {string} text
 */
export function announce(text) {
  element("#announcement").textContent = text;
}

/**
 * Show a message. Errors stay until they are closed.
 * @param {string} text
 * @param {{isError?: boolean}} [options]
 */
export function showNotice(text, { isError = false } = {}) {
  /** @type {HTMLElement} */
  const notice = h("div", { class: isError ? "notice bad" : "notice" }, h("p", {}, text),
    h("button", { type: "button", class: "quiet", onclick: () => notice.remove() }, "Close"));
  element(".notices").replaceChildren(notice);
  if (!isError) setTimeout(() => notice.remove(), SHOWN_MS);
}
