/** The dialog in which a person says what they want to be told of. */

import { h } from "../../lib/dom.js";
import { openDialog } from "../dialog.js";
import { select } from "../form-fields.js";
import { playTone } from "./tone.js";

/**
 * Ask what the person wants to be told of. Permission is asked for by their own click.
 * @param {import("./being-told.js").Wish} wish
 * @param {(wish: import("./being-told.js").Wish) => void} onChange
 */
export function openToldDialog(wish, onChange) {
  const about = select("about", [["", "Nothing"], ["urgent", "Critical and high cases"], ["mine", "My cases: new, due soon, late"],
    ["both", "Critical and high cases, and mine"]], wish.about);
  about.id = "told-about";
  const said = h("p", { role: "status", class: "small" });
  const sound = h("input", { type: "checkbox", id: "told-sound", checked: wish.sound });
  const desktop = h("input", { type: "checkbox", id: "told-desktop", checked: wish.desktop });
  const save = () => onChange({
    about: /** @type {typeof wish.about} */ (about.value), sound: sound.checked, desktop: desktop.checked,
  });
  about.addEventListener("change", save);
  sound.addEventListener("change", () => {
    if (sound.checked) playTone();
    save();
  });
  desktop.addEventListener("change", async () => {
    if (desktop.checked && (!("Notification" in window) || await Notification.requestPermission() !== "granted")) {
      desktop.checked = false;
      said.textContent = "This browser does not allow it: allow notifications for this page in its settings, then try again.";
    }
    save();
  });
  /** @type {HTMLDialogElement} */
  const dialog = h("dialog", { "aria-labelledby": "told-title" },
    h("h2", { id: "told-title" }, "Being told"),
    h("p", {}, "In this browser, while a page of Earshot is open, also in the background. How many urgent cases wait is always in the title."),
    h("p", { class: "field" }, h("label", { for: "told-about" }, "Tell me of"), about),
    h("p", {}, sound, " ", h("label", { for: "told-sound" }, "By a sound")),
    h("p", {}, desktop, " ", h("label", { for: "told-desktop" }, "By a notification, when I look at something else")), said,
    h("p", { class: "buttons" }, h("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "Close")));
  openDialog(dialog);
}
