/** Clocks that count. Only those that can be seen are moved, once a second, and only where their text has changed. */

import { h } from "./dom.js";
import { inFull, stretch } from "./words.js";

const visible = new Set();
const watch = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) {
      visible.add(target);
      move(target);
    } else {
      visible.delete(target);
    }
  }
});

setInterval(() => {
  for (const clock of visible) {
    if (clock.isConnected) move(clock);
    else visible.delete(clock);
  }
}, 1000);

function move(clock) {
  const left = (new Date(clock.dateTime) - Date.now()) / 1000;
  const text = left >= 0 ? `${stretch(left, { exact: true })} left` : `${stretch(-left, { exact: true })} late`;
  if (clock.textContent !== text) clock.textContent = text;
  const state = left < 0 ? "late" : left < 300 ? "soon" : "calm";
  if (clock.dataset.state !== state) clock.dataset.state = state;
}

/** How long somebody still has for an answer, or how late it is; of an answered case, how long it took. */
export function clock(found) {
  if (found.status === "open" || found.status === "acknowledged") {
    const counting = h("time", { class: "clock", datetime: found.due_at, title: `Due ${inFull(found.due_at)}` });
    move(counting);
    watch.observe(counting);
    return counting;
  }
  const took = found.first_response_seconds;
  return h("span", { class: "clock", "data-state": "over" },
    took === null || took === undefined ? "no answer seen" : `answered in ${stretch(took)}`);
}
