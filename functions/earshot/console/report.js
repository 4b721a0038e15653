/** The report for a period: how much was heard, how fast it was answered, what came of it, and what it cost. */

import { ask, download } from "./api.js";
import { chart } from "./chart.js";
import { field } from "./dialogs.js";
import { h, table } from "./dom.js";
import { notice } from "./notice.js";
import { failed, loading } from "./states.js";
import { capital, count, counted, dollars, INTENTS, percent, stretch, when } from "./words.js";

const MOST_DAYS = 31;
const DAY_MS = 86_400_000;
const LINES = {
  complaint: { colour: "critical" }, question: { colour: "accent", dash: [8, 4] }, praise: { colour: "good", dash: [2, 4] },
};
const SENTIMENTS = {
  negative: { colour: "critical" }, neutral: { colour: "muted", dash: [8, 4] }, positive: { colour: "good", dash: [2, 4] },
  mixed: { colour: "accent", dash: [12, 4, 2, 4] },
};

const day = (moment) => new Date(moment).toISOString().slice(0, 10);
const FEEDS = { mentions: "mentions of @", own: "posts of @", search: "search for " };

/** `x#mentions#NimbusAir` as a person reads it. */
function sourceName(source) {
  const [network, feed, what] = source.split("#");
  return FEEDS[feed] ? `${capital(network)}: ${FEEDS[feed]}${what}` : source;
}

const lasted = (seconds) => (seconds === null || seconds === undefined ? null : stretch(seconds));

export class ReportPage {
  constructor() {
    this.title = "Report";
    const today = Date.now();
    this.from = h("input", { type: "date", required: true, value: day(today - 6 * DAY_MS), max: day(today) });
    this.to = h("input", { type: "date", required: true, value: day(today), max: day(today) });
    const form = h("form", { class: "period" }, field("From", this.from), field("To", this.to),
      h("button", { type: "submit", class: "strong" }, "Show"),
      [7, 31].map((days) => h("button", { type: "button", onclick: () => this.#last(days) }, `${days} days`)),
      h("button", { type: "button", onclick: () => this.#save() }, "Save as CSV"),
      h("button", { type: "button", onclick: () => print() }, "Print"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#read();
    });
    this.body = h("div", {});
    this.element = h("div", { class: "desk report" }, h("h1", {}, "Report"), form, this.body);
    this.#read();
  }

  #last(days) {
    this.from.value = day(Date.now() - (days - 1) * DAY_MS);
    this.to.value = day(Date.now());
    this.#read();
  }

  get #period() {
    return { from: this.from.value, to: this.to.value };
  }

  async #read() {
    const { from, to } = this.#period;
    if (from > to || Date.parse(to) - Date.parse(from) >= MOST_DAYS * DAY_MS) {
      this.body.replaceChildren(failed(new Error(`Choose a first day before the last, and at most ${MOST_DAYS} days in all.`)));
      return;
    }
    this.body.replaceChildren(loading("the report", 3));
    try {
      this.body.replaceChildren(...this.#sections(await ask("GET", "report", { query: { from, to } })));
    } catch (error) {
      this.body.replaceChildren(failed(error, () => this.#read()));
    }
  }

  async #save() {
    const { from, to } = this.#period;
    try {
      await download("report.csv", `earshot-${from}-${to}.csv`, { query: { from, to } });
    } catch (error) {
      notice(error.message, { isBad: true });
    }
  }

  #sections(report) {
    const { response, turned_round: turned } = report;
    const days = report.days.map((one) => one.day);
    const section = (id, title, ...inner) => h("section", { "aria-labelledby": id }, h("h2", { id }, title), inner);
    const line = (name, form, values) => ({ name: capital(name), ...form, values });
    return [
      h("p", { class: "small" }, `${report.from} to ${report.to}, days in UTC`
        + (report.complete ? "" : ". More cases opened than could be read: the figures are of the first of them.")),
      h("dl", { class: "tiles" }, [
        ["Customers' posts", count(report.totals.customers)],
        ["Cases opened", count(report.totals.cases_opened)],
        ["Cases answered", count(response.answered)],
        ["First response, median", lasted(response.median_seconds)],
        ["First response, 9 of 10 within", lasted(response.p90_seconds)],
        ["Answered within target", percent(response.share_within_target)],
        [response.overdue ? `Still waiting, ${count(response.overdue)} of them late` : "Still waiting", count(response.waiting)],
        ["Complainers who came back pleased", percent(turned.share)],
      ].map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value ?? "–")))),
      section("volume", "What was heard",
        chart("Posts by intent", days, [
          ...Object.entries(LINES).map(([name, form]) => line(name, form, report.days.map((one) => one.by_intent[name] ?? 0))),
        ]),
        chart("Posts by sentiment", days, Object.entries(SENTIMENTS).map(([name, form]) =>
          line(name, form, report.days.map((one) => one.by_sentiment[name] ?? 0))))),
      section("days", "Day by day", table("Day by day", ["Day", "Posts", "Customers", ...INTENTS.map(capital), "Cases opened"],
        report.days.map((one) => [one.day, count(one.mentions), count(one.customers),
          ...INTENTS.map((name) => count(one.by_intent[name] ?? 0)), count(one.cases_opened)]))),
      section("topics", "By topic", table("By topic", ["Topic", "Cases", "Answered", "Median response", "Within target", "Turned round"],
        report.by_topic.map((one) => [capital(one.topic.replaceAll("_", " ")), count(one.cases), count(one.answered), lasted(one.median_seconds),
          count(one.within_target), count(one.turned_round)]))),
      section("people", "By person", !report.by_person.length ? h("p", {}, "Nobody took or resolved a case that opened in this period.") : table("By person", ["Person", "Acknowledged", "Resolved", "Median time to acknowledge"],
        report.by_person.map((one) => [one.person, count(one.acknowledged), count(one.resolved), lasted(one.median_seconds_to_acknowledge)]))),
      section("turned", "Complaints turned round", h("p", {}, `Of ${counted(turned.complainers, "complainer")} `
        + `${count(turned.came_back_pleased)} came back pleased, ${count(turned.relapsed)} complained again, `
        + `and ${count(turned.silent)} were answered and not heard of since.`)),
      section("sources", "What was heard of each source", table("Sources", ["Source", "State", "Gaps"],
        report.sources.map((one) => [sourceName(one.source), one.status, this.#gaps(one.gaps)]))),
      section("spend", "Spend this month", table("Spend", ["On", "Spent", "Limit"],
        Object.entries(report.spend).map(([name, one]) => [capital(name), dollars(one.spent), one.limit === null ? null : dollars(one.limit)]))),
    ];
  }

  #gaps(gaps) {
    if (!gaps.length) return "none known";
    return gaps.map((gap) => `${gap.start ? `from ${when(gap.start)} ` : ""}to ${when(gap.end)}: ${gap.why}`).join("; ");
  }
}
