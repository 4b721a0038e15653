/** A case: its conversation, the customer's history, the activity log, and the actions that staff can take. */

import { Compose } from "../case/compose.js";
import { Presence } from "../case/presence.js";
import { firstAnswer, outcome, related, story } from "../case/story.js";
import { getJson } from "../lib/api.js";
import { externalLink, h } from "../lib/dom.js";
import { capitalize, displayName, formatNumber, fullTime, oneLine, plural, shortTime, timeZone } from "../lib/format.js";
import { CHANNELS, replyLabel } from "../lib/labels.js";
import { inboxAddress, setTitle } from "../lib/inbox/place.js";
import { isMe } from "../lib/people.js";
import { kindBadge, reasonItem, severityBadge, statusText } from "../widgets/badges.js";
import { actionButton, actionForKey, availableActions, bulkButton, perform } from "../widgets/case-actions.js";
import { countdown } from "../widgets/countdown.js";
import { byline, permalink, post, postText } from "../widgets/post.js";
import { errorState, loadingState } from "../widgets/placeholders.js";

const REFRESH_MS = 20_000;
const HISTORY_LENGTH = 25;
// These are offered beside the reasons for the classification, not among the other actions.
/** @type {import("../widgets/case-actions.js").ActionName[]} */
const CLASSIFICATION_ACTIONS = ["correct", "confirm"];

/** @implements {ConsolePage} */
export class CasePage {
  title = "Case";
  element = h("div", { class: "case" }, loadingState("the case"));
  #user;
  #id;
  #onUpdate;
  #timer;
  /** @type {Api.CaseFile | null} */
  #file = null;
  #history = h("div");
  #related = h("div");
  #presence;
  /** @type {Compose | null} */
  #compose = null;

  /**
   * @param {CurrentUser} user
   * @param {string} id
   * @param {(id: string, changed: Api.Case) => void} onUpdate called after each action, for the inbox
   */
  constructor(user, id, onUpdate) {
    this.#user = user;
    this.#id = id;
    this.#onUpdate = onUpdate;
    this.#presence = new Presence(id);
    this.#timer = setInterval(() => !document.hidden && this.#load({ isRefresh: true }), REFRESH_MS);
    this.#load();
  }

