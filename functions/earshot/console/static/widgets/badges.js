/** Labels on a case: severity, intent, status, reasons. None speaks by colour alone. */

import { h } from "../lib/dom.js";
import { atTime, capitalize, shortTime } from "../lib/format.js";

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
  const who = (name) => (name === user.who ? "you" : name ?? "somebody");
  if (theCase.status === "acknowledged") {
    const expires = theCase.acknowledgement_expires_at;
    return `Acknowledged by ${who(theCase.acknowledged_by)}`
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
  const alerts = alertingText(theCase, who);
  return alerts ? `Not acknowledged. ${alerts}` : "Not acknowledged";
}

/**
 * Who has been alerted of an open case, or why nobody is; null where there is nothing to say.
 * @param {Api.Case} theCase
 * @param {(name: string | null) => string} who
 */
function alertingText(theCase, who) {
  if (theCase.snoozed_until && Date.parse(theCase.snoozed_until) > Date.now()) {
    return `Alerts snoozed by ${who(theCase.snoozed_by)} until ${shortTime(theCase.snoozed_until)}`;
  }
  if (theCase.incident_id && theCase.alerting === "off") return "Alerts are sent for its incident instead";
  if (theCase.not_alerted) return `Not alerted: too many cases of ${theCase.not_alerted === "author" ? "this author" : "new accounts"} have alerted`;
  if (theCase.muted_by) return `Alerts are paused until the end of ${theCase.muted_by}`;
  if (theCase.grouped_until) {
    return `Rung ${theCase.rung} will be alerted ${atTime(theCase.grouped_until)}, together with other cases`;
  }
  return theCase.rung && theCase.alerting !== "off" ? `Rung ${theCase.rung} was alerted` : null;
}
