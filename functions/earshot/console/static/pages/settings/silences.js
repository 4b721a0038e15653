/** Silences, which staff create and end, and the quiet hours of the policy. */

import { getJson, postJson, request } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { atTime, shortTime } from "../../lib/format.js";
import { openFormDialog } from "../../widgets/dialog.js";
import { field, select } from "../../widgets/form-fields.js";
import { showNotice } from "../../widgets/notice.js";
import { emptyState } from "../../widgets/placeholders.js";
import { fromLocal, toLocal } from "./times.js";

/** @param {CurrentUser} user */
export async function silencesTab(user) {
  const body = h("div");
  await show(user, body);
  return body;
}

/**
 * @param {CurrentUser} user
 * @param {HTMLElement} body
 */
async function show(user, body) {
  /** @type {[Api.Silences, Api.PolicyText | null]} */
  const [{ items }, policy] = await Promise.all([
    getJson("silences", { query: { over: "true" } }), user.can("show_policy") ? getJson("settings/policy") : null]);
  const reload = () => show(user, body);
  const [live, over] = [items.filter((one) => one.in_force), items.filter((one) => !one.in_force)];
  body.replaceChildren(h("div", { class: "stack" },
    h("section", {}, h("h2", {}, "Silences in force"),
      h("p", {}, "A silence keeps alerts back of what is not critical. What waits for its end alerts then, unless it was answered."),
      user.can("put_silence") && h("p", { class: "actions" },
        h("button", { type: "button", class: "primary", onclick: () => add(reload) }, "Add a silence")),
      live.length ? h("ul", { class: "cards" }, live.map((one) => card(one, user.can("end_silence"), reload)))
        : emptyState("No silence is in force")),
    policy && h("section", {}, h("h2", {}, "Quiet hours"),
      policy.parsed?.quiet_hours.length ? h("ul", { class: "plain-list" }, policy.parsed.quiet_hours.map((quiet) =>
        h("li", {}, `What is not critical alerts nobody outside “${quiet.outside}”${scope(quiet)}`)))
        : h("p", {}, "None."),
      h("p", { class: "small" }, "They are part of the ", h("a", { href: "#/settings/policy" }, "policy"), ".")),
    over.length > 0 && h("section", {}, h("h2", {}, "Ended in the last 30 days"),
      h("ul", { class: "plain-list" }, over.map((one) => h("li", {},
        `${shortTime(one.begins)} to ${shortTime(one.ends)}${scope(one)}, by ${one.by}: ${one.why}`,
        one.ended_by && ` (ended early by ${one.ended_by})`))))));
}

/** @param {{severities: string[], topics: string[], authors: string[]}} wanted */
function scope({ severities, topics, authors }) {
  const parts = [severities.length && `severity ${severities.join(", ")}`, topics.length && `topic ${topics.join(", ")}`,
    authors.length && `author ${authors.join(", ")}`].filter(Boolean);
  return parts.length ? `: ${parts.join("; ")}` : "";
}

/**
 * @param {Api.Silence} silence
 * @param {boolean} canEnd
 * @param {() => Promise<void>} reload
 */
function card(silence, canEnd, reload) {
  return h("li", { class: "card" },
    h("h3", {}, scope(silence).slice(2)), h("p", {}, silence.why),
    h("p", { class: "small" }, `Until ${shortTime(silence.ends)}, by ${silence.by} since ${shortTime(silence.begins)}.`),
    canEnd && h("button", { type: "button", class: "small-button", "aria-label": `End the silence of ${scope(silence).slice(2)}`,
      onclick: () => end(silence, reload) }, "End it now"));
}

/**
 * @param {Api.Silence} silence
 * @param {() => Promise<void>} reload
 */
function end(silence, reload) {
  openFormDialog({
    title: "End this silence now?", text: "What waited for its end is alerted within the hour.", fields: [], submit: "End it",
    onSubmit: async () => {
      await request("DELETE", `silences/${encodeURIComponent(silence.id)}`);
      showNotice("The silence has ended.");
      await reload();
    },
  });
}

/** @param {() => Promise<void>} reload */
function add(reload) {
  const list = (/** @type {string | undefined} */ text) => (text ?? "").split(",").map((one) => one.trim()).filter(Boolean);
  openFormDialog({
    title: "Add a silence", text: "It starts now, in your name. Critical cases ignore it. Name a severity, topics or authors.",
    fields: [
      field("Severity", select("severity", [["", "Any that can wait"], ["high", "High"]])),
      field("Topics, separated by commas", h("input", { name: "topics", placeholder: "outage, leaving" })),
      field("Authors, separated by commas", h("input", { name: "authors", placeholder: "@jane" })),
      field("Until", h("input", { name: "ends", type: "datetime-local", required: true, value: toLocal(Date.now() + 2 * 3_600_000) })),
      field("Reason (the log of each case quotes it)", h("input", { name: "why", required: true, maxlength: 200 })),
    ],
    submit: "Add the silence",
    onSubmit: async ({ severity, topics, authors, ends, why }) => {
      const body = { severities: severity ? [severity] : [], topics: list(topics), authors: list(authors), ends: fromLocal(ends), why };
      /** @type {Api.Silence} */
      const made = await postJson("silences", { body });
      showNotice(`Silenced until ${atTime(made.ends).replace(/^(at|on) /, "")}.`);
      await reload();
    },
  });
}
