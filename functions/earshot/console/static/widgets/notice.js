/** Short messages in the corner of the page, and announcements to screen readers. */

import { element, h } from "../lib/dom.js";

const SHOWN_MS = 7000;
// Long enough to notice a slip; the API takes it back for longer.
const UNDO_MS = 10_000;

/**
 * Tell screen readers only.
 * @param {string} text
 */
export function announce(text) {
  element("#announcement").textContent = text;
}

/**
 * Show a message. Errors stay until they are closed. With `undo` it offers for ten seconds to take the act back.
 * @param {string} text
 * @param {{isError?: boolean, undo?: (() => void) | null}} [options]
 */
export function showNotice(text, { isError = false, undo = null } = {}) {
  /** @type {HTMLElement} */
  const notice = h("div", { class: isError ? "notice bad" : "notice" }, h("p", {}, text),
    undo && h("button", { type: "button", class: "quiet", onclick: () => { notice.remove(); undo(); } }, "Undo"),
    h("button", { type: "button", class: "quiet", onclick: () => notice.remove() }, "Close"));
  element(".notices").replaceChildren(notice);
  if (!isError) setTimeout(() => notice.remove(), undo ? UNDO_MS : SHOWN_MS);
}
