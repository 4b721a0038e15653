/** What an action asks for before it is done. Each dialog passes the body of the request to `submit`. */

import { getJson } from "../lib/api.js";
import { errorMessage, h } from "../lib/dom.js";
import { capitalize } from "../lib/format.js";
import { INTENTS, OUTCOMES, SEVERITIES } from "../lib/labels.js";
import { colleagues, hint } from "../lib/people.js";
import { openFormDialog } from "./dialog.js";
import { asOptions, field, select } from "./form-fields.js";

/** @typedef {(body: object) => Promise<void>} Submit */

// What the API accepts.
const MOST_CHARACTERS = 4000;

/**
 * Many cases are named by their number.
 * @param {Api.Case | string} subject
 */
const nameOf = (subject) => (typeof subject === "string" ? subject : "this case");

const reasonField = () => field("Reason (for colleagues)", h("textarea", { name: "why", rows: 3, maxlength: MOST_CHARACTERS }));

/** @type {(subject: Api.Case | string, submit: Submit) => void} */
export function askForOutcome(subject, submit) {
  openFormDialog({
    title: `Resolve ${nameOf(subject)}`,
    text: "Nothing more is owed to the customer. If they write again, the case reopens automatically.",
    fields: [field("Outcome", select("outcome", [["", "Not specified"], ...asOptions(OUTCOMES)])), reasonField()],
    submit: "Resolve", onSubmit: ({ outcome, why }) => submit(outcome ? { why, outcome } : { why }),
  });
}

/** @type {(subject: Api.Case | string, submit: Submit) => void} */
export function askForSnooze(subject, submit) {
  openFormDialog({
    title: `Snooze alerts of ${nameOf(subject)}`,
    text: "No one is alerted about this case until the snooze ends. The time to answer keeps running.",
    fields: [field("Snooze for", select("minutes", [["30", "30 minutes"], ["60", "60 minutes"]]))],
    submit: "Snooze", onSubmit: ({ minutes }) => submit({ minutes: Number(minutes) }),
  });
}

/** @type {(subject: Api.Case | string, submit: Submit) => void} */
export function askForNote(subject, submit) {
  // Of a note on many cases nobody is told: they would be told as often.
  const isOne = typeof subject !== "string";
  const text = h("textarea", { name: "text", rows: 4, maxlength: MOST_CHARACTERS, required: true, oninput: isOne ? suggest : null });
  const names = h("p", { class: "actions", role: "group", "aria-label": "Colleagues to mention" });
  async function suggest() {
    const before = text.value.slice(0, text.selectionStart);
    const begun = /(?<![\w.@])@([\w.-]*)$/.exec(before)?.[1]?.toLowerCase();
    const found = begun === undefined ? [] : (await colleagues()).filter(({ id, name, you }) =>
      !you && (id.startsWith(begun) || name.toLowerCase().startsWith(begun)));
    names.replaceChildren(...found.slice(0, 5).map(({ id, name }) => h("button", {
      type: "button", class: "small-button",
      onclick: () => {
        text.setRangeText(`@${id} `, before.length - (begun ?? "").length - 1, before.length, "end");
        names.replaceChildren();
        text.focus();
      },
    }, `@${id}`, name !== id && ` ${name}`)));
  }
  openFormDialog({
    title: `Add a note to ${nameOf(subject)}`,
    text: `Only colleagues see notes; they are never posted. ${isOne ? "Whom you mention, as @mia, is told once." : ""}`,
    fields: isOne ? [field("Note", text), names] : [field("Note", text)], submit: "Save note", onSubmit: submit,
  });
}

/** @type {(subject: Api.Case | string, submit: Submit) => void} */
export function askForHolder(subject, submit) {
  const holder = typeof subject === "string" ? null : subject.acknowledged_by;
  const list = h("div", { class: "choices" }, "Loading colleagues…");
  /** @param {Api.Colleague[]} people */
  const show = (people) => list.replaceChildren(...people.map((one) => h("button", {
    type: "submit", name: "to", value: one.id, class: one.warnings.length > 0 && "warned",
  }, h("b", {}, one.you ? `${one.name} (you)` : one.name), " ", h("span", { class: "small" }, hint(one)))));
  const find = h("input", { type: "search", oninput: () => list.querySelectorAll("button").forEach((button) => {
    button.hidden = button.disabled = !button.textContent?.toLowerCase().includes(find.value.toLowerCase());
  }) });
  colleagues().then((all) => show(all
    .filter(({ may_hold, holds_as }) => may_hold && holds_as !== holder)
    .toSorted((one, other) => one.warnings.length - other.warnings.length)),
  (error) => { list.textContent = errorMessage(error); });
  openFormDialog({
    title: `Give ${nameOf(subject)} to…`,
    text: "They are told once. A case without an answer in time goes back to the ladder.",
    fields: [field("Find", find), list], submit: "", onSubmit: ({ to }) => submit({ to }),
  });
}

/**
 * A question that says first what the act will do, as the API foresees it.
 * @param {string} title
 * @param {string} act
 * @param {string} words on the button
 * @returns {(theCase: Api.Case, submit: Submit) => void}
 */
const askFirst = (title, act, words) => (theCase, submit) => {
  const text = h("p", { role: "status" }, "Looking whom that tells…");
  getJson(`cases/${encodeURIComponent(theCase.id)}/preview`, { query: { act } }).then(
    (/** @type {Api.Preview} */ found) => text.replaceChildren(found.text,
      ...found.warnings.map((warning) => h("b", { class: "warning" }, ` ${capitalize(warning)}.`))),
    (error) => { text.textContent = errorMessage(error); });
  openFormDialog({ title, fields: [text], submit: words, onSubmit: () => submit({}) });
};
export const askToHandOver = askFirst("Hand this case over", "hand-over", "Hand over");
export const askToTakeOver = askFirst("Take this case over", "assign", "Take over");

/** @type {(theCase: Api.Case, submit: Submit) => void} */
export function askForReopening(_theCase, submit) {
  openFormDialog({
    title: "Reopen this case",
    text: "The customer is still owed something. The clock starts anew, and if it is urgent, alerts do too: acknowledge it if you will answer.",
    fields: [reasonField()],
    submit: "Reopen", onSubmit: submit,
  });
}

/** @type {(theCase: Api.Case, submit: Submit) => void} */
export function askForCorrection(theCase, submit) {
  openFormDialog({
    title: "Reclassify this case",
    text: "Your correction is logged next to the original classification and its reasons, so that the rules can be improved.",
    fields: [
      field("Intent", select("intent", asOptions(INTENTS), theCase.intent)),
      field("Severity", select("severity", asOptions(SEVERITIES), theCase.severity)),
      reasonField(),
    ],
    submit: "Reclassify",
    onSubmit: async ({ intent, severity, why }) => {
      const changes = {
        ...(intent !== theCase.intent && { intent }),
        ...(severity !== theCase.severity && { severity }),
      };
      if (!Object.keys(changes).length) throw new Error("Nothing has changed yet. Choose another intent or severity.");
      await submit({ why, ...changes });
    },
  });
}
