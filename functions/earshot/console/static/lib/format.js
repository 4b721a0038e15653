/** How numbers, times and names are written. Times are in the reader's own time zone. */

const NUMBER = new Intl.NumberFormat("en-GB");
const COMPACT = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const FULL = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });
const ZONE = new Intl.DateTimeFormat("en-GB", { timeZoneName: "shortOffset" });
/** @type {Record<string, string>} */
const FEEDS = {
  mentions: "mentions of @", own: "posts of @", search: "search for ", tag: "posts with #", threads: "threads about @",
  community: "submissions in r/", comments: "comments in r/", video: "comments below ", page: "the page ",
};

/** @param {number} number */
export const formatNumber = (number) => NUMBER.format(number);

/** @param {number} amount */
export const dollars = (amount) => `$${amount.toFixed(2)}`;

/** @param {string} text */
export const capitalize = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * `60%` for 0.6; null stays null.
 * @param {number | null} share
 */
export const percent = (share) => (share === null ? null : `${Math.round(share * 100)}%`);

/**
 * `1 case`, `12 cases`.
 * @param {number} number
 * @param {string} singular
 */
export function plural(number, singular) {
  return `${NUMBER.format(number)} ${singular}${number === 1 ? "" : "s"}`;
}

/**
 * `2.3k followers`, or null where the source does not say.
 * @param {Api.Author} author
 */
export function followers(author) {
  if (author.followers === null) return null;
  return `${COMPACT.format(author.followers)} ${author.followers === 1 ? "follower" : "followers"}`;
}

/**
 * A stranger's text on one line, without what is invisible or turns the text beside it around. Joiners stay: they spell
 * Persian words and families of emoji.
 * @param {string | null} text
 */
export function oneLine(text) {
  const visible = (text ?? "").replace(/(?![\u200c\u200d])\p{Cf}/gu, "");
  return visible.replace(/(?:(?![\u200c\u200d])[\p{C}\p{Z}])+/gu, " ").trim();
}

/**
 * The author's name, or else the handle.
 * @param {Api.Author} author
 */
export function displayName(author) {
  return oneLine(author.name) || (author.handle ? `@${oneLine(author.handle)}` : `Author ${oneLine(author.id)}`);
}

/**
 * A number of seconds in words: `40 s`, `14 min`, `3 h 20 min`, `2 days`.
 * @param {number} seconds
 * @param {{exact?: boolean}} [options] `exact` writes less than ten minutes as `9:41`
 */
export function duration(seconds, { exact = false } = {}) {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes < 10 && exact) return `${minutes}:${String(whole % 60).padStart(2, "0")}`;
  if (minutes < 1) return `${whole} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}

/** @param {Date} moment */
const isToday = (moment) => moment.toDateString() === new Date().toDateString();

/**
 * `10:04` today, `21 Nov, 10:04` on other days.
 * @param {string} at
 */
export function shortTime(at) {
  const moment = new Date(at);
  return isToday(moment) ? TIME.format(moment) : `${DAY.format(moment)}, ${TIME.format(moment)}`;
}

/**
 * The same within a sentence: `at 10:04`, `on 21 Nov at 10:04`.
 * @param {string} at
 */
export function atTime(at) {
  const moment = new Date(at);
  return `${isToday(moment) ? "" : `on ${DAY.format(moment)} `}at ${TIME.format(moment)}`;
}

/**
 * Date and time in full, for tooltips.
 * @param {string} at
 */
export const fullTime = (at) => FULL.format(new Date(at));

/** The reader's time zone: `Europe/London (GMT+1)`. */
export function timeZone() {
  const offset = ZONE.formatToParts().find(({ type }) => type === "timeZoneName")?.value;
  return `${ZONE.resolvedOptions().timeZone} (${offset})`;
}

/**
 * `X: mentions of @NimbusAir` for `x#mentions#NimbusAir`.
 * @param {string} source
 */
export function sourceName(source) {
  const [network = "", feed = "", query = ""] = source.split("#");
  return FEEDS[feed] ? `${capitalize(network)}: ${FEEDS[feed]}${query}` : source;
}
