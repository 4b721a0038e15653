/** What is waiting now, on every page and also in a hidden tab. While nothing changes each answer is a 304. */

import { request } from "../api.js";
import { errorMessage } from "../dom.js";
import { setBadge } from "./place.js";

const EVERY_MS = 2_500;
const HIDDEN_EVERY_MS = 15_000;

export class Live {
  /** @type {Api.Live | null} */
  now = null;
  /** Why it is not known what is waiting, or null. @type {string | null} */
  problem = null;
  /** @type {string | null} */
  #etag = null;
  /** @type {((before: Api.Live | null) => void)[]} */
  #listeners = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #isAsking = false;

  constructor() {
    document.addEventListener("visibilitychange", () => this.refresh());
    this.refresh();
  }

  /**
   * Call `listener` with what was known before, whenever something has changed.
   * @param {(before: Api.Live | null) => void} listener
   */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  async refresh() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    clearTimeout(this.#timer);
    const before = this.now;
    const problemBefore = this.problem;
    try {
      const response = await request("GET", "inbox/live", { knownEtag: this.#etag });
      this.problem = null;
      if (response.status !== 304) {
        this.#etag = response.headers.get("ETag");
        this.now = /** @type {Api.Live} */ (await response.json());
        setBadge(this.now.urgent);
      }
    } catch (error) {
      this.problem = errorMessage(error);
    } finally {
      this.#isAsking = false;
      this.#timer = setTimeout(() => this.refresh(), document.hidden ? HIDDEN_EVERY_MS : EVERY_MS);
    }
    if (this.now !== before || this.problem !== problemBefore) for (const listener of this.#listeners) listener(before);
  }
}
