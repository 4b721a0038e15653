/** What staff can do with a case. The API decides; the console only offers what it would not refuse. */

import { ApiError, postJson } from "../lib/api.js";
import { alertText } from "../lib/alert-state.js";
import { errorMessage, h } from "../lib/dom.js";
import { isMe } from "../lib/people.js";
import { atTime, plural } from "../lib/format.js";
import {
  askForCorrection, askForHolder, askForNote, askForOutcome, askForReopening, askForSnooze, askToHandOver, askToTakeOver,
} from "./action-dialogs.js";
import { showNotice } from "./notice.js";

// What the API takes in one request.
const MOST_AT_ONCE = 100;

/**
 * @typedef {object} Action
 * @property {string} label
 * @property {string} [key] its shortcut
 * @property {string} permission the operation of the API that the user must be allowed
 * @property {(theCase: Api.Case, user: CurrentUser) => boolean} isPossible
 * @property {(theCase: Api.Case, submit: import("./action-dialogs.js").Submit) => void} [ask] asks for details first
 * @property {(changed: any) => string} done what the user reads afterwards, from what the API answered
 * @property {string} [path] the end of the path of its request, where that is not its name
 */

/**
 * What happened, and what becomes of the alerts of a case that is open.
 * @param {string} happened
 * @returns {(changed: Api.Case | null) => string}
 */
const withAlerts = (happened) => (changed) =>
  changed?.status === "open" ? `${happened} ${alertText(changed.alert_state)}.` : happened;

/** @param {Api.Case} theCase */
const isOpen = (theCase) => theCase.status === "open";
/** @type {(theCase: Api.Case, user: CurrentUser) => boolean} */
const isMine = (theCase, user) => theCase.status === "acknowledged" && isMe(theCase.acknowledged_by, user);

/** @param {Api.NoteResult} note */
const noteSaved = ({ told, pending, not_told, unknown }) => ["The note is saved.", told.length && `${told.join(", ")} will be told.`,
  pending.length && `${pending.join(", ")} could not be told yet: Earshot tries again.`,
  not_told.length && `Earshot cannot tell ${not_told.join(", ")}: say it yourself.`,
  unknown.length && `No colleague is called ${unknown.map((name) => `@${name}`).join(", ")}.`].filter(Boolean).join(" ");

/**
 * By the name that ends the path of the request.
 * @satisfies {Record<string, Action>}
 */
const ACTIONS = {
  acknowledge: {
    label: "Acknowledge", key: "a", permission: "acknowledge", isPossible: isOpen,
    done: () => "Acknowledged. The case is yours.",
  },
  "take-over": {
    label: "Take over", key: "t", permission: "assign", path: "assign", ask: askToTakeOver,
    isPossible: (theCase, user) => theCase.status === "acknowledged" && !isMine(theCase, user),
    done: () => "The case is yours. Who held it is being told.",
  },
  assign: {
    label: "Assign", key: "g", permission: "assign", ask: askForHolder,
    isPossible: (theCase) => theCase.status === "open" || theCase.status === "acknowledged",
    done: (changed) => `${changed.acknowledged_by} has the case.`,
  },
  resolve: {
    label: "Resolve", key: "e", permission: "resolve", isPossible: (theCase) => theCase.status !== "resolved",
    ask: askForOutcome, done: () => "The case is resolved.",
  },
  "hand-over": {
    label: "Hand over", key: "h", permission: "hand_over",
    isPossible: (theCase, user) => isOpen(theCase) || isMine(theCase, user),
    ask: askToHandOver, done: withAlerts("Handed over."),
  },
  snooze: {
    label: "Snooze", key: "s", permission: "snooze",
    isPossible: (theCase) => isOpen(theCase) && theCase.alerting !== "off",
    ask: askForSnooze, done: withAlerts("Snoozed."),
  },
  notes: {
    label: "Add note", key: "n", permission: "add_note", isPossible: () => true, ask: askForNote,
    done: noteSaved,
  },
  reopen: {
    label: "Reopen", permission: "reopen",
    isPossible: (theCase) => theCase.status === "replied" || theCase.status === "resolved",
    ask: askForReopening, done: withAlerts("The case is open again."),
  },
  "not-a-complaint": {
    label: "Not a complaint", permission: "not_a_complaint",
    isPossible: (theCase, user) => theCase.intent === "complaint" && theCase.status !== "resolved"
      && (theCase.status !== "acknowledged" || isMine(theCase, user)),
    done: () => "Resolved as not a complaint. The correction is logged.",
  },
  correct: {
    label: "Reclassify", permission: "correct", isPossible: () => true, ask: askForCorrection,
    done: withAlerts("The case is reclassified."),
  },
  confirm: {
    label: "Confirm classification", permission: "confirm", isPossible: () => true,
    done: () => "The classification is confirmed.",
  },
};

/** @typedef {keyof typeof ACTIONS} ActionName */
const NAMES = /** @type {ActionName[]} */ (Object.keys(ACTIONS));

/**
 * @param {ActionName} name
 * @returns {Action}
 */
const action = (name) => ACTIONS[name];

/**
 * The actions that the user can take on a case as it is now.
 * @param {Api.Case} theCase
 * @param {CurrentUser} user
 */
export function availableActions(theCase, user) {
  return NAMES.filter((name) => user.can(action(name).permission) && action(name).isPossible(theCase, user));
}

