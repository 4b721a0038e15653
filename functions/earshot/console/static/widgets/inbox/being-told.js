/** Telling a person of what has come, by a sound or a notification of their desktop: each is off until they ask for it. */

import { preference, prefer } from "../../lib/preferences.js";
import { playTone } from "./tone.js";

/** @typedef {{about: "" | "urgent" | "mine" | "both", desktop: boolean, sound: boolean}} Wish */
/** @type {Wish} */
const SILENT = { about: "", desktop: false, sound: false };

/**
 * @param {string} title
 * @param {string} body
 * @param {string} hash where a click leads
 */
function notify(title, body, hash) {
  try {
    const shown = new Notification(title, { body, tag: hash });
    shown.onclick = () => {
      focus();
      location.hash = hash;
      shown.close();
    };
  } catch {
    // Some telephones allow none from a page.
  }
}

export class BeingTold {
  #name;

  /**
   * @param {CurrentUser} user
   * @param {import("../../lib/inbox/live.js").Live} live
   */
  constructor(user, live) {
    this.#name = `told.${user.who}`;
    live.onChange((before) => {
      if (before && live.now) this.#tell(before, live.now);
    });
  }

  /** @returns {Wish} */
  get #wish() {
    return preference(this.#name, SILENT);
  }

  /**
   * @param {Api.Live} before
   * @param {Api.Live} now
   */
  #tell(before, now) {
    const { about, desktop, sound } = this.#wish;
    /** @type {[string, string, string][]} */
    const news = [];
    if (about === "urgent" || about === "both") {
      const known = new Set(before.newest_urgent.map(({ id }) => id));
      // What was not among the newest because others were newer is no news.
      const oldest = before.newest_urgent.at(-1)?.opened_at ?? "";
      for (const { id, severity, author, opened_at } of now.newest_urgent) {
        if (!known.has(id) && opened_at >= oldest) news.push([`A ${severity} case is waiting`, author, id]);
      }
    }
    if (about === "mine" || about === "both") {
      const known = new Map(before.mine.map(({ id, due }) => [id, due]));
      for (const { id, author, due } of now.mine) {
        if (!known.has(id)) news.push(["A case is yours", author, id]);
        else if (due && known.get(id) !== due) news.push([due === "late" ? "A case of yours is late" : "A case of yours is due soon", author, id]);
      }
    }
    if (!news.length) return;
    if (sound) playTone();
    // Who looks at the page sees it there.
    if (desktop && document.hidden) for (const [title, body, id] of news) notify(title, body, `#/cases/${encodeURIComponent(id)}`);
  }

  /** Ask what the person wants to be told of. */
  async open() {
    (await import("./told-dialog.js")).openToldDialog(this.#wish, (wish) => prefer(this.#name, wish));
  }
}
