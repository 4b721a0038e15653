/** What is read and what it costs. Both are set elsewhere: it says where. */

import { getJson } from "../../lib/api.js";
import { h, table } from "../../lib/dom.js";
import { dollars, shortTime, sourceName } from "../../lib/format.js";

const SERVICES = /** @type {Record<string, string>} */ ({ x: "X", comprehend: "Comprehend", reader: "The reader", sms: "SMS" });

export async function sourcesTab() {
  /** @type {Api.Health} */
  const { sources, spending, problems } = await getJson("health");
  return h("div", { class: "stack" },
    h("section", {}, h("h2", {}, "Sources"),
      problems.map((problem) => h("p", { class: "error", role: "alert" }, problem)),
      table("Sources", ["Source", "State", "Last heard", "What to do"], sources.map((one) => [sourceName(one.source),
        `${one.deaf ? "Not heard: " : ""}${one.message}`, one.last_success_at ? shortTime(one.last_success_at) : "never",
        one.what_to_do || "–"])),
      h("p", { class: "small" }, "Handles and search terms: ", h("a", { href: "#/settings/brands" }, "Brands"),
        ". How often X is read: the stack's parameter ", h("code", {}, "PollRate"), ".")),
    h("section", {}, h("h2", {}, "Budgets of this month"),
      table("Budgets of this month", ["Service", "Spent", "Limit", "Used", "Set by the parameter"], spending.map((one) => [
        SERVICES[one.service] ?? one.service, dollars(one.spent_usd), dollars(one.limit_usd),
        one.limit_usd > 0 ? `${Math.round(100 * one.spent_usd / one.limit_usd)}%` : null, h("code", {}, one.parameter)])),
      h("p", { class: "small" }, "Parameters are changed by a deployment: ", h("code", {}, "earshot deploy"), ".")));
}
