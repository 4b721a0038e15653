/** The praise desk: thanks to say today, former complainers first; and beside it, whom a word would win. */

import { button, offered } from "./acts.js";
import { ask } from "./api.js";
import { h, outward } from "./dom.js";
import { notice } from "./notice.js";
import { byline, permalink, words } from "./post.js";
import { empty, failed, loading } from "./states.js";
import { counted } from "./words.js";

export class PraiseDesk {
  constructor(me) {
    this.me = me;
    this.title = "Praise";
    this.praise = new Pages("praise", "praise", (item) => this.#card(item.case, item),
      () => empty("Nobody is left to thank", "Praise that nobody answered yet stands here."));
    this.chances = new Pages("opportunities", "opportunities", (found) => this.#card(found),
      () => empty("No opportunity is open", "Those who look for what you sell stand here."));
    this.element = h("div", { class: "desk" }, h("h1", {}, "Praise desk"),
      h("div", { class: "sides even" },
        h("section", { "aria-labelledby": "thanks" }, h("h2", { id: "thanks" }, "Thanks to say"), this.praise.element),
        h("section", { "aria-labelledby": "chances" }, h("h2", { id: "chances" }, "Opportunities"), this.chances.element)));
  }

  #card(found, praise) {
    const card = h("li", { class: "card" },
      praise?.former_complainer && h("p", { class: "tag warm" },
        `Complained before: ${counted(praise.complaints, "complaint")}`),
      h("p", {}, byline(found.author), " ", permalink(found.waiting_since, found.link)),
      words(found.text, found.language),
      h("p", { class: "acts" },
        outward(found.link, { class: "button small-button" }, praise ? "Say thanks on X" : "Open on X to reply"),
        praise && this.me.may("resolve") && h("button", {
          type: "button", class: "small-button", onclick: () => this.#thanked(found, card),
        }, "Thanked"),
        !praise && offered(found, this.me).filter((name) => name === "resolve")
          .map((name) => button(name, found, (now) => now && card.remove(), { class: "small-button" })),
        h("a", { href: `#/cases/${encodeURIComponent(found.id)}` }, "Case")));
    return card;
  }

  async #thanked(found, card) {
    try {
      await ask("POST", `cases/${encodeURIComponent(found.id)}/resolve`, { body: { outcome: "thanked" }, etag: found.etag });
      card.remove();
      notice("Thanked: the case is resolved.");
    } catch (error) {
      notice(error.message, { isBad: true });
    }
  }
}

/** A list that comes in pages, each asked for by a button. */
class Pages {
  constructor(path, what, card, nothing) {
    Object.assign(this, { path, what, card, nothing, cursor: null });
    this.list = h("ul", { class: "cards", "aria-label": what });
    this.below = h("div", {});
    this.element = h("div", {}, this.list, this.below);
    this.more();
  }

  async more() {
    this.below.replaceChildren(loading(this.what, 2));
    try {
      const page = await ask("GET", this.path, { query: { cursor: this.cursor } });
      this.list.append(...page.items.map(this.card));
      this.cursor = page.next_cursor;
      this.below.replaceChildren(...this.#end());
    } catch (error) {
      this.below.replaceChildren(failed(error, () => this.more()));
    }
  }

  #end() {
    if (this.cursor) return [h("button", { type: "button", onclick: () => this.more() }, "More")];
    return this.list.children.length ? [] : [this.nothing()];
  }
}
