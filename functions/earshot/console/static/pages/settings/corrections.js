/** What staff said of judgements: who, when, what was judged and what is right, and what can be learned from it. */

import { getJson } from "../../lib/api.js";
import { errorMessage, h, table } from "../../lib/dom.js";
import { capitalize, formatNumber, percent, plural, shortTime } from "../../lib/format.js";
import { isMe } from "../../lib/people.js";
import { field, select } from "../../widgets/form-fields.js";
import { showNotice } from "../../widgets/notice.js";
import { emptyState } from "../../widgets/placeholders.js";

const DAY_MS = 86_400_000;
const SHOWN_AT_FIRST = 7;
const AT_ONCE = 50;
// Fewer say nothing of a rule.
const LEAST_OF_RULE = 3;
/** @type {[string, string][]} */
const KINDS = [["", "Everything"], ["corrected", "Corrected"], ["dismissed", "Not a complaint"], ["confirmed", "Confirmed"], ["undone", "Undone"]];

/** @param {number} epochMs */
const isoDate = (epochMs) => new Date(epochMs).toISOString().slice(0, 10);

/** @param {CurrentUser} user */
export async function correctionsTab(user) {
  const tab = new Corrections(user);
  await tab.load();
  return tab.element;
}

class Corrections {
  #from = h("input", { type: "date", required: true, value: isoDate(Date.now() - (SHOWN_AT_FIRST - 1) * DAY_MS) });
  #to = h("input", { type: "date", required: true, value: isoDate(Date.now()) });
  #kind = select("kind", KINDS);
  #by = h("select", { name: "by" });
  #summary = h("div", { class: "stack" });
  #list = h("ol", { class: "cards", "aria-label": "Corrections" });
  #end = h("div", { class: "list-end" });
  /** @type {Api.CorrectionRow[]} */
  #items = [];
  #shown = AT_ONCE;
  #user;

  /** @param {CurrentUser} user */
  constructor(user) {
    this.#user = user;
    const form = h("form", { class: "period" }, field("From", this.#from), field("To", this.#to),
      field("What", this.#kind), field("Who", this.#by), h("button", { type: "submit", class: "primary" }, "Show"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.load().catch((error) => showNotice(errorMessage(error), { isError: true }));
    });
    for (const filter of [this.#kind, this.#by]) filter.addEventListener("change", () => this.#show());
    this.element = h("section", { class: "stack" }, h("h2", {}, "Corrections"),
      h("p", {}, "What staff said of judgements on these days (UTC, 31 at most), the latest first."),
      form, this.#summary, this.#list, this.#end);
  }

  async load() {
    const query = { from: this.#from.value, to: this.#to.value };
    const found = /** @type {Api.Corrections} */ (await getJson("corrections", { query }));
    this.#items = found.items.toReversed();
    const chosen = this.#by.value;
    const people = [...new Set(found.items.map(({ by }) => by))].sort();
    this.#by.replaceChildren(...["", ...people].map((by) => h("option", { value: by, selected: by === chosen }, by || "Everybody")));
    this.#summary.replaceChildren(...summary(found));
    this.#show();
  }

  #show({ shown = AT_ONCE } = {}) {
    this.#shown = shown;
    const wanted = this.#items.filter(({ what, by }) =>
      (!this.#kind.value || what === this.#kind.value) && (!this.#by.value || by === this.#by.value));
    const page = wanted.slice(0, shown);
    this.#list.replaceChildren(...page.map((one) => card(one, this.#user)));
    const left = wanted.length - page.length;
    this.#end.replaceChildren(
      wanted.length ? h("p", { class: "small", role: "status" }, `${formatNumber(page.length)} of ${plural(wanted.length, "correction")} shown.`)
        : emptyState("Nobody has corrected anything", "Choose other days, or other filters."),
      left > 0 ? h("button", { type: "button", onclick: () => this.#show({ shown: this.#shown + AT_ONCE }) },
        `Show ${Math.min(AT_ONCE, left)} more`) : "");
  }
}

/** @param {Api.Corrections} found */
function summary({ complete, counts, rules }) {
  const telling = rules.filter(({ judged }) => judged >= LEAST_OF_RULE);
  return [
    !complete && h("p", { class: "warning" }, "There are more than 1,000: these are the earliest. Choose fewer days to see the others."),
    h("p", {}, `Something that still stands was said of ${plural(counts.cases, "case")}: ${formatNumber(counts.right)} judged rightly, `
      + `${formatNumber(counts.wrong)} not. `, h("code", {}, "earshot learn"), " reads these, and the complaints that somebody took "
      + "and let stand; from 10 of each on it may propose a change."),
    telling.length > 0 && h("details", {}, h("summary", {}, "How each rule did"), table("How each rule did",
      ["Rule", "Cases", "Judged rightly", "Share"],
      telling.map(({ rule, judged, confirmed, precision }) => [rule, formatNumber(judged), formatNumber(confirmed), percent(precision)]))),
  ].filter((part) => part instanceof HTMLElement);
}

/**
 * @param {Api.CorrectionRow} one
 * @param {CurrentUser} user
 */
function card(one, user) {
  const before = `${one.judged_intent}, ${one.judged_severity}, urgency ${one.judged_urgency}`;
  const after = one.intent === null ? "not a complaint" : `${one.intent}, ${one.severity}`;
  return h("li", { class: "card" },
    h("p", { class: "badges" }, h("b", {}, capitalize(one.what)), h("span", {}, isMe(one.by, user) ? "you" : one.by),
      h("time", { class: "when", datetime: one.at }, shortTime(one.at))),
    h("p", {}, "Judged ", h("b", {}, before), one.what === "undone" ? ": what was said of it was taken back" : [" → ", h("b", {}, after)]),
    one.why && h("p", { class: "post-text" }, one.why),
    one.rules.length > 0 && h("p", { class: "small" }, `By ${one.rules.join(", ")}`),
    h("p", { class: "actions" }, h("a", { href: `#/cases/${encodeURIComponent(one.case_id)}` }, "Open the case")));
}
