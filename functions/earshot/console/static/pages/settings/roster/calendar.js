/** Two weeks of turns, a day in each cell, Monday first. On a phone the days stand below each other. */

import { h } from "../../../lib/dom.js";
import { dayText } from "../times.js";

const DAYS = 14;
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** The Monday of this week, at midnight on the reader's clock. */
export function weekStart() {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - (now.getDay() + 6) % 7);
}

/**
 * @param {Api.Turn[]} turns
 * @param {Api.StaffMember[]} people whose absences are shown
 * @param {((day: Date) => void) | null} onDay what a press on a day does; null where the user may change nothing
 */
export function calendar(turns, people, onDay) {
  const first = weekStart();
  const today = dayText(new Date());
  return h("ol", { class: "calendar" }, Array.from({ length: DAYS }, (_, number) => {
    const day = new Date(first.getFullYear(), first.getMonth(), first.getDate() + number);
    const next = new Date(first.getFullYear(), first.getMonth(), first.getDate() + number + 1);
    const name = DAY.format(day);
    const away = people.filter(({ absences }) => absences.some((one) => one.first <= dayText(day) && dayText(day) <= one.last));
    return h("li", { class: "day", "aria-current": dayText(day) === today && "date" },
      h("p", { class: "day-name" }, h("b", {}, name), onDay && h("button", { type: "button", class: "quiet small-button",
        "aria-label": `Add an override on ${name}`, onclick: () => onDay(day) }, "+")),
      h("ul", {}, [1, 2, 3].map((rung) => rungLine(rung, turns.filter((turn) => turn.rung === rung), day, next))),
      away.length > 0 && h("p", { class: "small" }, `Away: ${away.map((person) => person.name).join(", ")}`));
  }));
}

/**
 * Who has a rung on a day; nothing where the parameters say so all day.
 * @param {number} rung
 * @param {Api.Turn[]} turns
 * @param {Date} day
 * @param {Date} next
 */
function rungLine(rung, turns, day, next) {
  const there = turns.filter(({ begins, ends }) => new Date(begins) < next && new Date(ends) > day);
  if (there.every(({ people }) => !people.length)) return null;
  return h("li", {}, h("span", { class: "tag" }, rung), " ", there.map(({ begins, people, is_override: isOverride }, place) => {
    const who = people.map(({ name }) => name).join(", ") || "parameters";
    const text = place === 0 ? who : `, from ${CLOCK.format(new Date(begins))} ${who}`;
    return isOverride ? h("em", {}, `${text} (stands in)`) : text;
  }));
}
