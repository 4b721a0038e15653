/** A case: the conversation as it ran, what is known of the author, what was done, and what can be. */

import { actOf, button, offered, perform } from "./acts.js";
import { ask } from "./api.js";
import { intent, severity, standing } from "./badges.js";
import { clock } from "./clock.js";
import { h, outward } from "./dom.js";
import { byline, permalink, post, words } from "./post.js";
import { failed, loading } from "./states.js";
import { count, counted, inFull, named, when } from "./words.js";

const REFRESH_MS = 20_000;
// What is said of the judgement stands beside its reasons.
const VERDICTS = ["correct", "confirm"];
const WAYS = { sms: "SMS" };

export class CasePage {
  /** `told` hears of every change, so that the inbox need not be asked. */
  constructor(me, id, told) {
    this.me = me;
    this.id = id;
    this.told = told;
    this.title = "Case";
    this.history = h("div", {});
    this.element = h("div", { class: "case" }, loading("the case"));
    this.timer = setInterval(() => !document.hidden && this.#read({ isQuiet: true }), REFRESH_MS);
    this.#read();
  }

  leave() {
    clearInterval(this.timer);
  }

  key(pressed) {
    if (pressed === "u" || pressed === "Escape") {
      location.hash = "#/";
      return true;
    }
    if (!this.file) return false;
    if (pressed === "r") this.element.querySelector(".reply")?.click();
    const act = actOf(pressed, this.file.case, this.me);
    if (act) perform(act, this.file.case, (changed) => this.#changed(changed));
    return pressed === "r" || act !== null;
  }

  async #read({ isQuiet = false } = {}) {
    try {
      const file = await ask("GET", `cases/${encodeURIComponent(this.id)}`);
      if (isQuiet && JSON.stringify(file) === JSON.stringify(this.file)) return;
      this.#show(file);
    } catch (error) {
      if (!isQuiet) this.element.replaceChildren(failed(error, () => this.#read()));
    }
  }

  async #changed(found) {
    if (found) this.told(found.id, found);
    await this.#read();
    if (!found && this.file) this.told(this.id, this.file.case);
  }

  #show(file) {
    const isFirst = !this.file;
    this.file = file;
    const found = file.case;
    const who = found.incident ? found.incident.label : named(found.author);
    const focused = this.element.contains(document.activeElement) ? document.activeElement.textContent : null;
    this.title = who;
    document.title = `${who} · Earshot`;
    this.element.replaceChildren(
      h("p", { class: "back" }, h("a", { href: "#/" }, "‹ Inbox")),
      h("header", { class: `head ${found.severity}` },
        h("p", { class: "signs" }, severity(found.severity), intent(found.incident ? "incident" : found.intent),
          h("span", { class: "tag" }, `@${found.brand}`), clock(found)),
        h("h1", {}, who, !found.incident && found.author.handle && found.author.name
          && h("span", { class: "handle" }, ` @${found.author.handle}`)),
        h("p", { class: "standing" }, `${standing(found, this.me)}.`),
        found.incident_id && h("p", {}, h("a", { href: `#/incidents/${encodeURIComponent(found.incident_id)}` },
          "Many others have this: see the incident")),
        this.#acts(found)),
      h("div", { class: "sides" },
        h("div", {}, this.#conversation(file), this.#log(file)),
        h("aside", { "aria-label": "About the case" }, this.#why(found), this.#facts(found), this.#author(found))));
    // Acting replaces the button that was pressed: whoever works by keyboard stays where they were.
    const again = focused && [...this.element.querySelectorAll("button, a")].find((one) => one.textContent === focused);
    if (again) again.focus();
    if (isFirst && !found.incident) this.#readHistory(found);
  }

  #acts(found) {
    const names = offered(found, this.me).filter((name) => !VERDICTS.includes(name));
    const changed = (now) => this.#changed(now);
    return h("p", { class: "acts" },
      found.link && outward(found.link, { class: "button strong reply", "aria-keyshortcuts": "r", title: "Key: r" },
        "Open on X to reply"),
      names.map((name) => button(name, found, changed, { class: name === "acknowledge" ? "strong" : false })));
  }

  #conversation({ case: found, mentions, complete }) {
    return h("section", { "aria-labelledby": "conversation" }, h("h2", { id: "conversation" }, "Conversation"),
      !complete && h("p", { class: "small" }, "The latest 500 posts. See the network for the ones before."),
      found.incident && h("p", {}, found.text),
      mentions.map(post));
  }

  #log({ log, alerts }) {
    const lines = [
      // That it alerted is said by the alerts themselves, each with its channel and its people.
      ...log.filter((entry) => entry.what !== "alerted")
        .map((entry) => ({ at: entry.at, who: entry.by, what: entry.what, text: entry.text })),
      ...alerts.map((alert) => ({
        at: alert.at, who: "earshot", what: `alerted rung ${alert.rung} by ${WAYS[alert.channel] ?? alert.channel}`,
        text: (alert.to ?? []).join(", "),
      })),
    ].sort((one, other) => one.at.localeCompare(other.at));
    return h("section", { "aria-labelledby": "log" }, h("h2", { id: "log" }, "Log"),
      h("ol", { class: "log" }, lines.map((line) => h("li", {},
        h("time", { datetime: line.at, title: inFull(line.at) }, when(line.at)),
        h("span", {}, h("b", {}, line.what), line.who !== "earshot" && ` by ${line.who === this.me.who ? "you" : line.who}`),
        line.text && h("p", { class: "words" }, line.text)))));
  }

  #why(found) {
    return h("section", { "aria-labelledby": "why" }, h("h2", { id: "why" }, "Why"),
      h("p", {}, `Urgency ${found.urgency} of 100`),
      h("ul", { class: "plain-list" }, found.reasons.map((reason) => h("li", {}, reason.text,
        reason.points ? h("span", { class: "points" }, ` ${reason.points > 0 ? "+" : "−"}${Math.abs(reason.points)}`) : null))),
      h("p", { class: "acts" }, offered(found, this.me).filter((name) => VERDICTS.includes(name)).map((name) =>
        button(name, found, (now) => this.#changed(now), { class: "small-button" }))));
  }

  #facts(found) {
    const facts = [
      ["Waiting since", when(found.waiting_since)], ["Answer due", when(found.due_at)], ["Opened", when(found.opened_at)],
      ["Reach", counted(found.reach, "listener")], ["Reposts", found.reposts ? count(found.reposts) : null],
      ["Topic", found.topic?.replaceAll("_", " ")], ["Case", found.id],
    ];
    return h("section", { "aria-labelledby": "facts" }, h("h2", { id: "facts" }, "Facts"),
      h("dl", { class: "facts" }, facts.filter(([, value]) => value).map(([name, value]) =>
        h("div", {}, h("dt", {}, name), h("dd", {}, value)))));
  }

  #author(found) {
    return h("section", { "aria-labelledby": "author" }, h("h2", { id: "author" }, "The author"),
      h("p", {}, byline(found.author)), this.history);
  }

  async #readHistory(found) {
    this.history.replaceChildren(loading("their history", 2));
    const path = `authors/${encodeURIComponent(found.source)}/${encodeURIComponent(found.author.id)}`;
    try {
      const { items } = await ask("GET", path, { query: { limit: 25 } });
      const before = items.filter((item) => item.kind === "case" && item.case.id !== found.id);
      const posts = items.filter((item) => item.kind === "mention" && item.mention.conversation_id !== found.conversation_id);
      this.history.replaceChildren(
        h("p", {}, before.length ? `${counted(before.length, "case")} beside this one` : "No case beside this one"),
        h("ul", { class: "plain-list" }, before.map(({ case: one }) => h("li", {},
          h("a", { href: `#/cases/${encodeURIComponent(one.id)}` }, `${when(one.opened_at)}: ${one.intent}, ${one.status}`)))),
        h("ul", { class: "plain-list earlier" }, posts.map(({ mention }) => h("li", {},
          permalink(mention.created_at, mention.link), words(mention.text, mention.language)))));
    } catch (error) {
      this.history.replaceChildren(failed(error, () => this.#readHistory(found)));
    }
  }
}
