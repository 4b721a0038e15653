/** One page of the inbox at a time, which stays in step with the API. */

import { request } from "../api.js";

export const PAGE_SIZE = 50;

export class CaseList {
  /** @type {Api.InboxPage | null} */
  page = null;
  /** The cursors of the pages up to the one that is shown. @type {(string | null)[]} */
  #cursors = [null];
  /** @type {string | null} */
  #etag = null;

  /** @param {Record<string, string>} query the filters and the order, as `GET /inbox` takes them */
  constructor(query) {
    this.query = query;
  }

  get items() {
    return this.page?.items ?? [];
  }

  get hasPrevious() {
    return this.#cursors.length > 1;
  }

  get hasNext() {
    return Boolean(this.page?.next_cursor);
  }

  /** Fetch the page that is shown, and return whether it has changed. */
  async refresh() {
    const cursor = this.#cursors.at(-1) ?? null;
    const query = { ...this.query, limit: PAGE_SIZE, cursor };
    const response = await request("GET", "inbox", { query, knownEtag: this.#etag });
    if (response.status === 304) return false;
    const page = /** @type {Api.InboxPage} */ (await response.json());
    if (cursor !== (this.#cursors.at(-1) ?? null)) return false;
    this.page = page;
    this.#etag = response.headers.get("ETag");
    // All that was on the last page is gone: show the one before.
    if (!page.items.length && this.hasPrevious) return this.turn(-1);
    return true;
  }

  /**
   * Go to the next page (1) or back (-1).
   * @param {1 | -1} by
   * @returns {Promise<boolean>}
   */
  turn(by) {
    if (by === 1) this.#cursors.push(this.page?.next_cursor ?? null);
    else this.#cursors.pop();
    this.#etag = null;
    return this.refresh();
  }

  /**
   * Take over a case as an action left it; it leaves the page where its status no longer matches.
   * @param {Api.Case} theCase
   */
  put(theCase) {
    const { page } = this;
    const index = this.items.findIndex(({ id }) => id === theCase.id);
    if (!page || index < 0) return;
    this.#etag = null;
    const { status = "open" } = this.query;
    const isWaiting = theCase.status === "open" || theCase.status === "acknowledged";
    if (status === "all" || status === theCase.status || (status === "waiting" && isWaiting)) page.items[index] = theCase;
    else {
      page.items.splice(index, 1);
      page.total -= 1;
    }
  }
}
