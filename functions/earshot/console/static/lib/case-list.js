/**
 * A list of cases that stays in step with the API. Pages are loaded as the user scrolls, and loaded pages are fetched
 * again in turn, so that a case which a colleague has taken leaves the list without a reload.
 */

import { getJson, request } from "./api.js";

const PAGE_SIZE = 50;
const NEWEST = 10;

/** @typedef {{cursor: string | null, etag: string | null, next: string | null, items: Api.Case[]}} Page */
/** @typedef {{added: Api.Case[], changed: Api.Case[], removed: string[]}} Difference */

export class CaseList {
  /** @type {Map<string, Api.Case>} */
  cases = new Map();
  /** @type {Page[]} */
  #pages = [];
  #refreshes = 0;

  /** @param {Record<string, string>} query the filters and the order, as `GET /cases` takes them */
  constructor(query) {
    this.query = query;
  }

  /** Whether at least one page has been loaded. */
  get isLoaded() {
    return this.#pages.length > 0;
  }

  /** Whether every page has been loaded. */
  get isComplete() {
    return this.#pages.at(-1)?.next === null;
  }

  /**
   * Load the next page.
   * @returns {Promise<Difference>}
   */
  async loadMore() {
    /** @type {Page} */
    const page = { cursor: this.#pages.at(-1)?.next ?? null, etag: null, next: null, items: [] };
    await this.#fetch(page);
    this.#pages.push(page);
    return this.#merge(page.items, []);
  }

  /**
   * Fetch the first page again, one other page in turn, and the newest cases.
   * @returns {Promise<Difference>}
   */
  async refresh() {
    /** @type {Api.Case[]} */
    const fetched = [];
    /** @type {Set<string>} */
    const missing = new Set();
    const inTurn = this.#refreshes++ % Math.max(1, this.#pages.length);
    for (const page of new Set([this.#pages[0], this.#pages[inTurn]])) {
      if (!page) continue;
      const before = page.items;
      if (!await this.#fetch(page)) continue;
      for (const { id } of before) missing.add(id);
      fetched.push(...page.items);
    }
    if (this.query.order !== "newest" && !this.isComplete) fetched.push(...await this.#fetchNewest());
    for (const page of this.#pages) for (const { id } of page.items) missing.delete(id);
    for (const { id } of fetched) missing.delete(id);
    return this.#merge(fetched, [...missing]);
  }

  /**
   * Take over a case as an action left it; it leaves the list where its status no longer matches.
   * @param {Api.Case} theCase
   * @returns {Difference}
   */
  put(theCase) {
    return theCase.status === this.query.status ? this.#merge([theCase], []) : this.#merge([], [theCase.id]);
  }

  /**
   * The API's own order, for sorting.
   * @param {Api.Case} one
   * @param {Api.Case} other
   */
  compare(one, other) {
    if (this.query.order !== "newest" && one.urgency !== other.urgency) return other.urgency - one.urgency;
    return other.opened_at.localeCompare(one.opened_at) || other.id.localeCompare(one.id);
  }

  /**
   * Fetch a page, and return whether it has changed; a page that has not is answered without a body.
   * @param {Page} page
   */
  async #fetch(page) {
    const query = { ...this.query, limit: PAGE_SIZE, cursor: page.cursor };
    const response = await request("GET", "cases", { query, knownEtag: page.etag });
    if (response.status === 304) return false;
    const { items, next_cursor } = /** @type {Api.CasePage} */ (await response.json());
    Object.assign(page, { items, next: next_cursor, etag: response.headers.get("ETag") });
    return true;
  }

  /** The newest cases, without those that belong on a page that is not loaded yet. */
  async #fetchNewest() {
    const query = { ...this.query, order: "newest", limit: NEWEST };
    const { items } = /** @type {Api.CasePage} */ (await getJson("cases", { query }));
    const last = [...this.cases.values()].sort((one, other) => this.compare(one, other)).at(-1);
    return last ? items.filter((each) => this.compare(each, last) < 0) : items;
  }

  /**
   * @param {Api.Case[]} items
   * @param {string[]} removed
   * @returns {Difference}
   */
  #merge(items, removed) {
    /** @type {Difference} */
    const difference = { added: [], changed: [], removed: removed.filter((id) => this.cases.delete(id)) };
    for (const item of items) {
      const known = this.cases.get(item.id);
      if (!known) difference.added.push(item);
      else if (JSON.stringify(known) !== JSON.stringify(item)) difference.changed.push(item);
      this.cases.set(item.id, item);
    }
    return difference;
  }
}
