/** Keys as in a mail client. They do nothing while somebody types, and whoever is hindered by them turns them off. */

import { h } from "./dom.js";
import { open } from "./dialogs.js";

const OFF = "earshot.keys-off";
const HELP = [
  ["j", "the next case"], ["k", "the one before"], ["Enter", "open it"], ["u", "back to the inbox"],
  ["r", "open it on X, to reply"], ["a", "acknowledge"], ["e", "resolve"], ["h", "hand over"], ["s", "snooze"],
  ["n", "note"], ["/", "search"], ["?", "these keys"],
];

/** Hand the keys that are pressed to `take(key)`, which says whether it knew what to do. */
export function listen(take) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (localStorage.getItem(OFF) || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "?") help();
    else if (!take(event.key)) return;
    event.preventDefault();
  });
}

/** Show the keys, and the switch that turns them off. */
export function help() {
  const off = h("input", {
    type: "checkbox", id: "keys-off", checked: Boolean(localStorage.getItem(OFF)),
    onchange: () => (off.checked ? localStorage.setItem(OFF, "yes") : localStorage.removeItem(OFF)),
  });
  const dialog = h("dialog", { "aria-labelledby": "keys-title" }, h("h2", { id: "keys-title" }, "Keys"),
    h("dl", { class: "keys" }, HELP.map(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)])),
    h("p", {}, off, " ", h("label", { for: "keys-off" }, "Turn single keys off in this browser")),
    h("p", { class: "buttons" }, h("button", { type: "button", class: "strong", onclick: () => dialog.close() }, "Close")));
  open(dialog);
}
