/** What is read, what was heard of the last week, and what it costs. All is set elsewhere: it says where. */

import { getJson } from "../../lib/api.js";
import { h, table } from "../../lib/dom.js";
import { dollars, duration, formatNumber, shortTime, sourceName } from "../../lib/format.js";

const SERVICES = /** @type {Record<string, string>} */ ({ x: "X", comprehend: "Comprehend", reader: "The reader", sms: "SMS" });

const DAYS = 7;

export async function sourcesTab() {
  const until = new Date();
  const since = new Date(until.getTime() - (DAYS - 1) * 86_400_000);
  const days = `from=${since.toISOString().slice(0, 10)}&to=${until.toISOString().slice(0, 10)}`;
  const [/** @type {Api.Coverage} */ heard, /** @type {Api.Budget} */ budget] =
    await Promise.all([getJson(`coverage?${days}`), getJson("budget")]);
  /** @type {Api.Health} */
  const { sources, spending, problems } = await getJson("health");
  return h("div", { class: "stack" },
    h("section", {}, h("h2", {}, "Sources"),
      problems.map((problem) => h("p", { class: "error", role: "alert" }, problem)),
      table("Sources", ["Source", "State", "Last heard", "What to do"], sources.map((one) => [sourceName(one.source),
        `${one.deaf ? "Not heard: " : ""}${one.message}${suspicion(one)}`, one.last_success_at ? shortTime(one.last_success_at) : "never",
        one.what_to_do || "–"])),
      h("p", { class: "small" }, "Handles and search terms: ", h("a", { href: "#/settings/brands" }, "Brands"),
        ". How often X is read: the stack's parameter ", h("code", {}, "PollRate"), ".")),
    h("section", {}, h("h2", {}, `Heard in the last ${DAYS} days`),
      table("What was heard", ["Source", "Heard", "Missing", "Delivered", "Of it late", "Left out", "Failed runs", "Cost"],
        heard.sources.map(heardRow)),
      h("p", { class: "small" }, "What is missing is fetched by ", h("code", {}, "earshot backfill"), ", as far as it can be had.")),
    h("section", {}, h("h2", {}, "Budgets of this month"),
      table("Budgets of this month", ["Service", "Spent", "Limit", "Used", "Set by the parameter"], spending.map((one) => [
        SERVICES[one.service] ?? one.service, dollars(one.spent_usd), dollars(one.limit_usd),
        one.limit_usd > 0 ? `${Math.round(100 * one.spent_usd / one.limit_usd)}%` : null, h("code", {}, one.parameter)])),
      forecast(budget),
      unitsOfKeys(budget),
      h("p", { class: "small" }, "Parameters are changed by a deployment: ", h("code", {}, "earshot deploy"), ".")));
}

/** @param {Api.SourceHealth} source */
const suspicion = (source) => (source.suspected_since ? ` Nothing came since ${shortTime(source.suspected_since)}: unusual.` : "");

/** @param {Api.SourceCoverage} source */
function heardRow(source) {
  const total = (/** @type {Record<string, number>} */ counts) => Object.values(counts).reduce((sum, one) => sum + one, 0);
  const [gap] = source.missing;
  const missing = gap && `${duration(source.missing_seconds)}: ${gap.why}`;
  return [sourceName(source.source), source.coverage, missing ?? null, formatNumber(source.delivered), formatNumber(source.late),
    formatNumber(total(source.skipped)), formatNumber(total(source.failed)), dollars(source.cost_usd)];
}

/** @param {Api.Budget} budget */
function forecast(budget) {
  const each = budget.cost_of_a_complaint_usd;
  const found = each === null ? "" : `, ${dollars(each)} for each of ${formatNumber(budget.complaints)} complaints in ${DAYS} days`;
  const steps = budget.thinning.map((one) => `from ${dollars(one.from_usd)} on ${one.step.replaceAll("_", " ")} wait`);
  return h("p", {}, `The month will cost about ${dollars(budget.month_usd)}${found}. When the budget of X runs low: `,
    [...steps, `from ${dollars(budget.reserved_from_usd)} on only the newest mentions are read`].join(", "), ".");
}

/** @param {Api.Budget} budget */
function unitsOfKeys(budget) {
  return budget.youtube_units.map((one) => h("p", {}, `YouTube, today in California: ${formatNumber(one.listening + one.look_ups)} of the `
    + `${formatNumber(one.of)} units of a key, ${formatNumber(one.look_ups)} of them for look-ups.`));
}
