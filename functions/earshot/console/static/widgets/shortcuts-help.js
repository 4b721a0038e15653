/** The dialog that lists the keyboard shortcuts. */

import { h } from "../lib/dom.js";
import { areShortcutsOff, turnShortcutsOff } from "../lib/keyboard.js";
import { openDialog } from "./dialog.js";

const SHORTCUTS = [
  ["j", "Next case"], ["k", "Previous case"], ["Enter", "Open the case"], ["u", "Back to the inbox"],
  ["r", "Open the post to reply"], ["a", "Acknowledge"], ["e", "Resolve"], ["h", "Hand over"], ["g", "Give to a colleague"],
  ["t", "Take over"], ["s", "Snooze"], ["n", "Add a note"], ["x, X", "Select the case, or all up to it"],
  ["*", "Select all"], ["Esc", "Clear the selection"], ["[ ]", "Page back, page on"], ["/", "Search"],
  ["?", "Show these shortcuts"],
];

/** Show the shortcuts, with the switch that turns them off. */
export function showShortcuts() {
  /** @type {HTMLInputElement} */
  const off = h("input", {
    type: "checkbox", id: "shortcuts-off", checked: areShortcutsOff(), onchange: () => turnShortcutsOff(off.checked),
  });
  const close = h("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "Close");
  /** @type {HTMLDialogElement} */
  const dialog = h("dialog", { "aria-labelledby": "shortcuts-title" },
    h("h2", { id: "shortcuts-title" }, "Keyboard shortcuts"),
    h("dl", { class: "shortcuts" },
      SHORTCUTS.map(([key, meaning]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, meaning)])),
    h("p", {}, off, " ", h("label", { for: "shortcuts-off" }, "Turn off keyboard shortcuts in this browser")),
    h("p", { class: "buttons" }, close));
  openDialog(dialog);
}
