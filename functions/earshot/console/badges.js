/** The small signs on a case: how bad, what it is, where it stands. Never by colour alone: each has a word. */

import { h } from "./dom.js";
import { capital, when } from "./words.js";

/** The severity: its word, and a shape of its own. */
export const severity = (level) => h("span", { class: `severity ${level}` }, capital(level));

export const intent = (kind) => h("span", { class: "intent" }, capital(kind));

/** Where a case stands, in words; `me` is who reads it. */
export function standing(found, me) {
  const you = (name) => (name === me.who ? "you" : name);
  if (found.status === "acknowledged") {
    const until = found.acknowledgement_expires_at;
    return `Held by ${you(found.acknowledged_by)} since ${when(found.acknowledged_at)}`
      + (until ? `, until ${when(until)} unless an answer is seen` : "");
  }
  if (found.status === "resolved") {
    return `Resolved by ${you(found.resolved_by)}, ${when(found.resolved_at)}`
      + (found.outcome ? `: ${found.outcome}` : "");
  }
  if (found.status === "replied") {
    return found.first_response_at ? `Answered ${when(found.first_response_at)}` : "Answered";
  }
  if (found.snoozed_until && new Date(found.snoozed_until) > new Date()) {
    return `Nobody holds it. Snoozed by ${you(found.snoozed_by)} until ${when(found.snoozed_until)}`;
  }
  if (found.incident_id && found.alerting === "off") return "Nobody holds it. Its incident alerts in its place";
  if (found.hushed) return `Nobody holds it. Alerts wait for the end of ${found.hushed}`;
  if (found.held_until) return `Nobody holds it. Rung ${found.rung} is told ${when(found.held_until)}, with others`;
  return found.rung && found.alerting !== "off" ? `Nobody holds it. Rung ${found.rung} was alerted` : "Nobody holds it";
}
