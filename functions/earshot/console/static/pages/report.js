/** The report for a period: volume, response times, results, sources and spending. */

import { downloadCsv, getJson } from "../lib/api.js";
import { errorMessage, h, table } from "../lib/dom.js";
import { capitalize, dollars, duration, formatNumber, percent, plural, shortTime, sourceName } from "../lib/format.js";
import { INTENTS } from "../lib/labels.js";
import { chart } from "../widgets/chart.js";
import { field } from "../widgets/form-fields.js";
import { showNotice } from "../widgets/notice.js";
import { errorState, loadingState } from "../widgets/placeholders.js";

// What the API answers in one report.
const MOST_DAYS = 31;
const DAY_MS = 86_400_000;
const INTENT_LINES = {
  complaint: { colour: "critical" }, question: { colour: "accent", dash: [8, 4] }, praise: { colour: "good", dash: [2, 4] },
};
const SENTIMENT_LINES = {
  negative: { colour: "critical" }, neutral: { colour: "muted", dash: [8, 4] }, positive: { colour: "good", dash: [2, 4] },
  mixed: { colour: "accent", dash: [12, 4, 2, 4] },
};
/** @type {Record<string, string>} */
const SERVICES = { x: "X", comprehend: "Amazon Comprehend", reader: "The reader (Amazon Bedrock)", sms: "SMS" };

/** @typedef {Api.Report} Report */
/** @typedef {import("../lib/dom.js").Child} Child */

/**
 * The date in UTC, as the API takes it.
 * @param {number} epochMs
 */
const isoDate = (epochMs) => new Date(epochMs).toISOString().slice(0, 10);

/** @type {Record<string, string>} */
const SPEEDS = {
  within_15_minutes: "Within 15 minutes", within_1_hour: "Within 1 hour", within_4_hours: "Within 4 hours",
  within_1_day: "Within 1 day", later: "Later", not_answered: "Not answered",
};
// The darkest cell of the heat map, and the steps below it.
const SHADES = 5;

/** @param {number | null} seconds */
const durationOrNull = (seconds) => (seconds === null ? null : duration(seconds));

/** @implements {ConsolePage} */
export class ReportPage {
  title = "Report";
  #from = h("input", { type: "date", required: true });
  #to = h("input", { type: "date", required: true });
  #body = h("div");

