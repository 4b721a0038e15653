/** Single-key shortcuts, as in a mail client. They are off while the user types, and can be turned off altogether. */

const STORAGE_KEY = "earshot.keys-off";

export const areShortcutsOff = () => localStorage.getItem(STORAGE_KEY) !== null;

/** @param {boolean} off */
export function turnShortcutsOff(off) {
  if (off) localStorage.setItem(STORAGE_KEY, "yes");
  else localStorage.removeItem(STORAGE_KEY);
}

/**
 * Pass each key that is pressed to `onKey`, which returns whether it meant something.
 * @param {(key: string) => boolean} onKey
 */
export function listenForKeys(onKey) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (areShortcutsOff() || document.querySelector("dialog[open]")) return;
    if (event.target instanceof HTMLElement && event.target.closest("input, textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (onKey(event.key)) event.preventDefault();
  });
}
