/** How times, counts and names are written. */

export const SEVERITIES = ["critical", "high", "normal", "low"];
export const INTENTS = ["complaint", "question", "praise", "opportunity", "other"];
export const STATUSES = { open: "Open", acknowledged: "Held", replied: "Answered", resolved: "Resolved" };

const NUMBER = new Intl.NumberFormat("en-GB");
const COMPACT = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY_TIME = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
const FULL = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

export const count = (number) => NUMBER.format(number);
export const percent = (share) => (share === null || share === undefined ? null : `${Math.round(share * 100)} %`);
export const dollars = (amount) => `$${amount.toFixed(2)}`;
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** `1 case`, `12 cases`. */
export function counted(number, one, many = `${one}s`) {
  return `${NUMBER.format(number)} ${number === 1 ? one : many}`;
}

/** `2.3K followers`, or null where the source does not say. */
export function followers(author) {
  if (author.followers === null || author.followers === undefined) return null;
  return `${COMPACT.format(author.followers)} ${author.followers === 1 ? "follower" : "followers"}`;
}

/** What people call an author: the name, else the handle. */
export function named(author) {
  return author.name || (author.handle ? `@${author.handle}` : `Author ${author.id}`);
}

/** A stretch of time in seconds, as people say it: `9:41`, `14 min`, `3 h 20 min`, `2 days`. */
export function stretch(seconds, { exact = false } = {}) {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes < 10 && exact) return `${minutes}:${String(whole % 60).padStart(2, "0")}`;
  if (minutes < 1) return `${whole} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}

/** `10:04` today, `21 Nov, 10:04` on other days; in the reader's own time zone. */
export function when(at, now = new Date()) {
  const moment = new Date(at);
  return moment.toDateString() === now.toDateString() ? TIME.format(moment) : DAY_TIME.format(moment);
}

/** The whole of a time, for those who point at it. */
export const inFull = (at) => FULL.format(new Date(at));
