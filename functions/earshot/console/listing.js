/**
 * A list of cases that is kept as it is at the API: pages come as one scrolls, and those that are here are read again
 * in turn, so that a case that somebody took leaves the list without a reload.
 */

import { ask, send } from "./api.js";

const PAGE = 50;
const NEWEST = 10;

/** @typedef {{cursor: string | null, etag?: string | null, next?: string | null, items: object[]}} Page */
/** @typedef {{added: object[], changed: object[], gone: string[]}} Difference */

export class Listing {
  /** @param {Record<string, string>} query what of the cases is listed */
  constructor(query) {
    this.query = query;
    this.cases = new Map();
    /** @type {Page[]} */
    this.pages = [];
    this.next = null;
    this.turn = 0;
  }

  get isWhole() {
    return this.pages.length > 0 && this.next === null;
  }

  /** Read one page more. @returns {Promise<Difference>} */
  async more() {
    const page = { cursor: this.pages.length ? this.next : null, items: [] };
    await this.#read(page);
    this.pages.push(page);
    this.next = page.next;
    return this.#take(page.items, []);
  }

  /** Read the first page again, another one in turn, and what is newest. @returns {Promise<Difference>} */
  async refresh() {
    const found = [];
    const left = new Set();
    for (const number of new Set([0, this.turn++ % this.pages.length])) {
      const page = this.pages[number];
      const before = page.items;
      if (!await this.#read(page)) continue;
      for (const one of before) left.add(one.id);
      found.push(...page.items);
    }
    this.next = this.pages.at(-1).next;
    if (this.query.order !== "newest" && !this.isWhole) found.push(...await this.#newest());
    for (const page of this.pages) for (const one of page.items) left.delete(one.id);
    for (const one of found) left.delete(one.id);
    return this.#take(found, [...left]);
  }

  /** Take in a case as an act has left it. @returns {Difference} */
  put(found) {
    const stays = found.status === this.query.status;
    return stays ? this.#take([found], []) : this.#take([], [found.id]);
  }

  /** The order of the list: as the API has it. */
  compare(one, other) {
    if (this.query.order !== "newest" && one.urgency !== other.urgency) return other.urgency - one.urgency;
    return other.opened_at.localeCompare(one.opened_at) || other.id.localeCompare(one.id);
  }

  /** Read a page as it is now, and say whether it has changed; else next to nothing went over the wire. */
  async #read(page) {
    const query = { ...this.query, limit: PAGE, cursor: page.cursor };
    const answer = await send("GET", "cases", { query, seen: page.etag });
    if (answer.status === 304) return false;
    const { items, next_cursor } = await answer.json();
    Object.assign(page, { items, next: next_cursor, etag: answer.headers.get("ETag") });
    return true;
  }

  /** The newest cases, as far as they belong above what is loaded. */
  async #newest() {
    const { items } = await ask("GET", "cases", { query: { ...this.query, order: "newest", limit: NEWEST } });
    const last = [...this.cases.values()].sort((a, b) => this.compare(a, b)).at(-1);
    return last ? items.filter((one) => this.compare(one, last) < 0) : items;
  }

  #take(items, gone) {
    const difference = { added: [], changed: [], gone: gone.filter((id) => this.cases.delete(id)) };
    for (const one of items) {
      const known = this.cases.get(one.id);
      if (!known) difference.added.push(one);
      else if (JSON.stringify(known) !== JSON.stringify(one)) difference.changed.push(one);
      this.cases.set(one.id, one);
    }
    return difference;
  }
}