/**
 * The available action that a key stands for, or null.
 * @param {string} key
 * @param {Api.Case} theCase
 * @param {CurrentUser} user
 */
export function actionForKey(key, theCase, user) {
  return availableActions(theCase, user).find((name) => action(name).key === key) ?? null;
}

/**
 * @param {ActionName} name
 * @param {Api.Case} theCase
 * @param {OnChanged} onChanged
 * @param {Record<string, string | false>} [attributes]
 */
export function actionButton(name, theCase, onChanged, attributes = {}) {
  const { key, label } = action(name);
  return h("button", {
    type: "button", "aria-keyshortcuts": key, title: key && `Shortcut: ${key}`, ...attributes,
    onclick: () => perform(name, theCase, onChanged),
  }, label);
}

/**
 * Take an action, after asking for the details that it needs.
 * @param {ActionName} name
 * @param {Api.Case} theCase
 * @param {OnChanged} onChanged
 */
export async function perform(name, theCase, onChanged) {
  const { ask, done } = action(name);
  const submit = async (/** @type {object | undefined} */ body) => {
    try {
      const answer = await send(name, theCase, body);
      /** @type {Api.Case | null} */
      const changed = name === "notes" ? null : answer;
      onChanged(changed);
      showNotice(done(answer), { undo: changed?.undoable ? () => undo(changed, onChanged) : null });
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 409 && error.status !== 412)) throw error;
      showNotice(conflictText(error), { isError: true });
      onChanged(null);
    }
  };
  if (ask) {
    ask(theCase, submit);
    return;
  }
  try {
    await submit(undefined);
  } catch (error) {
    showNotice(errorMessage(error), { isError: true });
  }
}

/**
 * Take back what the user did last with a case. The API refuses where something has happened since.
 * @param {Api.Case} theCase
 * @param {OnChanged} onChanged
 */
async function undo(theCase, onChanged) {
  try {
    /** @type {Api.Case} */
    const restored = await postJson(`cases/${encodeURIComponent(theCase.id)}/undo`);
    onChanged(restored);
    showNotice(withAlerts("Undone. The case is what it was.")(restored));
  } catch (error) {
    showNotice(errorMessage(error), { isError: true });
    onChanged(null);
  }
}

/**
 * @param {ActionName} name
 * @param {Api.Case} theCase
 * @param {object | undefined} body
 * @returns {Promise<any>} the case as it is now; for a note the note
 */
function send(name, theCase, body) {
  // A note does not depend on the state of the case, so it needs no version.
  const etag = name === "notes" ? null : theCase.etag;
  const path = action(name).path ?? name;
  return postJson(`cases/${encodeURIComponent(theCase.id)}/${path}`, { ...(body && { body }), etag });
}

/**
 * Why the action was refused: a colleague was faster.
 * @param {ApiError} error
 */
function conflictText(error) {
  if (error.heldBy && error.since) {
    return `${error.heldBy} acknowledged this case ${atTime(error.since)}. You now see its latest state.`;
  }
  if (error.status === 412) {
    return "Someone changed this case while you were looking at it. You now see its latest state: check it, then try again.";
  }
  return `${error.message} You now see the latest state of the case.`;
}

/**
 * A button for one act about many customers. The API takes a part of them at a time: it goes on until all are done.
 * @param {object} act
 * @param {string} act.label
 * @param {string} act.question what is asked before it is done
 * @param {string} act.path of the API
 * @param {object} [act.body]
 * @param {(count: number) => string} act.done what the user reads afterwards
 * @param {() => void} onDone
 */
export function bulkButton({ label, question, path, body = {}, done }, onDone) {
  /** @type {HTMLButtonElement} */
  const button = h("button", {
    type: "button",
    onclick: async () => {
      if (!confirm(question)) return;
      button.disabled = true;
      /** @type {string[]} */
      const changed = [];
      try {
        /** @type {string | null} */
        let after = null;
        do {
          /** @type {Api.BulkResult} */
          const result = await postJson(path, { body: { ...body, ...(after && { after }) } });
          changed.push(...result.changed);
          after = result.next;
          button.textContent = `${label}: ${plural(changed.length, "case")} so far`;
        } while (after);
        showNotice(done(changed.length), { undo: changed.length ? () => undoAll(changed, onDone) : null });
      } catch (error) {
        showNotice(`${plural(changed.length, "case")} changed, then: ${errorMessage(error)}`, { isError: true });
      }
      button.disabled = false;
      button.textContent = label;
      onDone();
    },
  }, label);
  return button;
}

/**
 * Take back one act about many customers, as many cases at a time as the API takes.
 * @param {string[]} ids
 * @param {() => void} onDone
 */
export async function undoAll(ids, onDone) {
  let undone = 0;
  /** @type {string[]} */
  const refused = [];
  try {
    for (let start = 0; start < ids.length; start += MOST_AT_ONCE) {
      /** @type {Api.EachResult} */
      const result = await postJson("undo", { body: { cases: ids.slice(start, start + MOST_AT_ONCE) } });
      undone += result.changed.length;
      refused.push(...result.refused.map(({ why }) => why));
    }
    const kept = refused.length ? ` ${plural(refused.length, "case")} could not be undone: ${refused[0]}` : "";
    showNotice(`Undone for ${plural(undone, "case")}.${kept}`, { isError: refused.length > 0 });
  } catch (error) {
    showNotice(`Undone for ${plural(undone, "case")}, then: ${errorMessage(error)}`, { isError: true });
  }
  onDone();
}
