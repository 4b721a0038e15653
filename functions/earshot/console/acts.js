/** What staff do with a case. The API decides; what is offered here only spares a refusal. */

import { ask } from "./api.js";
import { askFor, choice, field } from "./dialogs.js";
import { h } from "./dom.js";
import { notice } from "./notice.js";
import { capital, INTENTS, SEVERITIES, when } from "./words.js";

const OUTCOMES = ["answered", "fixed", "compensated", "no answer needed", "thanked", "not reachable"];

const isOpen = (found) => found.status === "open";
const isHeld = (found) => found.status === "acknowledged";
const isDone = (found) => found.status === "replied" || found.status === "resolved";
const isMine = (found, me) => isHeld(found) && found.acknowledged_by === me.who;

/**
 * The acts by name: the key that stands for them, whose permission they take, and when they make sense. `alone` are
 * done at once; the others ask for something first.
 */
const ACTS = {
  acknowledge: { words: "Acknowledge", key: "a", needs: "acknowledge", when: isOpen, alone: true, done: "It is yours." },
  resolve: { words: "Resolve", key: "e", needs: "resolve", when: (found) => found.status !== "resolved", ask: askOutcome },
  "hand-over": {
    words: "Hand over", key: "h", needs: "hand_over", when: (found, me) => isOpen(found) || isMine(found, me),
    alone: true, done: "Handed over: the next rung is told.",
  },
  snooze: {
    words: "Snooze", key: "s", needs: "snooze", when: (found) => isOpen(found) && found.alerting !== "off", ask: askMinutes,
  },
  notes: { words: "Note", key: "n", needs: "add_note", when: () => true, ask: askNote },
  reopen: { words: "Reopen", needs: "reopen", when: isDone, ask: askWhy },
  "not-a-complaint": {
    words: "Not a complaint", needs: "not_a_complaint",
    when: (found, me) => found.intent === "complaint" && (!isHeld(found) || isMine(found, me)) && found.status !== "resolved",
    alone: true, done: "Resolved as no complaint. The judgement is kept as a correction.",
  },
  correct: { words: "Correct", needs: "correct", when: () => true, ask: askCorrection },
  confirm: { words: "Judged rightly", needs: "confirm", when: () => true, alone: true, done: "Noted: judged rightly." },
};

/** The names of what `me` may do with a case as it stands. */
export function offered(found, me) {
  return Object.keys(ACTS).filter((name) => me.may(ACTS[name].needs) && ACTS[name].when(found, me));
}

/** The act that a key stands for, if it is offered. */
export function actOf(key, found, me) {
  return offered(found, me).find((name) => ACTS[name].key === key) ?? null;
}

/** A button for an act; `changed` is called with the case as it is then, or with null where it must be read again. */
export function button(name, found, changed, given = {}) {
  const act = ACTS[name];
  return h("button", {
    type: "button", "aria-keyshortcuts": act.key ?? false, title: act.key ? `Key: ${act.key}` : false, ...given,
    onclick: () => perform(name, found, changed),
  }, act.words);
}

/** Do an act, after asking for what it takes. */
export async function perform(name, found, changed) {
  const act = ACTS[name];
  const go = async (body) => {
    const etag = name === "notes" ? null : found.etag;
    try {
      const given = await ask("POST", `cases/${encodeURIComponent(found.id)}/${name}`, { body, etag });
      changed(name === "notes" ? null : given);
      notice(act.done ?? `${act.words}: done.`);
    } catch (error) {
      if (error.status !== 409 && error.status !== 412) throw error;
      notice(refusal(error), { isBad: true });
      changed(null);
    }
  };
  if (!act.alone) return act.ask(found, go);
  try {
    await go();
  } catch (error) {
    notice(error.message, { isBad: true });
  }
}

/** Why others were first, and what was done about it. */
function refusal(error) {
  if (error.heldBy) return `${error.heldBy} holds it, since ${when(error.since)}. You see the case as it is now.`;
  if (error.status === 412) return "Somebody changed the case while you looked at it. You see it as it is now: look, then act again.";
  return `${error.message} You see the case as it is now.`;
}

function askOutcome(found, go) {
  askFor({
    title: "Resolve the case", text: "Nothing more is owed. If the customer writes again, it opens again by itself.",
    fields: [
      field("Outcome", choice("outcome", [["", "Say nothing"], ...OUTCOMES.map((one) => [one, capital(one)])])),
      field("Why, for colleagues", h("textarea", { name: "why", rows: 3, maxlength: 4000 })),
    ],
    button: "Resolve", act: ({ outcome, why }) => go(outcome ? { why, outcome } : { why }),
  });
}

function askMinutes(found, go) {
  askFor({
    title: "Snooze the alerts", text: "Nobody is alerted meanwhile; then the ladder goes on. The clock runs on.",
    fields: [field("For", choice("minutes", [["30", "30 minutes"], ["60", "60 minutes"]]))],
    button: "Snooze", act: ({ minutes }) => go({ minutes: Number(minutes) }),
  });
}

function askNote(found, go) {
  askFor({
    title: "A note for colleagues",
    fields: [field("Note", h("textarea", { name: "text", rows: 4, maxlength: 4000, required: true }))],
    button: "Save the note", act: (given) => go(given),
  });
}

function askWhy(found, go) {
  askFor({
    title: "Reopen the case", text: "Something is owed after all. Nobody is alerted: you know of it.",
    fields: [field("Why, for colleagues", h("textarea", { name: "why", rows: 3, maxlength: 4000 }))],
    button: "Reopen", act: (given) => go(given),
  });
}

function askCorrection(found, go) {
  const options = (all) => all.map((one) => [one, capital(one)]);
  askFor({
    title: "Correct the judgement", text: "The log keeps what was judged and by which rules, so that the rules can be mended.",
    fields: [
      field("It is", choice("intent", options(INTENTS), found.intent)),
      field("How urgent", choice("severity", options(SEVERITIES), found.severity)),
      field("Why, for colleagues", h("textarea", { name: "why", rows: 2, maxlength: 4000 })),
    ],
    button: "Correct",
    act: ({ intent, severity, why }) => {
      const body = { why };
      if (intent !== found.intent) body.intent = intent;
      if (severity !== found.severity) body.severity = severity;
      if (!body.intent && !body.severity) throw new Error("Nothing is different yet: choose another intent or severity.");
      return go(body);
    },
  });
}
