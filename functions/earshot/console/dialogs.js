/** Asking a person something, in a dialog of the browser's own: it holds the focus, and Escape leaves it. */

import { h } from "./dom.js";
import { SignedOutError } from "./session.js";

let number = 0;

/** A labelled field; `control` gets an id and the label's words. */
export function field(label, control, hint) {
  control.id ||= `field-${++number}`;
  if (hint) control.setAttribute("aria-describedby", `${control.id}-hint`);
  return h("p", { class: "field" }, h("label", { for: control.id }, label), control,
    hint && h("span", { class: "small", id: `${control.id}-hint` }, hint));
}

/** A choice of one; `options` are pairs of value and words. */
export function choice(name, options, chosen) {
  return h("select", { name },
    options.map(([value, words]) => h("option", { value, selected: value === chosen }, words)));
}

/**
 * Ask, and do. `act` gets what was entered, and its failure is shown in the dialog, where what was typed is kept.
 * @param {{title: string, text?: string, fields?: Node[], button: string,
 *   act: (given: Record<string, string>) => Promise<void>}} wanted
 */
export function askFor({ title, text, fields = [], button, act }) {
  const fault = h("p", { class: "fault", role: "alert" });
  const go = h("button", { type: "submit", class: "strong" }, button);
  const heading = `dialog-${++number}`;
  const form = h("form", { method: "dialog" }, h("h2", { id: heading }, title), text && h("p", {}, text), fields, fault,
    h("p", { class: "buttons" }, h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"), go));
  const dialog = h("dialog", { "aria-labelledby": heading }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    go.disabled = true;
    fault.textContent = "";
    try {
      await act(Object.fromEntries(new FormData(form)));
      dialog.close();
    } catch (error) {
      fault.textContent = error.message
        + (error instanceof SignedOutError ? " Copy what you typed, then reload the page: that signs in again." : "");
      go.disabled = false;
    }
  });
  open(dialog);
}

/** Show a dialog, and forget it once it is closed. */
export function open(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  // A click beside it leaves it, too.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}
