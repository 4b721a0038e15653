/** What a page shows in place of content: loading, empty, failed, signed out. */

import { ApiError } from "../lib/api.js";
import { errorMessage, h } from "../lib/dom.js";
import { SignedOutError, signIn } from "../lib/session.js";

/**
 * Grey shapes where content is about to appear.
 * @param {string} what for screen readers
 * @param {number} [rows]
 */
export function loadingState(what, rows = 4) {
  return h("div", { class: "loading", role: "status" }, h("p", { class: "visually-hidden" }, `Loading ${what}.`),
    Array.from({ length: rows }, () => h("div", { class: "skeleton" }, h("i"), h("i"), h("i"))));
}

/**
 * @param {string} title
 * @param {...(string | HTMLElement)} lines
 */
export function emptyState(title, ...lines) {
  return h("div", { class: "placeholder" }, h("p", { class: "lead" }, title), lines.map((line) => h("p", {}, line)));
}

/**
 * What went wrong, with a button for what the user can do about it.
 * @param {unknown} error
 * @param {(() => unknown) | null} retry null where trying again cannot help
 */
export function errorState(error, retry) {
  if (error instanceof SignedOutError) {
    return h("div", { class: "placeholder", role: "alert" }, h("p", { class: "lead" }, "You are signed out"),
      h("p", {}, error.message), h("button", { type: "button", class: "primary", onclick: signIn }, "Sign in"));
  }
  if (error instanceof ApiError && error.isUnavailable) {
    return emptyState("Not available",
      error.status === 403 ? error.message : "This installation of Earshot does not offer this feature.");
  }
  const title = error instanceof ApiError && error.status === 404 ? "Not found" : "Something went wrong";
  return h("div", { class: "placeholder", role: "alert" }, h("p", { class: "lead" }, title),
    h("p", {}, errorMessage(error)), retry && h("button", { type: "button", onclick: retry }, "Try again"));
}
