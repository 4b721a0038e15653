/** Cases that are selected, and what can be done with all of them at once. */

import { getJson, postJson } from "../../lib/api.js";
import { errorMessage, h } from "../../lib/dom.js";
import { plural } from "../../lib/format.js";
import { askForHolder, askForNote, askForOutcome, askForSnooze } from "../action-dialogs.js";
import { undoAll } from "../case-actions.js";
import { showNotice } from "../notice.js";

// Few enough for progress to be seen, and no more than the API takes.
const LEAST_AT_ONCE = 10;
const MOST_AT_ONCE = 100;
const STEPS = 20;
const SHOWN_REFUSALS = 20;

/**
 * An act for many cases: one line for each.
 * @typedef {object} ManyAct
 * @property {string} act as `POST /bulk` names it
 * @property {string} label
 * @property {string} permission the operation of the API that the user must be allowed
 * @property {string} done
 * @property {string} [key]
 * @property {(cases: string, submit: import("../action-dialogs.js").Submit) => void} [ask]
 */

/** @type {ManyAct[]} */
const ACTS = [
  { act: "resolve", label: "Resolve", permission: "resolve", done: "resolved", key: "e", ask: askForOutcome },
  { act: "assign", label: "Assign", permission: "assign", done: "assigned", key: "g", ask: askForHolder },
  { act: "told", label: "I told them all", permission: "resolve", done: "resolved: all were told" },
  { act: "not-a-complaint", label: "Not a complaint", permission: "not_a_complaint", done: "resolved as not a complaint" },
  { act: "snooze", label: "Snooze", permission: "snooze", done: "snoozed", key: "s", ask: askForSnooze },
  { act: "note", label: "Add note", permission: "add_note", done: "got the note", key: "n", ask: askForNote },
];

export class Selection {
  /** @type {Set<string>} */
  ids = new Set();
  #anchor = "";
  #acts;
  #onDone;
  #state = h("p", { role: "status" });
  #refused = h("ul", { class: "plain-list" });
  #buttons = h("p", { class: "actions" });
  #isBusy = false;

  /**
   * @param {CurrentUser} user
   * @param {() => void} onDone called after each act, and whenever another case is selected
   */
  constructor(user, onDone) {
    this.#acts = ACTS.filter(({ permission }) => user.can("act_on_many") && user.can(permission));
    this.#onDone = onDone;
    this.#buttons.append(...this.#acts.map((one) => h("button", {
      type: "button", class: "small-button", "aria-keyshortcuts": one.key, onclick: () => this.#ask(one),
    }, one.label)), h("button", { type: "button", class: "quiet", onclick: () => this.clear() }, "Clear selection"));
    this.element = h("section", { class: "selection", "aria-label": "Selected cases", hidden: true },
      this.#state, this.#buttons, this.#refused);
  }

  /** Whether the user may act on many cases. */
  get isAllowed() {
    return this.#acts.length > 0;
  }

  /**
   * Select a case, or no longer; with `upTo` all from the one that was selected before.
   * @param {string} id
   * @param {string[]} shown the ids of the cases on the page, in order
   */
  toggle(id, shown, { upTo = false } = {}) {
    const isOn = !this.ids.has(id);
    const from = upTo && shown.includes(this.#anchor) ? shown.indexOf(this.#anchor) : shown.indexOf(id);
    const to = shown.indexOf(id);
    for (const each of upTo ? shown.slice(Math.min(from, to), Math.max(from, to) + 1) : [id]) {
      if (isOn || upTo) this.ids.add(each);
      else this.ids.delete(each);
    }
    this.#anchor = id;
    this.#show();
  }

  /**
   * Select all cases of a view, on every page of it.
   * @param {Record<string, string>} query
   */
  async selectAll(query) {
    try {
      const { ids } = /** @type {Api.InboxIds} */ (await getJson("inbox/ids", { query }));
      this.ids = new Set(ids);
      this.#show();
    } catch (error) {
      showNotice(errorMessage(error), { isError: true });
    }
  }

  clear() {
    this.ids.clear();
    this.#refused.replaceChildren();
    this.#show();
  }

  /**
   * Act on what is selected, if the key stands for that.
   * @param {string} key
   */
  onKey(key) {
    const act = this.ids.size ? this.#acts.find((one) => one.key === key) : undefined;
    if (act) this.#ask(act);
    else if (key === "Escape" && this.ids.size) this.clear();
    else return false;
    return true;
  }

  /** @param {ManyAct} one */
  #ask(one) {
    if (this.#isBusy) return;
    const cases = plural(this.ids.size, "case");
    if (one.ask) one.ask(cases, async (body) => { this.#act(one, body); });
    else if (confirm(`${one.label}: ${cases}?`)) this.#act(one, {});
  }

  /**
   * @param {ManyAct} one
   * @param {object} body
   */
  async #act({ act, done }, body) {
    const ids = [...this.ids];
    const atOnce = Math.min(MOST_AT_ONCE, Math.max(LEAST_AT_ONCE, Math.ceil(ids.length / STEPS)));
    /** @type {string[]} */
    const changed = [];
    /** @type {Api.Refusal[]} */
    const refused = [];
    let problem = "";
    this.#busy(true);
    for (let start = 0; start < ids.length && !problem; start += atOnce) {
      const cases = ids.slice(start, start + atOnce);
      try {
        const result = /** @type {Api.EachResult} */ (await postJson("bulk", { body: { ...body, act, cases } }));
        changed.push(...result.changed);
        refused.push(...result.refused);
        for (const id of cases) this.ids.delete(id);
      } catch (error) {
        // What is left stays selected.
        problem = errorMessage(error);
      }
      this.#state.textContent = `${Math.min(start + atOnce, ids.length)} of ${plural(ids.length, "case")} done`;
    }
    for (const { case_id } of refused) this.ids.add(case_id);
    this.#busy(false);
    this.#refused.replaceChildren(...refused.slice(0, SHOWN_REFUSALS).map(({ case_id, why }) => h("li", {},
      h("a", { href: `#/cases/${encodeURIComponent(case_id)}` }, case_id), `: ${why}`)));
    this.#show();
    const failed = [refused.length > 0 && `${plural(refused.length, "case")} refused, each with its reason below.`,
      problem && `Then: ${problem} What is left stays selected.`].filter(Boolean).join(" ");
    showNotice(`${plural(changed.length, "case")} ${done}. ${failed}`, {
      undo: changed.length ? () => undoAll(changed, this.#onDone) : null,
    });
  }

  /** @param {boolean} isBusy */
  #busy(isBusy) {
    this.#isBusy = isBusy;
    for (const button of this.#buttons.querySelectorAll("button")) button.disabled = isBusy;
  }

  #show() {
    this.element.hidden = !this.ids.size;
    this.#state.textContent = `${plural(this.ids.size, "case")} selected`;
    this.#onDone();
  }
}
