/** Single-key shortcuts, as in a mail client. They are off while the user types, and can be turned off altogether. */

import { prefer, preference } from "./preferences.js";

export const areShortcutsOff = () => preference("keys-off", false);

/** @param {boolean} off */
export const turnShortcutsOff = (off) => prefer("keys-off", off);

/**
 * Pass each key that is pressed to `onKey`, which returns whether it meant something.
 * @param {(key: string) => boolean} onKey
 */
export function listenForKeys(onKey) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (areShortcutsOff() || document.querySelector("dialog[open]")) return;
    if (event.target instanceof HTMLElement && event.target.closest("input:not([type=checkbox]), textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (onKey(event.key)) event.preventDefault();
  });
}
