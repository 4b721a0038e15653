/** Days and times of the reader's own clock, as form controls have them, and as the API takes them. */

/** @param {number} number */
const two = (number) => String(number).padStart(2, "0");

/**
 * `2026-11-22`
 * @param {Date} day
 */
export const dayText = (day) => `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;

/**
 * `2026-11-22T09:00`, for a control of the type `datetime-local`.
 * @param {number | Date} at
 */
export function toLocal(at) {
  const moment = new Date(at);
  return `${dayText(moment)}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

/**
 * The other way round, in UTC.
 * @param {string | undefined} text
 */
export function fromLocal(text) {
  const moment = new Date(text ?? "");
  if (Number.isNaN(moment.getTime())) throw new Error("Give a day and a time.");
  return moment.toISOString();
}
