/**
 * A place to write the reply: it copies the text and opens the network, where a person posts it. Earshot never posts.
 * Saved beginnings are a person's own or the team's, and come with a warning: customers notice canned replies.
 */

import { getJson, request } from "../lib/api.js";
import { errorMessage, externalLink, h } from "../lib/dom.js";
import { openFormDialog } from "../widgets/dialog.js";
import { field, select } from "../widgets/form-fields.js";
import { showNotice } from "../widgets/notice.js";

const MOST_CHARACTERS = 600;
const CANNED = "Customers notice canned replies, and dislike them: change this one so that it speaks to them.";

export class Compose {
  #user;
  #text = h("textarea", { rows: 4, oninput: () => this.#warn(), onfocus: () => this.#saved ?? this.#load() });
  #warning = h("p", { class: "warning", role: "status" });
  #choice = h("select", { "aria-label": "Begin with", hidden: true, onchange: () => this.#begin() });
  #open;
  /** @type {Api.Snippets | null} */
  #saved = null;

  /**
   * @param {CurrentUser} user
   * @param {string} link to the customer's post
   */
  constructor(user, link) {
    this.#user = user;
    this.#open = externalLink(link, { class: "button", onclick: () => this.#copy() }, "Copy and open the post");
    this.#text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#open.click();
    });
    this.element = h("section", { "aria-labelledby": "compose" }, h("h2", { id: "compose" }, "Your reply"),
      field("Draft (you post it yourself)", this.#text), this.#warning,
      h("p", { class: "actions" }, this.#open, this.#choice,
        h("button", { type: "button", onclick: () => this.#save() }, "Save as snippet")));
  }

  get #all() {
    return [...this.#saved?.mine.items ?? [], ...this.#saved?.team.items ?? []];
  }

  async #load() {
    try {
      this.#saved = /** @type {Api.Snippets} */ (await getJson("snippets"));
    } catch {
      // A reply can be written without any.
    }
    this.#choice.replaceChildren(...select("", [["", "Begin with…"],
      ...this.#all.map(({ name }, place) => /** @type {[string, string]} */ ([String(place), name]))]).children);
    this.#choice.hidden = !this.#all.length;
  }

  #begin() {
    this.#text.value = this.#all[Number(this.#choice.value)]?.text ?? this.#text.value;
    this.#choice.value = "";
    this.#warn();
    this.#text.focus();
  }

  #warn() {
    const text = this.#text.value.trim();
    const warning = this.#all.some((one) => one.text === text) ? CANNED : "";
    if (this.#warning.textContent !== warning) this.#warning.textContent = warning;
  }

  #copy() {
    navigator.clipboard.writeText(this.#text.value).then(
      () => showNotice("Copied. Paste it below the customer's post."),
      (error) => showNotice(`Not copied: ${errorMessage(error)}`, { isError: true }));
  }

  #save() {
    const lists = /** @type {[string, string][]} */ ([["mine", "Me"],
      ...this.#user.can("put_team_snippets") ? [["team", "The team"]] : []]);
    openFormDialog({
      title: "Save as snippet",
      text: "It replaces one of the same name, and an empty text removes that.",
      fields: [field("Name", h("input", { name: "name", maxlength: 60, required: true })),
        field("Text", h("textarea", { name: "text", rows: 4, maxlength: MOST_CHARACTERS }, this.#text.value)),
        field("For", select("list", lists))],
      submit: "Save",
      onSubmit: async ({ name, text, list }) => {
        const saved = /** @type {Api.Snippets} */ (await getJson("snippets"))[list === "team" ? "team" : "mine"];
        const items = saved.items.filter((one) => one.name !== name);
        if (text?.trim()) items.push({ name: name ?? "", text });
        await request("PUT", `snippets/${list}`, { body: { ...saved, items } });
        await this.#load();
      },
    });
  }
}
