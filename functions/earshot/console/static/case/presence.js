/** Who else looks at a case: the page says that it is open while it is visible, and learns who else has it open. */

import { postJson } from "../lib/api.js";
import { h } from "../lib/dom.js";

const HEARTBEAT_MS = 30_000;

export class Presence {
  element = h("p", { class: "presence", role: "status" });
  #path;
  #timer = setInterval(() => this.look(), HEARTBEAT_MS);

  /** @param {string} id of the case */
  constructor(id) {
    this.#path = `cases/${encodeURIComponent(id)}/viewers`;
    document.addEventListener("visibilitychange", this.look);
  }

  stop() {
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.look);
  }

  /** Say that the page is open, if it is visible. */
  look = async () => {
    if (document.hidden) return;
    try {
      const { others } = /** @type {Api.Viewers} */ (await postJson(this.#path));
      const text = others.length ? `${others.join(", ")} ${others.length > 1 ? "are" : "is"} looking at this case too.` : "";
      if (this.element.textContent !== text) this.element.textContent = text;
    } catch {
      // Nobody waits for this; the page itself says what is wrong.
      this.element.textContent = "";
    }
  };
}