  constructor() {
    this.#from.max = this.#to.max = isoDate(Date.now());
    const form = h("form", { class: "period" }, field("From", this.#from), field("To", this.#to),
      h("button", { type: "submit", class: "primary" }, "Show"),
      [7, 31].map((days) => h("button", { type: "button", onclick: () => this.#showLast(days) }, `Last ${days} days`)),
      h("button", { type: "button", onclick: () => this.#download() }, "Download CSV"),
      h("button", { type: "button", onclick: () => print() }, "Print"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#load();
    });
    this.element = h("div", { class: "stack report" }, h("h1", {}, "Report"), form, this.#body);
    this.#showLast(7);
  }

  /** @param {number} days */
  #showLast(days) {
    this.#from.value = isoDate(Date.now() - (days - 1) * DAY_MS);
    this.#to.value = isoDate(Date.now());
    this.#load();
  }

  async #load() {
    const [from, to] = [this.#from.value, this.#to.value];
    if (from > to || Date.parse(to) - Date.parse(from) >= MOST_DAYS * DAY_MS) {
      const text = `Choose a period of at most ${MOST_DAYS} days that starts before it ends.`;
      this.#body.replaceChildren(errorState(new Error(text), null));
      return;
    }
    this.#body.replaceChildren(loadingState("the report", 3));
    try {
      // The same number of days, just before.
      const length = Date.parse(to) - Date.parse(from) + DAY_MS;
      const earlier = { from: isoDate(Date.parse(from) - length), to: isoDate(Date.parse(from) - DAY_MS) };
      const [report, before] = await Promise.all([getJson("report", { query: { from, to } }), getJson("report", { query: earlier })]);
      this.#body.replaceChildren(...sections(report, before));
    } catch (error) {
      this.#body.replaceChildren(errorState(error, () => this.#load()));
    }
  }

  async #download() {
    const [from, to] = [this.#from.value, this.#to.value];
    try {
      await downloadCsv("report.csv", `earshot-${from}-${to}.csv`, { query: { from, to } });
    } catch (error) {
      showNotice(errorMessage(error), { isError: true });
    }
  }
}

/** What the figures leave out, in words; empty if they are whole. @param {Report} report */
function incompleteness(report) {
  const missing = report.uncounted ?? [];
  if (missing.length > 0) {
    return ` There was no time to count the posts of ${missing[0]} to ${missing.at(-1)}: no figure of posts has them. Ask for fewer days.`;
  }
  return report.complete ? "" : " There are more cases than one report can count, so its figures cover only the first of them.";
}

/**
 * @param {Report} report
 * @param {Report} before the period before it, of the same length
 */
function sections(report, before) {
  const isWhole = before.complete && report.complete;
  return [
    h("p", { class: "small" }, `${report.from} to ${report.to}, days in UTC. `
      + (isWhole ? `Changes are against ${before.from} to ${before.to}.` : "") + incompleteness(report)),
    tiles(report, isWhole ? before : null),
    section("volume", "Volume", ...volumeCharts(report)),
    section("days", "By day", dayTable(report)),
    section("hours", "When cases open", heatMap(report)),
    section("topics", "By topic", groupTable("Topic", report.by_topic.map((row) => [capitalize(row.topic.replaceAll("_", " ")), row]))),
    section("brands", "By brand", groupTable("Brand", report.by_brand.map((row) => [row.brand, row]))),
    section("networks", "By network", groupTable("Network", report.by_network.map((row) => [capitalize(row.network), row]))),
    section("people", "By person", personTable(report)),
    section("won-back", "Customers won back", wonBackText(report), speedTable(report)),
    section("voice", "Share of voice", ...voice(report)),
    section("sources", "Sources", sourceTable(report)),
    section("spending", "Spending this month", spendingTable(report)),
  ];
}

/**
 * @param {string} id
 * @param {string} title
 * @param {...Child} content
 */
const section = (id, title, ...content) => h("section", { "aria-labelledby": id }, h("h2", { id }, title), content);

/**
 * @param {Report} report
 * @param {Report | null} before null where a comparison would mislead
 */
function tiles(report, before) {
  const now = figures(report), then = before && figures(before);
  return h("dl", { class: "tiles" }, now.map(({ name, value, written }, index) => {
    const earlier = then?.[index]?.value ?? null;
    return h("div", {}, h("dt", {}, name), h("dd", {}, value === null ? "–" : written(value),
      value !== null && earlier !== null && h("small", {}, changeText(value, earlier, written))));
  }));
}

/**
 * What the tiles show. `value` is null where there is nothing to say.
 * @param {Report} report
 * @returns {{name: string, value: number | null, written: (value: number) => string}[]}
 */
function figures({ response, totals, turned_round }) {
  const share = (/** @type {number} */ value) => percent(value) ?? "";
  return [
    { name: "Customer posts", value: totals.customers, written: formatNumber },
    { name: "Cases opened", value: totals.cases_opened, written: formatNumber },
    { name: "Cases answered", value: response.answered, written: formatNumber },
    { name: "Median first response time", value: response.median_seconds, written: duration },
    { name: "90% answered within", value: response.p90_seconds, written: duration },
    { name: "Answered within target", value: response.share_within_target, written: share },
    { name: response.overdue ? `Still waiting, ${formatNumber(response.overdue)} overdue` : "Still waiting",
      value: response.waiting, written: formatNumber },
    { name: "Complainers won back", value: turned_round.share, written: share },
    { name: "Median time until they came back pleased", value: turned_round.median_seconds_to_pleased, written: duration },
  ];
}

/**
 * `was 14 min` with the earlier value, or `as before`.
 * @param {number} value
 * @param {number} earlier
 * @param {(value: number) => string} written
 */
const changeText = (value, earlier, written) => (written(value) === written(earlier) ? "as before" : `was ${written(earlier)}`);

/** @param {Report} report */
function volumeCharts({ days }) {
  const dates = days.map(({ day }) => day);
  return [
    chart("Posts by intent", dates, Object.entries(INTENT_LINES).map(([name, style]) =>
      ({ name: capitalize(name), ...style, values: days.map((day) => day.by_intent[name] ?? 0) }))),
    chart("Posts by sentiment", dates, Object.entries(SENTIMENT_LINES).map(([name, style]) =>
      ({ name: capitalize(name), ...style, values: days.map((day) => day.by_sentiment[name] ?? 0) }))),
  ];
}

/** @param {Report} report */
function dayTable({ days }) {
  return table("By day", ["Day", "Posts", "Customers", ...INTENTS.map(capitalize), "Cases opened"],
    days.map((day) => [day.day, formatNumber(day.mentions), formatNumber(day.customers),
      ...INTENTS.map((name) => formatNumber(day.by_intent[name] ?? 0)), formatNumber(day.cases_opened)]));
}

/**
 * How many cases opened in each hour of the week: the darker, the more.
 * @param {Report} report
 */
function heatMap({ opened_by_hour }) {
  const most = Math.max(1, ...Object.values(opened_by_hour).flat());
  const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
  const map = table("Cases opened by weekday and hour, in UTC", ["Day", ...hours],
    Object.entries(opened_by_hour).map(([day, counts]) => [capitalize(day), ...counts.map((count) =>
      h("span", { class: `shade-${Math.ceil((count / most) * SHADES)}` }, count ? formatNumber(count) : ""))]));
  map.classList.add("heat-map");
  return map;
}

/**
 * @param {string} kind
 * @param {[string, Api.TopicFigures | Api.BrandFigures | Api.NetworkFigures][]} rows
 */
function groupTable(kind, rows) {
  return table(`By ${kind.toLowerCase()}`, [kind, "Cases", "Answered", "Median response time", "Within target", "Won back"],
    rows.map(([name, row]) => [name, formatNumber(row.cases), formatNumber(row.answered),
      durationOrNull(row.median_seconds), formatNumber(row.within_target), formatNumber(row.turned_round)]));
}

/** Whether a quick answer brings customers back. @param {Report} report */
function speedTable({ by_speed }) {
  return table("Won back by the time until the first answer",
    ["First answer", "Complaints", "Won back", "Share", "Complained again"],
    by_speed.map((row) => [SPEEDS[row.speed] ?? row.speed, formatNumber(row.complaints), formatNumber(row.came_back_pleased),
      percent(row.share), formatNumber(row.relapsed)]));
}

/** @param {Report} report */
function personTable({ by_person }) {
  if (!by_person.length) return h("p", {}, "No one acknowledged or resolved a case that was opened in this period.");
  return table("By person", ["Person", "Acknowledged", "Resolved", "Median time to acknowledge"],
    by_person.map((row) => [row.person, formatNumber(row.acknowledged), formatNumber(row.resolved),
      durationOrNull(row.median_seconds_to_acknowledge)]));
}

/** @param {Report} report */
function wonBackText({ turned_round }) {
  const { came_back_pleased, complainers, relapsed, silent } = turned_round;
  return h("p", {}, `Of ${plural(complainers, "customer")} who complained, ${formatNumber(came_back_pleased)} came back `
    + `pleased, ${formatNumber(relapsed)} complained again, and ${formatNumber(silent)} got an answer and have not posted since.`);
}

/** Whom customers compare the brand with. @param {Report} report */
function voice({ by_competitor }) {
  if (!by_competitor.length) return [h("p", {}, "No customer named one of the competitors in your terms.")];
  return [h("p", {}, "Competitors in your terms whom customers named to you. Posts that name a competitor alone are not heard."),
    table("Share of voice", ["Competitor", "Cases", "Of all cases", "Complaints about you", "Praise for you", "Might come over"],
      by_competitor.map((row) => [row.competitor, formatNumber(row.cases), percent(row.share), formatNumber(row.complaints),
        formatNumber(row.praise), formatNumber(row.opportunities)]))];
}

/** @param {Report} report */
function sourceTable({ sources }) {
  return table("Sources", ["Source", "Status", "Gaps"],
    sources.map(({ source, status, gaps }) => [sourceName(source), status === "ok" ? "OK" : capitalize(status), gapsText(gaps)]));
}

/** @param {Report} report */
function spendingTable({ spend }) {
  return table("Spending this month", ["Service", "Spent", "Limit"],
    Object.entries(spend).map(([name, { spent, limit }]) => [SERVICES[name] ?? capitalize(name), dollars(spent), dollars(limit)]));
}

/** @param {Api.Gap[]} gaps */
function gapsText(gaps) {
  if (!gaps.length) return "None known";
  return gaps.map(({ start, end, why }) => `${start ? `${shortTime(start)} to` : "Until"} ${shortTime(end)}: ${why}`).join("; ");
}
