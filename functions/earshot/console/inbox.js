/** The inbox: who is waiting, the most urgent first. */

import { actOf, perform } from "./acts.js";
import { ask } from "./api.js";
import { choice } from "./dialogs.js";
import { h } from "./dom.js";
import { Listing } from "./listing.js";
import { say } from "./notice.js";
import { row } from "./row.js";
import { empty, failed, loading } from "./states.js";
import { capital, counted, INTENTS, named, SEVERITIES, STATUSES } from "./words.js";

const REFRESH_MS = 10_000;
const TYPING_MS = 250;

export class Inbox {
  /** @param {{who: string, may: (operation: string) => boolean}} me */
  constructor(me) {
    this.me = me;
    this.title = "Inbox";
    this.rows = h("ol", { class: "rows", "aria-label": "Cases" });
    this.below = h("div", { class: "below" });
    this.tally = h("p", { class: "tally", role: "status" });
    this.stale = h("p", { class: "stale", role: "status", hidden: true });
    this.search = h("input", {
      type: "search", name: "find", placeholder: "Handle or word", "aria-label": "Search by handle or word",
      "aria-keyshortcuts": "/", autocomplete: "off", maxlength: 200,
    });
    this.filters = this.#filters();
    this.element = h("div", { class: "inbox" }, h("h1", { class: "unseen" }, "Inbox"), this.filters,
      h("div", { class: "line" }, this.tally, this.stale), this.rows, this.below);
    this.reach = new IntersectionObserver(([entry]) => entry.isIntersecting && this.#more(), { rootMargin: "900px" });
    this.reach.observe(this.below);
    setInterval(() => this.#refresh(), REFRESH_MS);
    document.addEventListener("visibilitychange", () => this.#refresh());
    this.#begin();
  }

  /** What a key does here. */
  key(pressed) {
    const rows = [...this.rows.children];
    const at = rows.findIndex((one) => one.contains(document.activeElement));
    if (pressed === "j" || pressed === "k") {
      const to = rows[Math.min(rows.length - 1, Math.max(0, at + (pressed === "j" ? 1 : -1)))];
      to?.querySelector(".open").focus();
      to?.scrollIntoView({ block: "nearest" });
      return true;
    }
    if (pressed === "/") {
      this.search.focus();
      return true;
    }
    const chosen = rows[at] ?? null;
    const found = chosen && this.listing.cases.get(chosen.dataset.id);
    if (!found) return false;
    if (pressed === "r") chosen.querySelector(".reply")?.click();
    const act = actOf(pressed, found, this.me);
    if (act) perform(act, found, (changed) => this.changed(found.id, changed));
    return pressed === "r" || act !== null;
  }

  /** A case is another one now; null where it must be read again. */
  async changed(id, found) {
    let now = found;
    try {
      now ??= (await ask("GET", `cases/${encodeURIComponent(id)}`)).case;
    } catch {
      return;
    }
    this.#show(this.listing.put(now));
  }

  #filters() {
    const status = h("div", { class: "tabs", role: "group", "aria-label": "Status" },
      Object.entries(STATUSES).map(([value, words]) => h("label", {},
        h("input", { type: "radio", name: "status", value, checked: value === "open" }), h("span", {}, words))));
    const some = (all) => all.map((one) => [one, capital(one)]);
    const labelled = (label, control) => {
      control.setAttribute("aria-label", label);
      return control;
    };
    const form = h("form", { class: "filters", role: "search" }, status, this.search,
      labelled("Severity", choice("severity", [["", "Severity"], ...some(SEVERITIES)])),
      labelled("Intent", choice("intent", [["", "Intent"], ...some(INTENTS)])),
      labelled("Holder", choice("holder", [["", "Holder"], [this.me.who, "Mine"]])));
    let typing = null;
    form.addEventListener("input", (event) => {
      clearTimeout(typing);
      typing = setTimeout(() => this.#begin(), event.target === this.search ? TYPING_MS : 0);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    return form;
  }

  /** Begin with the first page of what the filters say. */
  async #begin() {
    const query = Object.fromEntries([...new FormData(this.filters)].filter(([, value]) => value.trim()));
    if (query.status === "replied" || query.status === "resolved") query.order = "newest";
    this.listing = new Listing(query);
    this.rows.replaceChildren();
    this.tally.textContent = "";
    await this.#more();
  }

  async #more() {
    const listing = this.listing;
    if (this.busy === listing || listing.isWhole) return;
    this.busy = listing;
    this.below.replaceChildren(loading("cases", this.rows.children.length ? 1 : 5));
    try {
      const difference = await listing.more();
      if (listing !== this.listing) return;
      this.#show(difference);
    } catch (error) {
      if (listing === this.listing) this.below.replaceChildren(failed(error, () => this.#more()));
      return;
    } finally {
      if (this.busy === listing) this.busy = null;
    }
    // An observer tells of a change alone: where the end is still in sight, it would never tell again.
    this.reach.unobserve(this.below);
    this.reach.observe(this.below);
  }

  async #refresh() {
    const listing = this.listing;
    if (document.hidden || !this.element.isConnected || this.busy || !listing.pages.length) return;
    this.busy = listing;
    try {
      const difference = await listing.refresh();
      if (listing !== this.listing) return;
      this.#show(difference, { isNews: true });
      this.stale.hidden = true;
    } catch (error) {
      this.stale.textContent = `Not up to date: ${error.message}`;
      this.stale.hidden = false;
    } finally {
      if (this.busy === listing) this.busy = null;
    }
  }

  /** Bring the rows to what the list now holds. */
  #show({ added, changed, gone }, { isNews = false } = {}) {
    for (const id of gone) this.#row(id)?.remove();
    for (const found of changed) {
      const old = this.#row(found.id);
      const wasChosen = old?.contains(document.activeElement);
      old?.remove();
      this.#insert(found, wasChosen);
    }
    for (const found of added) {
      const shown = this.#insert(found);
      if (isNews) shown.classList.add("fresh");
    }
    if (isNews && added.length) {
      const [first] = added;
      say(added.length > 1 ? `${added.length} new cases`
        : `New case: ${first.severity} ${first.intent} from ${named(first.author)}`);
    }
    this.#count();
  }

  #insert(found, isChosen = false) {
    const made = row(found, this.me, (changed) => this.changed(found.id, changed));
    const all = this.rows.children;
    // Pages arrive in order, so most rows belong at the end; the others find their place by halving.
    let [from, to] = [0, all.length];
    while (from < to) {
      const middle = from + to >> 1;
      if (this.listing.compare(this.listing.cases.get(all[to - 1].dataset.id), found) < 0) from = to;
      else if (this.listing.compare(this.listing.cases.get(all[middle].dataset.id), found) < 0) from = middle + 1;
      else to = middle;
    }
    this.rows.insertBefore(made, all[from] ?? null);
    if (isChosen) made.querySelector(".open").focus();
    return made;
  }

  #row(id) {
    return this.rows.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  #count() {
    const { query, cases, isWhole } = this.listing;
    const late = [...cases.values()].filter((one) => new Date(one.due_at) < Date.now()).length;
    const counts = query.status === "open" || query.status === "acknowledged";
    this.tally.textContent = !cases.size ? "" : (isWhole ? counted(cases.size, "case") : `The first ${counted(cases.size, "case")}`)
      + (counts && late ? `, ${late} late` : "");
    if (isWhole) this.below.replaceChildren(...cases.size ? [] : [this.#nothing(query)]);
    else this.below.replaceChildren(loading("more cases", 1));
    this.title = query.status === "open" && cases.size ? `(${cases.size}${isWhole ? "" : "+"}) Inbox` : "Inbox";
    if (this.element.isConnected) document.title = `${this.title} · Earshot`;
  }

  #nothing({ status, order, ...filters }) {
    if (Object.keys(filters).length) {
      const clear = h("button", { type: "button", onclick: () => {
        this.filters.reset();
        this.filters.elements.status.value = status;
        this.#begin();
      } }, "Clear the filters");
      return empty("No case is like that", clear);
    }
    return {
      open: empty("Nobody is waiting", "New cases appear here by themselves."),
      acknowledged: empty("Nobody holds a case"),
      replied: empty("No answer was seen yet"),
      resolved: empty("Nothing is resolved yet"),
    }[status];
  }
}
