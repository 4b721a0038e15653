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
      this.#body.replaceChildren(...sections(await getJson("report", { query: { from, to } })));
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

/** @param {Report} report */
function sections(report) {
  return [
    h("p", { class: "small" }, `${report.from} to ${report.to}, days in UTC.`
      + (report.complete ? "" : " There are more cases than one report can count, so its figures cover only the first of them.")),
    tiles(report),
    section("volume", "Volume", ...volumeCharts(report)),
    section("days", "By day", dayTable(report)),
    section("topics", "By topic", topicTable(report)),
    section("people", "By person", personTable(report)),
    section("won-back", "Customers won back", wonBackText(report)),
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

/** @param {Report} report */
function tiles({ response, totals, turned_round }) {
  /** @type {[string, string | null][]} */
  const figures = [
    ["Customer posts", formatNumber(totals.customers)],
    ["Cases opened", formatNumber(totals.cases_opened)],
    ["Cases answered", formatNumber(response.answered)],
    ["Median first response time", durationOrNull(response.median_seconds)],
    ["90% answered within", durationOrNull(response.p90_seconds)],
    ["Answered within target", percent(response.share_within_target)],
    [response.overdue ? `Still waiting, ${formatNumber(response.overdue)} overdue` : "Still waiting",
      formatNumber(response.waiting)],
    ["Complainers won back", percent(turned_round.share)],
  ];
  return h("dl", { class: "tiles" },
    figures.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value ?? "–"))));
}

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

/** @param {Report} report */
function topicTable({ by_topic }) {
  return table("By topic", ["Topic", "Cases", "Answered", "Median response time", "Within target", "Won back"],
    by_topic.map((row) => [capitalize(row.topic.replaceAll("_", " ")), formatNumber(row.cases), formatNumber(row.answered),
      durationOrNull(row.median_seconds), formatNumber(row.within_target), formatNumber(row.turned_round)]));
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
