/** The brands' terms, tried out on the posts of the last week before they are saved. */

import { postJson } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { atTime, formatNumber, plural, shortTime } from "../../lib/format.js";
import { severityBadge } from "../../widgets/badges.js";
import { byline } from "../../widgets/post.js";
import { textEditor, textList } from "./text-editor.js";

/** @param {CurrentUser} user */
export function termsTab(user) {
  return textEditor(user, {
    name: "terms", title: "Terms", operation: "put_terms", tryLabel: "Back-test on the last week",
    intro: ["Products, competitors, VIPs, what is always or never urgent, and rules that are switched off."],
    unset: "No terms were put.",
    tryOut, contents: (/** @type {Api.TermLists} */ lists) => contents(lists),
  });
}

/** @param {Api.TermLists} lists */
function contents(lists) {
  const voices = Object.entries(lists.voices).map(([name, brand]) => `${name} for ${brand}`);
  const shown = [textList("Products", lists.products), textList("Competitors", lists.competitors),
    textList("VIP authors", lists.vip_authors), textList("Always urgent", lists.always_urgent),
    textList("Never urgent", lists.never_urgent), textList("Rules that are off", lists.disabled_rules),
    textList("Voices", voices)].filter(Boolean);
  return shown.length ? h("dl", { class: "lists" }, shown) : h("p", {}, "Nothing.");
}

/** @param {string} text */
async function tryOut(text) {
  /** @type {Api.TermsBacktest} */
  const found = await postJson("settings/terms/backtest", { body: { text } });
  const looked = `Looked at ${plural(found.looked_at, "post")}`
    + (found.since ? `, the oldest from ${atTime(found.since).replace(/^(at|on) /, "")}` : "")
    + (found.complete ? "." : ": there were more of the last week than one look has time for.");
  return h("section", {}, h("h2", {}, "On the last week's posts"),
    h("p", { role: "status" }, `${looked} ${formatNumber(found.newly_count)} would page newly, ${formatNumber(found.no_longer_count)} no longer; ${formatNumber(found.changed)} would change otherwise.`),
    h("p", { class: "small" }, "By their words alone: without the encoder, the reader and their authors' history."),
    posts("Would page newly", found.newly, found.newly_count),
    posts("Would page no longer", found.no_longer, found.no_longer_count));
}

/**
 * @param {string} heading
 * @param {Api.JudgedPost[]} items
 * @param {number} count
 */
function posts(heading, items, count) {
  return items.length > 0 && h("div", { class: "stack" }, h("h3", {}, heading),
    h("ul", { class: "cards" }, items.map((post) => h("li", { class: `card ${post.severity_after}` },
      h("p", { class: "badges" }, severityBadge(post.severity_before), h("span", {}, "becomes"), severityBadge(post.severity_after),
        h("span", { class: "small" }, shortTime(post.created_at))),
      byline(post.author),
      h("p", { class: "post-text" }, post.text),
      h("p", { class: "small" }, post.reasons.join(" · ")),
      post.case_id && h("a", { href: `#/cases/${encodeURIComponent(post.case_id)}` }, "Open the case")))),
    count > items.length && h("p", { class: "small" }, `Showing ${items.length} of ${formatNumber(count)}.`));
}