  leave() {
    clearInterval(this.#timer);
    this.#presence.stop();
  }

  /** @param {string} key */
  onKey(key) {
    if (key === "u" || key === "Escape") {
      location.hash = inboxAddress();
      return true;
    }
    const theCase = this.#file?.case;
    if (!theCase) return false;
    if (key === "r") /** @type {HTMLElement | null} */ (this.element.querySelector(".reply"))?.click();
    const name = actionForKey(key, theCase, this.#user);
    if (name) perform(name, theCase, this.#onChanged);
    return key === "r" || name !== null;
  }

  async #load({ isRefresh = false } = {}) {
    try {
      const file = /** @type {Api.CaseFile} */ (await getJson(`cases/${encodeURIComponent(this.#id)}`));
      if (isRefresh && JSON.stringify(file) === JSON.stringify(this.#file)) return;
      this.#show(file);
    } catch (error) {
      if (!isRefresh) this.element.replaceChildren(errorState(error, () => this.#load()));
    }
  }

  /** @param {Api.Case | null} changed */
  #onChanged = async (changed) => {
    if (changed) this.#onUpdate(changed.id, changed);
    await this.#load();
    if (!changed && this.#file) this.#onUpdate(this.#id, this.#file.case);
  };

  /** @param {Api.CaseFile} file */
  #show(file) {
    const isFirst = !this.#file;
    this.#file = file;
    const theCase = file.case;
    const active = document.activeElement;
    const focused = this.element.contains(active) ? active?.textContent : null;
    if (!this.#compose && theCase.link && this.#user.can("list_snippets")) {
      this.#compose = new Compose(this.#user, theCase.link);
    }
    this.title = theCase.incident ? theCase.incident.label : displayName(theCase.author);
    setTitle(this.title);
    this.element.replaceChildren(
      h("p", { class: "back" }, h("a", { href: inboxAddress() }, "‹ Inbox")),
      this.#header(theCase),
      h("div", { class: "columns" },
        h("div", {}, this.#conversation(file), this.#compose?.element, this.#activity(file)),
        h("aside", { "aria-label": "About this case" },
          h("section", { "aria-labelledby": "story" }, h("h2", { id: "story" }, "So far"),
            h("ul", { class: "plain-list" }, story(file)), this.#related),
          this.#classification(theCase), this.#details(theCase), this.#customer(theCase))));
    // An action replaces the button that was pressed. Keyboard users keep their place on the new button.
    const same = [...this.element.querySelectorAll("button, a")].find(({ textContent }) => textContent === focused);
    // What is written stays as it is, with the cursor in it.
    if (active instanceof HTMLElement && this.element.contains(active)) active.focus();
    else if (focused && same instanceof HTMLElement) same.focus();
    if (isFirst) this.#presence.look();
    if (isFirst && !theCase.incident) this.#loadHistory(theCase);
    if (isFirst && theCase.incident_id) this.#loadRelated(theCase, theCase.incident_id);
  }

  /** @param {Api.Case} theCase */
  #header(theCase) {
    const { author, incident } = theCase;
    return h("header", { class: `head ${theCase.severity}` },
      h("p", { class: "badges" }, severityBadge(theCase.severity), kindBadge(theCase),
        h("span", { class: "tag" }, `@${theCase.brand}`), countdown(theCase)),
      h("h1", {}, this.title, !incident && author.handle && author.name
        && h("span", { class: "handle" }, ` @${oneLine(author.handle)}`)),
      h("p", { class: "case-status" }, `${statusText(theCase, this.#user)}.`), this.#presence.element,
      theCase.incident_id && h("p", {}, h("a", { href: `#/incidents/${encodeURIComponent(theCase.incident_id)}` },
        "Many customers report the same problem: see the incident")),
      this.#actions(theCase));
  }

  /** @param {Api.Case} theCase */
  #actions(theCase) {
    const names = availableActions(theCase, this.#user).filter((name) => !CLASSIFICATION_ACTIONS.includes(name));
    return h("p", { class: "actions" },
      theCase.link && externalLink(theCase.link,
        { class: "button primary reply", "aria-keyshortcuts": "r", title: "Shortcut: r" }, replyLabel(theCase.source)),
      names.map((name) => actionButton(name, theCase, this.#onChanged, { class: name === "acknowledge" && "primary" })));
  }

  /** @param {Api.CaseFile} file */
  #conversation(file) {
    const { case: theCase, mentions, statements, complete } = file;
    const first = firstAnswer(file);
    return [
      h("section", { "aria-labelledby": "conversation" }, h("h2", { id: "conversation" }, "Conversation"),
        !complete && h("p", { class: "small" }, "Only the latest posts and entries are shown. Earlier posts are on the network."),
        theCase.incident && h("p", {}, theCase.text),
        mentions.map((mention) => post(mention, mention === first && "First answer"))),
      statements.length > 0 && h("section", { "aria-labelledby": "statements" },
        h("h2", { id: "statements" }, "Said to everybody"),
        h("p", { class: "small" }, "Your brand posted this in the same conversation, to nobody in particular."),
        statements.map((statement) => this.#statement(theCase, statement))),
    ];
  }

  /**
   * @param {Api.Case} theCase
   * @param {Api.Mention} statement
   */
  #statement(theCase, statement) {
    const act = {
      label: "This answers them all",
      question: "Mark everybody who waited in this conversation when it was posted as answered?",
      path: `cases/${encodeURIComponent(theCase.id)}/answers-all`,
      body: { post_id: statement.id },
      done: (/** @type {number} */ count) => `${plural(count, "customer")} marked as answered.`,
    };
    return h("div", {}, post(statement),
      statement.may_answer && h("p", { class: "small" },
        "It replies to a post that Earshot does not know: the customer may have been answered."),
      this.#user.can("answers_all") && h("p", { class: "actions" }, bulkButton(act, () => this.#load())));
  }

  /** @param {Api.CaseFile} file */
  #activity({ log, alerts }) {
    const lines = [
      // Alerts have entries of their own below, with channel and recipients.
      ...log.filter(({ what }) => what !== "alerted"),
      ...alerts.map(alertLine),
    ].sort((one, other) => one.at.localeCompare(other.at));
    const by = (/** @type {string} */ who) => who !== "earshot" && ` by ${isMe(who, this.#user) ? "you" : who}`;
    return h("section", { "aria-labelledby": "activity" }, h("h2", { id: "activity" }, "Activity log"),
      h("p", { class: "small" }, `Times are in ${timeZone()} unless they say UTC.`),
      h("ol", { class: "log" }, lines.map((line) => h("li", {},
        h("time", { datetime: line.at, title: fullTime(line.at) }, shortTime(line.at)),
        h("span", {}, h("b", {}, capitalize(line.what)), by(line.by)),
        line.text && h("p", { class: "post-text" }, line.text)))));
  }

  /** @param {Api.Case} theCase */
  #classification(theCase) {
    const names = availableActions(theCase, this.#user).filter((name) => CLASSIFICATION_ACTIONS.includes(name));
    return h("section", { "aria-labelledby": "urgency" }, h("h2", { id: "urgency" }, `Urgency: ${theCase.urgency} of 100`),
      h("ul", { class: "plain-list" }, theCase.reasons.map(reasonItem)),
      names.length > 0 && h("p", { class: "actions" },
        names.map((name) => actionButton(name, theCase, this.#onChanged, { class: "small-button" }))));
  }

  /** @param {Api.Case} theCase */
  #details(theCase) {
    /** @type {[string, string | null][]} */
    const details = [
      ["Waiting since", shortTime(theCase.waiting_since)],
      ["Answer due", shortTime(theCase.due_at)],
      ["Opened", shortTime(theCase.opened_at)],
      ["Reach", plural(theCase.reach, "follower")],
      ["Reposts", theCase.reposts ? formatNumber(theCase.reposts) : null],
      ["Topic", capitalize(theCase.topic.replaceAll("_", " "))],
      ["Case ID", theCase.id],
    ];
    return h("section", { "aria-labelledby": "details" }, h("h2", { id: "details" }, "Details"),
      h("dl", { class: "details" }, details.filter(([, value]) => value).map(([name, value]) =>
        h("div", {}, h("dt", {}, name), h("dd", {}, value)))));
  }

  /** @param {Api.Case} theCase */
  #customer(theCase) {
    return h("section", { "aria-labelledby": "customer" }, h("h2", { id: "customer" }, "Customer"),
      h("p", {}, byline(theCase.author)), this.#history);
  }

  /**
   * @param {Api.Case} theCase
   * @param {string} incident
   */
  async #loadRelated(theCase, incident) {
    try {
      this.#related.replaceChildren(await related(theCase, incident));
    } catch (error) {
      this.#related.replaceChildren(errorState(error, () => this.#loadRelated(theCase, incident)));
    }
  }

  /**
   * The customer's other cases, and what else they posted.
   * @param {Api.Case} theCase
   */
  async #loadHistory(theCase) {
    this.#history.replaceChildren(loadingState("the customer's history", 2));
    const path = `authors/${encodeURIComponent(theCase.source)}/${encodeURIComponent(theCase.author.id)}`;
    try {
      const { items } = /** @type {Api.AuthorPage} */ (await getJson(path, { query: { limit: HISTORY_LENGTH } }));
      const cases = items.flatMap((item) => ("case" in item && item.case.id !== theCase.id ? [item.case] : []));
      const posts = items.flatMap((item) =>
        ("mention" in item && item.mention.conversation_id !== theCase.conversation_id ? [item.mention] : []));
      this.#history.replaceChildren(
        h("p", {}, cases.length ? plural(cases.length, "other case") : "No other cases"),
        h("ul", { class: "plain-list" }, cases.map((other) => h("li", {},
          h("a", { href: `#/cases/${encodeURIComponent(other.id)}` },
            `${shortTime(other.opened_at)}: ${other.intent}, ${outcome(other)}`)))),
        h("ul", { class: "plain-list earlier" }, posts.map((mention) => h("li", {},
          permalink(mention.created_at, mention.link), postText(mention.text, mention.language)))));
    } catch (error) {
      this.#history.replaceChildren(errorState(error, () => this.#loadHistory(theCase)));
    }
  }
}

/**
 * A line of the activity log about an alert: what was sent, or that it was not.
 * @param {Api.Alert} alert
 */
function alertLine({ at, rung, channel, reason, to, held_back, outcome, attempts }) {
  const by = CHANNELS[channel] ?? channel;
  if (!rung) {
    const told = outcome === "sent" ? "told" : outcome === "sending" ? "may have told" : "could not tell";
    return { at, by: "earshot", what: `${told} ${(to ?? []).join(", ")} by ${by}`, text: reason };
  }
  if (held_back) return { at, by: "earshot", what: `did not alert rung ${rung} by ${by}`, text: held_back };
  if (to?.length === 0) {
    return { at, by: "earshot", what: `sent rung ${rung} no ${by}`, text: "the same people are alerted another way" };
  }
  const text = (to ?? []).join(", ");
  if (outcome === "refused") return { at, by: "earshot", what: `could not alert rung ${rung} by ${by}: tried again`, text };
  if (outcome === "sending") return { at, by: "earshot", what: `may have alerted rung ${rung} by ${by}: not confirmed`, text };
  const times = attempts > 1 ? `, perhaps ${attempts} times` : "";
  return { at, by: "earshot", what: `alerted rung ${rung} by ${by}${times}`, text };
}
