/** Labels on a case: severity, intent, status, reasons. None speaks by colour alone. */

import { h } from "../lib/dom.js";
import { alertText } from "../lib/alert-state.js";
import { atTime, capitalize } from "../lib/format.js";
import { isMe } from "../lib/people.js";

/**
 * The severity as a word, beside a shape of its own.
 * @param {Api.Severity} severity
 */
export const severityBadge = (severity) => h("span", { class: `severity ${severity}` }, capitalize(severity));

/**
 * What a case is: an incident, or the intent of its customer.
 * @param {Api.Case} theCase
 */
export const kindBadge = (theCase) =>
  h("span", { class: "intent" }, capitalize(theCase.incident ? "incident" : theCase.intent));

/**
 * A reason for the urgency, with the points that it adds or takes away.
 * @param {Api.Reason} reason
 */
export const reasonItem = ({ text, points }) => h("li", {}, text,
  points !== 0 && h("span", { class: "points" }, ` ${points > 0 ? "+" : "−"}${Math.abs(points)}`));

/**
 * The status of a case in words, without a full stop.
 * @param {Api.Case} theCase
 * @param {CurrentUser} user
 */
export function statusText(theCase, user) {
  /** @param {string | null} name */
  const who = (name) => (isMe(name, user) ? "you" : name ?? "somebody");
  if (theCase.status === "acknowledged") {
    const expires = theCase.acknowledgement_expires_at;
    return (theCase.assigned_by ? `Assigned to ${who(theCase.acknowledged_by)} by ${who(theCase.assigned_by)}`
      : `Acknowledged by ${who(theCase.acknowledged_by)}`)
      + (theCase.acknowledged_at ? ` ${atTime(theCase.acknowledged_at)}` : "")
      + (expires ? `. Reopens ${atTime(expires)} unless an answer is posted` : "");
  }
  if (theCase.status === "resolved") {
    return `Resolved by ${who(theCase.resolved_by)}${theCase.resolved_at ? ` ${atTime(theCase.resolved_at)}` : ""}`
      + (theCase.outcome ? `: ${theCase.outcome}` : "");
  }
  if (theCase.status === "replied") {
    return theCase.first_response_at ? `Answered ${atTime(theCase.first_response_at)}` : "Answered";
  }
  return `Not acknowledged. ${alertText(theCase.alert_state, who)}`;
}
