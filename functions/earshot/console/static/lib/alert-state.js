/** What became of a case's alerts, in words. The API says what it is; nothing here guesses. */

import { atTime, shortTime } from "./format.js";

/**
 * A sentence without a full stop.
 * @param {Api.AlertState} state
 * @param {(name: string | null) => string} who how a person is named
 */
export function alertText(state, who = (name) => name ?? "somebody") {
  const { rung, until, why } = state;
  switch (state.status) {
    case "nobody": return `Nobody is alerted: ${why}`;
    case "scheduled": return `Rung ${rung} will be alerted${until ? ` ${atTime(until)}` : ""}`;
    case "sending": return `Rung ${rung} is being alerted${following(state)}`;
    case "not_sent": return `Rung ${rung} could not be told yet: ${why}`;
    case "alerted": return `Rung ${rung} was alerted${following(state)}`;
    case "grouped": return `Rung ${rung} will be alerted${until ? ` ${atTime(until)}` : ""}, together with other cases`;
    case "muted": return `Alerts are muted${until ? ` until ${shortTime(until)}` : ""}: ${why}`;
    case "snoozed": return `Alerts snoozed by ${who(why)}${until ? ` until ${shortTime(until)}` : ""}`;
    case "incident": return "Alerts are sent for its incident instead";
    default: return `Alerts have stopped: ${why}`;
  }
}

/**
 * Whom the ladder alerts next.
 * @param {Api.AlertState} state
 */
function following({ next_rung, next_at }) {
  if (next_rung === null || next_at === null) return "; nobody else will be alerted";
  return `; rung ${next_rung} is alerted ${atTime(next_at)} unless somebody acts`;
}
