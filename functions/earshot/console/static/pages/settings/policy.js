/** The policy: targets, ladders, calendars and quiet hours, with the coming week under it before it is saved. */

import { postJson } from "../../lib/api.js";
import { h, table } from "../../lib/dom.js";
import { textEditor } from "./text-editor.js";

const DAY_AND_TIME = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** @param {CurrentUser} user */
export function policyTab(user) {
  return textEditor(user, {
    name: "policy", title: "Policy", operation: "put_policy", tryLabel: "Preview a week",
    intro: ["When an answer is due, whom a case pages and when, and when nobody is paged. It holds for new cases: clocks, "
      + "ladders and acknowledgements that have started keep theirs."],
    unset: "No policy was put: this is the default.",
    tryOut, contents: (/** @type {Api.PolicyParts} */ { summary }) => words(summary),
  });
}

/** @param {string[]} lines */
const words = (lines) => h("pre", { class: "code block", tabindex: 0 }, lines.join("\n"));

/** @param {string} text */
async function tryOut(text) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  /** @type {Api.PolicyPreview} */
  const { parsed, week, left_out: leftOut } = await postJson("settings/policy/preview", { body: { text, timezone: timeZone } });
  /** @type {Map<string, Api.Arrival[]>} */
  const byTime = new Map();
  for (const arrival of week) byTime.set(arrival.at, [...byTime.get(arrival.at) ?? [], arrival]);
  const rows = [...byTime].map(([at, arrivals]) => {
    const [critical, high] = ["critical", "high"].map((severity) => arrivals.find((one) => one.severity === severity));
    return [DAY_AND_TIME.format(new Date(at)), ...[critical, high].flatMap((one) => one ? [shortDue(one), pages(one)] : ["", ""])];
  });
  return h("section", {}, h("h2", {}, "The coming week under this policy"),
    h("p", { class: "small" }, `For a complaint that comes in then, with today's roster, in ${timeZone}. Whom it pages until somebody acknowledges it: each rung once. Silences are left out.`),
    leftOut.length > 0 && h("p", { class: "small" }, `Left out as well: ${leftOut.map(quietText).join("; ")}.`),
    table("The coming week", ["Comes in", "Critical: late", "Critical: pages", "High: late", "High: pages"], rows),
    h("details", {}, h("summary", {}, "All of it in words"), words(parsed.summary)));
}

/** @param {Api.Arrival} arrival */
const shortDue = ({ at, due_at: due }) => moment(due, at);

/**
 * The time alone on the same day.
 * @param {string} at
 * @param {string} beside
 */
function moment(at, beside) {
  const [one, other] = [new Date(at), new Date(beside)];
  return one.toDateString() === other.toDateString() ? CLOCK.format(one) : DAY_AND_TIME.format(one);
}

/** @param {Api.Arrival} arrival */
function pages({ at, waits_for: waitsFor, pages: all }) {
  if (!all.length) return "nobody";
  const first = all.filter(({ rung }, place) => all.findIndex((one) => one.rung === rung) === place);
  const parts = first.map(({ rung, at: when, people }) =>
    `rung ${rung} (${people.join(", ") || "nobody"}) ${when === at ? "at once" : moment(when, at)}`);
  return (waitsFor ? `waits for “${waitsFor}”: ` : "") + parts.join(", ");
}

/** @param {Api.QuietHours} quiet */
const quietText = ({ outside, topics, authors }) => `quiet hours outside “${outside}” for ${[...topics, ...authors].join(", ")}`;

