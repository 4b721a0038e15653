/** What must be true before somebody relies on Earshot, for administrators: what the stack itself can see of it. */

import { getJson } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { atTime, plural } from "../lib/format.js";
import { errorState, loadingState } from "../widgets/placeholders.js";

/** What is bad comes first. @type {Api.Finding["level"][]} */
const LEVELS = ["failure", "warning", "ok"];
/** As words, for none speaks by colour alone. */
const LABELS = { failure: "Failure", warning: "Warning", ok: "OK" };
const CLASSES = { failure: "critical", warning: "high", ok: "low" };

/** @implements {ConsolePage} */
export class DoctorPage {
  title = "Doctor";
  #body = h("div");
  element = h("div", { class: "stack" },
    h("header", { class: "head" }, h("h1", {}, "Doctor"),
      h("p", {}, "Everything that must be true before somebody relies on Earshot."),
      h("p", { class: "actions" }, h("button", { type: "button", onclick: () => this.#load() }, "Check again"))),
    this.#body);

  constructor() {
    this.#load();
  }

  async #load() {
    this.#body.replaceChildren(loadingState("the checks"));
    try {
      this.#show(await getJson("doctor"));
    } catch (error) {
      this.#body.replaceChildren(errorState(error, () => this.#load()));
    }
  }

  /** @param {Api.Doctor} doctor */
  #show({ at, findings, unseen }) {
    const ordered = LEVELS.flatMap((level) => findings.filter((finding) => finding.level === level));
    const bad = findings.filter(({ level }) => level === "failure").length;
    this.#body.replaceChildren(
      h("p", { role: "status" }, bad ? `${plural(bad, "failure")}: do not rely on it before they are mended.`
        : "Nothing that the stack can see is broken.", ` Checked ${atTime(at)}.`),
      h("ul", { class: "cards" }, ordered.map(card)),
      h("p", { class: "small" }, `Not looked at here: ${unseen.join(", ")}. `, h("code", {}, "earshot doctor"),
        " does, with the credentials of an operator."));
  }
}

/** @param {Api.Finding} finding */
function card({ check, level, what, remedy }) {
  return h("li", { class: `card ${CLASSES[level]}` },
    h("p", { class: "badges" }, h("span", { class: `severity ${CLASSES[level]}` }, LABELS[level]), h("b", {}, check)),
    h("p", {}, what), remedy && h("p", { class: "small" }, `What to do: ${remedy}`));
}
