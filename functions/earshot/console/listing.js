/**
 * A list of cases that is kept as it is at the API: pages come as one scrolls, and those that are here are read again
 * in turn, so that a case that somebody took leaves the list without a reload.
 */

import { ask } from "./api.js";

const PAGE = 50;
const NEWEST = 10;

/** @typedef {{added: object[], changed: object[], gone: string[]}} Difference */

export class Listing {
  /** @param {Record<string, string>} query what of the cases is listed */
  constructor(query) {
    this.query = query;
    this.cases = new Map();
    /** @type {{cursor: string | null, ids: Set<string>}[]} */
    this.pages = [];
    this.next = null;
    this.turn = 0;
  }

  get isWhole() {
    return this.pages.length > 0 && this.next === null;
  }

  /** Read one page more. @returns {Promise<Difference>} */
  async more() {
    const cursor = this.pages.length ? this.next : null;
    const page = await this.#read(cursor);
    this.next = page.next_cursor;
    this.pages.push({ cursor, ids: new Set(page.items.map((one) => one.id)) });
    return this.#take(page.items, []);
  }

  /** Read the first page again, another one in turn, and what is newest. @returns {Promise<Difference>} */
  async refresh() {
    const before = new Set(this.cases.keys());
    const due = new Set([0, this.turn++ % this.pages.length]);
    const found = [];
    const left = new Set();
    for (const number of due) {
      const page = this.pages[number];
      const { items, next_cursor } = await this.#read(page.cursor);
      const ids = new Set(items.map((one) => one.id));
      for (const id of page.ids) if (!ids.has(id)) left.add(id);
      page.ids = ids;
      if (number === this.pages.length - 1) this.next = next_cursor;
      found.push(...items);
    }
    if (this.query.order !== "newest" && !this.isWhole) found.push(...await this.#newest());
    const present = new Set(this.pages.flatMap((page) => [...page.ids]));
    const difference = this.#take(found, [...left].filter((id) => !present.has(id)));
    difference.added = difference.added.filter((one) => !before.has(one.id));
    return difference;
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

  #read(cursor) {
    return ask("GET", "cases", { query: { ...this.query, limit: PAGE, cursor } });
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
