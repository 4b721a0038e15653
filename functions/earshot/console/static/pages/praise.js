/** Praise that is worth a thank-you, former complainers first, and posts of people who are looking to buy. */

import { getJson, postJson } from "../lib/api.js";
import { errorMessage, externalLink, h } from "../lib/dom.js";
import { plural } from "../lib/format.js";
import { replyLabel } from "../lib/labels.js";
import { actionButton, availableActions } from "../widgets/case-actions.js";
import { showNotice } from "../widgets/notice.js";
import { emptyState, errorState, loadingState } from "../widgets/placeholders.js";
import { byline, permalink, postText } from "../widgets/post.js";

/** @implements {ConsolePage} */
export class PraisePage {
  title = "Praise";
  #user;

  /** @param {CurrentUser} user */
  constructor(user) {
    this.#user = user;
    /** @type {PagedList<Api.Praise>} */
    const praise = new PagedList("praise", "praise", (item) => this.#praiseCard(item),
      () => emptyState("No one is waiting for a thank-you", "Praise that has not been answered yet appears here."));
    /** @type {PagedList<Api.Case>} */
    const opportunities = new PagedList("opportunities", "opportunities", (theCase) => this.#opportunityCard(theCase),
      () => emptyState("No open opportunities", "Posts of people who are looking for what you sell appear here."));
    this.element = h("div", { class: "stack" }, h("h1", {}, "Praise and opportunities"),
      h("div", { class: "columns even" },
        h("section", { "aria-labelledby": "thanks" }, h("h2", { id: "thanks" }, "Customers to thank"), praise.element),
        h("section", { "aria-labelledby": "leads" }, h("h2", { id: "leads" }, "Opportunities"), opportunities.element)));
  }

  /** @param {Api.Praise} praise */
  #praiseCard({ case: theCase, complaints, former_complainer }) {
    const button = h("button", { type: "button", class: "small-button", onclick: () => this.#markThanked(theCase, card) },
      "Mark as thanked");
    const card = caseCard(theCase, former_complainer ? `Complained before: ${plural(complaints, "complaint")}` : null,
      [this.#user.can("resolve") && button]);
    return card;
  }

  /** @param {Api.Case} theCase */
  #opportunityCard(theCase) {
    const canResolve = availableActions(theCase, this.#user).includes("resolve");
    const button = actionButton("resolve", theCase, (changed) => {
      if (changed) card.remove();
    }, { class: "small-button" });
    const card = caseCard(theCase, null, [canResolve && button]);
    return card;
  }

  /**
   * @param {Api.Case} theCase
   * @param {HTMLElement} card
   */
  async #markThanked(theCase, card) {
    try {
      const path = `cases/${encodeURIComponent(theCase.id)}/resolve`;
      await postJson(path, { body: { outcome: "thanked" }, etag: theCase.etag });
      card.remove();
      showNotice("Marked as thanked. The case is resolved.");
    } catch (error) {
      showNotice(errorMessage(error), { isError: true });
    }
  }
}

/**
 * @param {Api.Case} theCase
 * @param {string | null} tag
 * @param {import("../lib/dom.js").Child[]} buttons
 */
function caseCard(theCase, tag, buttons) {
  return h("li", { class: "card" },
    tag && h("p", { class: "tag warm" }, tag),
    h("p", {}, byline(theCase.author), " ", permalink(theCase.waiting_since, theCase.link)),
    postText(theCase.text, theCase.language),
    h("p", { class: "actions" },
      theCase.link && externalLink(theCase.link, { class: "button small-button" }, replyLabel(theCase.source)), buttons,
      h("a", { href: `#/cases/${encodeURIComponent(theCase.id)}` }, "Open the case")));
}

/**
 * A list that the API answers in pages; a button loads the next one.
 * @template Item
 */
class PagedList {
  #path;
  #label;
  #card;
  #whenEmpty;
  /** @type {string | null} */
  #cursor = null;
  #list;
  #end = h("div", { class: "list-end" });

  /**
   * @param {string} path
   * @param {string} label
   * @param {(item: Item) => HTMLElement} card
   * @param {() => HTMLElement} whenEmpty
   */
  constructor(path, label, card, whenEmpty) {
    this.#path = path;
    this.#label = label;
    this.#card = card;
    this.#whenEmpty = whenEmpty;
    this.#list = h("ul", { class: "cards", "aria-label": label });
    this.element = h("div", {}, this.#list, this.#end);
    this.#load();
  }

  async #load() {
    this.#end.replaceChildren(loadingState(this.#label, 2));
    try {
      /** @type {{items: Item[], next_cursor: string | null}} */
      const page = await getJson(this.#path, { query: { cursor: this.#cursor } });
      this.#list.append(...page.items.map(this.#card));
      this.#cursor = page.next_cursor;
      this.#end.replaceChildren(...this.#footer());
    } catch (error) {
      this.#end.replaceChildren(errorState(error, () => this.#load()));
    }
  }

  #footer() {
    if (this.#cursor) return [h("button", { type: "button", onclick: () => this.#load() }, "Load more")];
    return this.#list.children.length ? [] : [this.#whenEmpty()];
  }
}
