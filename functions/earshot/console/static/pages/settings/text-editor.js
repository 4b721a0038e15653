/** A setting that is a text: read, edited, tried out, and saved unless somebody else has changed it meanwhile. */

import { ApiError, getJson, request } from "../../lib/api.js";
import { errorMessage, h } from "../../lib/dom.js";
import { atTime } from "../../lib/format.js";
import { field } from "../../widgets/form-fields.js";
import { showNotice } from "../../widgets/notice.js";
import { errorState, loadingState } from "../../widgets/placeholders.js";

/** What was typed and not saved, by setting: it survives a look at another tab. @type {Map<string, string>} */
const drafts = new Map();

/** @typedef {Api.TermsText | Api.PolicyText | Api.BrandsText} SettingText */

/**
 * @typedef {object} TextSetting
 * @property {"terms" | "policy" | "brands"} name
 * @property {string} title
 * @property {(Node | string)[]} intro
 * @property {string} unset what is said where nothing was put
 * @property {string} operation what a user must be allowed to do to save it
 * @property {string} tryLabel
 * @property {(text: string) => Promise<HTMLElement>} tryOut shows what the text would do; throws what the API refuses
 * @property {(found: any) => HTMLElement} contents shows the parsed form
 * @property {string} [defaults] a text to start from
 */

/**
 * @param {CurrentUser} user
 * @param {TextSetting} setting
 * @returns {Promise<HTMLElement>}
 */
export async function textEditor(user, setting) {
  const path = `settings/${setting.name}`;
  /** @type {SettingText} */
  let saved = await getJson(path);
  const canSave = user.can(setting.operation);
  const text = h("textarea", { rows: 18, class: "code", spellcheck: "false", readonly: !canSave });
  const state = h("p", { class: "small" });
  const problem = h("div");
  const fault = h("pre", { class: "error words", role: "alert" });
  const found = h("div", { class: "stack", role: "region", "aria-label": setting.tryLabel });
  const contents = h("div", { class: "stack" });
  const theirs = h("div");
  const tryButton = h("button", { type: "button", class: "primary", onclick: tryOut }, setting.tryLabel);
  const saveButton = h("button", { type: "button", onclick: save }, "Save");
  const discard = h("button", { type: "button", class: "quiet", onclick: () => { drafts.delete(setting.name); fill(); } },
    "Discard my edits");
  const hint = h("p", { class: "small" });
  /** The text that was tried out last: only that one is saved. @type {string | null} */
  let tried = null;

  text.addEventListener("input", () => {
    drafts.set(setting.name, text.value);
    refresh();
  });

  function fill() {
    text.value = drafts.get(setting.name) ?? saved.text;
    tried = null;
    fault.textContent = "";
    found.replaceChildren();
    state.textContent = saved.is_put && saved.put_at ? `As it was put ${atTime(saved.put_at)}.` : setting.unset;
    problem.replaceChildren(saved.problem ? h("pre", { class: "error words", role: "alert" },
      `It cannot be used, so the last good one stays in force. ${saved.problem}`) : "");
    contents.replaceChildren(saved.parsed ? setting.contents(saved.parsed) : "");
    refresh();
  }

  function refresh() {
    const isChanged = text.value !== saved.text || !saved.is_put;
    saveButton.disabled = text.value !== tried || !isChanged;
    discard.hidden = text.value === saved.text;
    hint.textContent = saveButton.disabled && text.value !== saved.text
      ? `Save is possible after “${setting.tryLabel}”.` : "";
  }

  async function tryOut() {
    const asked = text.value;
    tryButton.disabled = true;
    fault.textContent = "";
    found.replaceChildren(loadingState(setting.tryLabel, 2));
    try {
      found.replaceChildren(await setting.tryOut(asked));
      tried = asked;
    } catch (error) {
      if (error instanceof ApiError && error.status === 400) {
        fault.textContent = error.message;
        found.replaceChildren();
      } else {
        found.replaceChildren(errorState(error, tryOut));
      }
    }
    tryButton.disabled = false;
    refresh();
  }

  async function save() {
    const sent = text.value;
    saveButton.disabled = true;
    fault.textContent = "";
    try {
      saved = await (await request("PUT", path, { body: { text: sent }, etag: saved.etag })).json();
      drafts.delete(setting.name);
      theirs.replaceChildren();
      fill();
      showNotice(`${setting.title} saved: in force within a minute.`);
    } catch (error) {
      if (error instanceof ApiError && (error.status === 412 || error.status === 409)) await meetTheirs();
      else fault.textContent = errorMessage(error);
      refresh();
    }
  }

  /** Somebody else was first: theirs is shown beside what was typed, which stays. */
  async function meetTheirs() {
    saved = await getJson(path);
    tried = null;
    fault.textContent = "Somebody has changed it since you read it. Nothing was saved: your text is still here, and what "
      + "they put is below. Take over what you need, then try it out and save again.";
    theirs.replaceChildren(h("section", {}, h("h3", {}, "As it is now"), h("pre", { class: "code block", tabindex: 0 }, saved.text)));
  }

  fill();
  return h("div", { class: "stack" },
    h("section", {}, h("h2", {}, setting.title), setting.intro.map((line) => h("p", {}, line)), state, problem,
      field(`${setting.title} (TOML)`, text), fault, theirs,
      canSave ? h("p", { class: "actions" }, tryButton, saveButton, discard,
        setting.defaults !== undefined && h("button", { type: "button", class: "quiet", onclick: startOver }, "Start from the defaults"))
        : h("p", { class: "small" }, "Your role may read this, and not change it."),
      hint),
    found,
    h("section", {}, h("h2", {}, "In force"), contents));

  function startOver() {
    text.value = setting.defaults ?? "";
    drafts.set(setting.name, text.value);
    refresh();
    text.focus();
  }
}

/**
 * A list of texts under a heading, left out where it is empty.
 * @param {string} heading
 * @param {string[]} items
 */
export function textList(heading, items) {
  return items.length > 0 && h("div", {}, h("dt", {}, `${heading} (${items.length})`), h("dd", {}, items.join(", ")));
}
