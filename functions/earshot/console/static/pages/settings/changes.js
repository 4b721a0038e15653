/** Who changed which setting, when and how, and the way back. */

import { getJson, request } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { capitalize, shortTime } from "../../lib/format.js";
import { openFormDialog } from "../../widgets/dialog.js";
import { showNotice } from "../../widgets/notice.js";
import { emptyState } from "../../widgets/placeholders.js";

const SIGNS = { added: "+", removed: "−", same: " " };

/** @param {CurrentUser} user */
export async function changesTab(user) {
  const body = h("div");
  await show(user, body);
  return body;
}

/**
 * @param {CurrentUser} user
 * @param {HTMLElement} body
 */
async function show(user, body) {
  const names = /** @type {const} */ (["terms", "policy", "brands", "roster"]);
  /** @type {[Api.SettingChanges, ...{etag: string}[]]} */
  const [{ items }, ...texts] = await Promise.all([getJson("settings/changes"), ...names.map((name) => getJson(name === "roster" ? "staff" : `settings/${name}`))]);
  const etags = Object.fromEntries(names.map((name, place) => [name, texts[place]?.etag ?? ""]));
  body.replaceChildren(h("section", {}, h("h2", {}, "Change log"),
    h("p", {}, "The last 30 changes of terms, policy, brands and roster, from here and from the commands."),
    items.length ? h("ol", { class: "cards" }, items.map((change) => card(change, etags[change.setting] ?? "", user, () => show(user, body))))
      : emptyState("Nothing has been changed yet")));
}

/**
 * @param {Api.SettingChange} change
 * @param {string} etag of the setting as it is now
 * @param {CurrentUser} user
 * @param {() => Promise<void>} reload
 */
function card(change, etag, user, reload) {
  const mayRevert = change.can_revert && user.can(change.setting === "brands" ? "put_brands" : "revert_change");
  return h("li", { class: "card" },
    h("p", { class: "badges" }, h("b", {}, capitalize(change.setting)), h("span", { class: "tag" }, change.id),
      h("span", {}, change.by || "before there was a log"), change.at && h("span", { class: "when" }, shortTime(change.at))),
    change.reverts && h("p", { class: "small" }, `Took back ${change.reverts}.`),
    h("pre", { class: "code block diff", tabindex: 0, "aria-label": `What ${change.id} changed` }, change.lines.map(({ kind, text }) =>
      h("span", { class: kind }, `${SIGNS[kind]} ${text}\n`)), !change.complete && "…"),
    mayRevert && h("p", { class: "actions" }, h("button", { type: "button", class: "small-button", onclick: () => ask(change, etag, reload) },
      `Go back to before ${change.id}`)));
}

/**
 * @param {Api.SettingChange} change
 * @param {string} etag
 * @param {() => Promise<void>} reload
 */
function ask(change, etag, reload) {
  openFormDialog({
    title: `Go back to before ${change.id}?`,
    text: `The ${change.setting} become what stood there before it: later changes are taken back as well. This is logged, and can be taken back in turn.`,
    fields: [], submit: "Go back",
    onSubmit: async () => {
      await request("POST", `settings/changes/${encodeURIComponent(change.id)}/revert`, { etag });
      showNotice(`${capitalize(change.setting)}: what stood there before ${change.id} is in force within a minute.`);
      await reload();
    },
  });
}
