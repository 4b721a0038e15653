/** What an action asks for before it is done. Each dialog passes the body of the request to `submit`. */

import { h } from "../lib/dom.js";
import { INTENTS, OUTCOMES, SEVERITIES } from "../lib/labels.js";
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
  openFormDialog({
    title: `Add a note to ${nameOf(subject)}`,
    text: "Only colleagues see notes; they are never posted.",
    fields: [field("Note", h("textarea", { name: "text", rows: 4, maxlength: MOST_CHARACTERS, required: true }))],
    submit: "Save note", onSubmit: submit,
  });
}

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
