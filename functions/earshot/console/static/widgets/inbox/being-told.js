/** Telling a person of what has come, by a sound or a notification of their desktop: each is off until they ask for it. */

import { h } from "../../lib/dom.js";
import { preference, prefer } from "../../lib/preferences.js";
import { openDialog } from "../dialog.js";
import { select } from "../form-fields.js";

/** @typedef {{about: "" | "urgent" | "mine" | "both", desktop: boolean, sound: boolean}} Wish */
/** @type {Wish} */
const SILENT = { about: "", desktop: false, sound: false };
const TONE_HZ = 660;
const TONE_SECONDS = 0.35;

/** @type {AudioContext | undefined} */
let audio;

function playTone() {
  audio ??= new AudioContext();
  // A browser lets a page be heard after somebody has pressed something on it.
  audio.resume();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = TONE_HZ;
  volume.gain.setValueAtTime(0.2, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + TONE_SECONDS);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + TONE_SECONDS);
}

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
   * @param {import("../../lib/live.js").Live} live
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

  /** Ask what the person wants to be told of. Permission is asked for by their own click. */
  open() {
    const wish = this.#wish;
    const about = select("about", [["", "Nothing"], ["urgent", "Critical and high cases"], ["mine", "My cases: new, due soon, late"],
      ["both", "Critical and high cases, and mine"]], wish.about);
    about.id = "told-about";
    const said = h("p", { role: "status", class: "small" });
    const sound = h("input", { type: "checkbox", id: "told-sound", checked: wish.sound });
    const desktop = h("input", { type: "checkbox", id: "told-desktop", checked: wish.desktop });
    const save = () => prefer(this.#name, { about: about.value, sound: sound.checked, desktop: desktop.checked });
    about.addEventListener("change", save);
    sound.addEventListener("change", () => {
      if (sound.checked) playTone();
      save();
    });
    desktop.addEventListener("change", async () => {
      if (desktop.checked && (!("Notification" in window) || await Notification.requestPermission() !== "granted")) {
        desktop.checked = false;
        said.textContent = "This browser does not allow it: allow notifications for this page in its settings, then try again.";
      }
      save();
    });
    /** @type {HTMLDialogElement} */
    const dialog = h("dialog", { "aria-labelledby": "told-title" },
      h("h2", { id: "told-title" }, "Being told"),
      h("p", {}, "In this browser, while a page of Earshot is open, also in the background. How many urgent cases wait is always in the title."),
      h("p", { class: "field" }, h("label", { for: "told-about" }, "Tell me of"), about),
      h("p", {}, sound, " ", h("label", { for: "told-sound" }, "By a sound")),
      h("p", {}, desktop, " ", h("label", { for: "told-desktop" }, "By a notification, when I look at something else")), said,
      h("p", { class: "buttons" }, h("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "Close")));
    openDialog(dialog);
  }
}
