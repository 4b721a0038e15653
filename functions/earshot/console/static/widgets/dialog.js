/** Modal dialogs. They are the browser's own, which keep the focus inside and close on Escape. */

import { errorMessage, h } from "../lib/dom.js";
import { SignedOutError } from "../lib/session.js";

let nextId = 0;

/**
 * @typedef {object} FormDialog
 * @property {string} title
 * @property {string} [text]
 * @property {HTMLElement[]} fields
 * @property {string} submit the words on the button; without any the fields have buttons of their own
 * @property {(entered: Record<string, string>) => Promise<void>} onSubmit if it throws, the dialog stays open with the
 *   message and with all that was typed
 */

/**
 * Ask the user to fill in a form.
 * @param {FormDialog} options
 */
export function openFormDialog({ title, text, fields, submit, onSubmit }) {
  const fault = h("p", { class: "error", role: "alert" });
  const button = h("button", { type: "submit", class: "primary" }, submit);
  const titleId = `dialog-${++nextId}`;
  const form = h("form", { method: "dialog" },
    h("h2", { id: titleId }, title), text && h("p", {}, text), fields, fault,
    h("p", { class: "buttons" }, h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"), submit && button));
  /** @type {HTMLDialogElement} */
  const dialog = h("dialog", { "aria-labelledby": titleId }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    fault.textContent = "";
    try {
      const entered = new FormData(form, event.submitter);
      await onSubmit(/** @type {Record<string, string>} */ (Object.fromEntries(entered)));
      dialog.close();
    } catch (error) {
      fault.textContent = errorMessage(error)
        + (error instanceof SignedOutError ? " Copy what you typed, then reload the page to sign in again." : "");
      button.disabled = false;
    }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && submit) form.requestSubmit(button);
  });
  openDialog(dialog);
}

/**
 * Show a dialog, and remove it from the page once it is closed.
 * @param {HTMLDialogElement} dialog
 */
export function openDialog(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  // A click on the backdrop has the dialog itself as its target.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}
