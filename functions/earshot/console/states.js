/** What stands where nothing else can: loading, nothing there, not for you, failed, signed out. */

import { h } from "./dom.js";
import { Problem } from "./api.js";
import { SignedOutError, signIn } from "./session.js";

/** Shapes of what is on its way. */
export function loading(what, rows = 4) {
  return h("div", { class: "loading", role: "status" }, h("p", { class: "unseen" }, `Loading ${what}.`),
    Array.from({ length: rows }, () => h("div", { class: "ghost" }, h("i"), h("i"), h("i"))));
}

export function empty(title, ...lines) {
  return h("div", { class: "state" }, h("p", { class: "lead" }, title), lines.map((line) => h("p", {}, line)));
}

/** What went wrong, and what can be done: `again` is called by the button. */
export function failed(error, again) {
  if (error instanceof SignedOutError) {
    return h("div", { class: "state", role: "alert" }, h("p", { class: "lead" }, "You are signed out"),
      h("p", {}, error.message), h("button", { type: "button", class: "strong", onclick: signIn }, "Sign in"));
  }
  if (error instanceof Problem && error.isUnavailable) {
    return empty("Not available",
      error.status === 403 ? error.message : "This deployment of Earshot does not have it, or not yet.");
  }
  const title = error.status === 404 ? "There is no such thing here" : "That did not work";
  return h("div", { class: "state", role: "alert" }, h("p", { class: "lead" }, title), h("p", {}, error.message),
    again && h("button", { type: "button", onclick: again }, "Try again"));
}
