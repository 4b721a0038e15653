/** Countdowns to the time at which an answer is due. Only those on screen are updated, once a second. */

import { h } from "../lib/dom.js";
import { duration, fullTime } from "../lib/format.js";

// Below this, a countdown is highlighted.
const SOON_SECONDS = 300;

/** @type {Set<HTMLTimeElement>} */
const visible = new Set();
const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!(target instanceof HTMLTimeElement)) continue;
    if (isIntersecting) {
      visible.add(target);
      update(target);
    } else {
      visible.delete(target);
    }
  }
});

setInterval(() => {
  for (const countdown of visible) {
    if (countdown.isConnected) update(countdown);
    else visible.delete(countdown);
  }
}, 1000);

/** @param {HTMLTimeElement} countdown */
function update(countdown) {
  const left = (Date.parse(countdown.dateTime) - Date.now()) / 1000;
  const text = left >= 0 ? `${duration(left, { exact: true })} left` : `${duration(-left, { exact: true })} overdue`;
  if (countdown.textContent !== text) countdown.textContent = text;
  const state = left < 0 ? "overdue" : left < SOON_SECONDS ? "soon" : "calm";
  if (countdown.dataset.state !== state) countdown.dataset.state = state;
}

/**
 * How much time is left to answer a case, or by how much it is overdue; of an answered case, how long that took.
 * @param {Api.Case} theCase
 */
export function countdown(theCase) {
  if (theCase.status === "open" || theCase.status === "acknowledged") {
    const title = `Answer due ${fullTime(theCase.due_at)}`;
    const counting = h("time", { class: "clock", datetime: theCase.due_at, title });
    update(counting);
    observer.observe(counting);
    return counting;
  }
  const took = theCase.first_response_seconds;
  return h("span", { class: "clock", "data-state": "stopped" },
    took === null ? "No answer seen" : `Answered in ${duration(took)}`);
}
