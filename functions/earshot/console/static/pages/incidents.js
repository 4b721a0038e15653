/** Incidents: problems that many customers report at the same time, and the customers whom each affects. */

import { downloadCsv, getJson } from "../lib/api.js";
import { errorMessage, externalLink, h, table } from "../lib/dom.js";
import { atTime, displayName, followers, formatNumber, oneLine, plural, shortTime } from "../lib/format.js";
import { STATUSES } from "../lib/labels.js";
import { setTitle } from "../lib/inbox/place.js";
import { severityBadge } from "../widgets/badges.js";
import { bulkButton } from "../widgets/case-actions.js";
import { showNotice } from "../widgets/notice.js";
import { emptyState, errorState, loadingState } from "../widgets/placeholders.js";

/** @param {Api.Incident} incident */
function period(incident) {
  return incident.status === "live" ? `Since ${shortTime(incident.began_at)}`
    : `${shortTime(incident.began_at)} to ${shortTime(incident.ended_at ?? incident.latest_at)}`;
}

/** @param {Api.Incident} incident */
function summary(incident) {
  return `${plural(incident.count, "customer")} affected, reach ${plural(incident.reach, "follower")}. `
    + (incident.held_by ? `Acknowledged by ${incident.held_by}.` : "Not acknowledged.");
}

/** @implements {ConsolePage} */
export class IncidentList {
  title = "Incidents";
  #ongoing = h("div");
  #past = h("div");
  element = h("div", { class: "stack" }, h("h1", {}, "Incidents"),
    h("section", { "aria-labelledby": "ongoing" }, h("h2", { id: "ongoing" }, "Ongoing"), this.#ongoing),
    h("section", { "aria-labelledby": "past" }, h("h2", { id: "past" }, "Past"), this.#past));

  constructor() {
    this.#load("live", this.#ongoing, () => emptyState("No ongoing incidents",
      "When many customers report the same problem at the same time, it appears here."));
    this.#load("over", this.#past, () => emptyState("No past incidents"));
  }

  /**
   * @param {Api.Incident["status"]} status
   * @param {HTMLElement} container
   * @param {() => HTMLElement} whenEmpty
   */
  async #load(status, container, whenEmpty) {
    container.replaceChildren(loadingState("incidents", 2));
    try {
      const { items } = /** @type {Api.IncidentPage} */ (await getJson("incidents", { query: { status } }));
      container.replaceChildren(items.length ? h("ul", { class: "cards" }, items.map(card)) : whenEmpty());
    } catch (error) {
      container.replaceChildren(errorState(error, () => this.#load(status, container, whenEmpty)));
    }
  }
}

/** @param {Api.Incident} incident */
function card(incident) {
  return h("li", { class: `card ${incident.severity}` },
    h("p", { class: "badges" }, severityBadge(incident.severity), h("span", { class: "small" }, period(incident))),
    h("h3", {}, h("a", { href: `#/incidents/${encodeURIComponent(incident.id)}` }, incident.label)),
    h("p", {}, summary(incident)));
}

/** @implements {ConsolePage} */
export class IncidentPage {
  title = "Incident";
  element = h("div", { class: "stack" }, loadingState("the incident"));
  #user;
  #id;

  /**
   * @param {CurrentUser} user
   * @param {string} id
   */
  constructor(user, id) {
    this.#user = user;
    this.#id = id;
    this.#load();
  }

  /** @param {string} key */
  onKey(key) {
    if (key !== "u" && key !== "Escape") return false;
    location.hash = "#/incidents";
    return true;
  }

  async #load() {
    try {
      this.#show(await getJson(`incidents/${encodeURIComponent(this.#id)}`));
    } catch (error) {
      this.element.replaceChildren(errorState(error, () => this.#load()));
    }
  }

  /** @param {Api.IncidentFile} incident */
  #show(incident) {
    const { members } = incident;
    this.title = incident.label;
    setTitle(this.title);
    this.element.replaceChildren(h("p", { class: "back" }, h("a", { href: "#/incidents" }, "‹ Incidents")),
      h("header", { class: `head ${incident.severity}` },
        h("p", { class: "badges" }, severityBadge(incident.severity),
          h("span", { class: "tag" }, incident.status === "live" ? "Ongoing" : "Past"), h("span", {}, period(incident))),
        h("h1", {}, incident.label),
        h("p", {}, summary(incident)),
        h("p", { class: "actions" },
          h("a", { class: "button primary", href: `#/cases/${encodeURIComponent(incident.case_id)}` }, "Open the case"),
          h("a", { class: "button", href: `#/?status=waiting&incident=${encodeURIComponent(incident.id)}` },
            `Work through the cases of ${plural(incident.waiting, "customer")}`),
          h("button", { type: "button", onclick: () => this.#download() }, "Download CSV"),
          incident.waiting > 0 && this.#user.can("told_all") && this.#toldAll(incident))),
      h("section", { "aria-labelledby": "customers" }, h("h2", { id: "customers" }, "Affected customers"),
        table("Affected customers", ["Customer", "Reach", "Since", "Case", "Post"], members.map(memberRow)),
        h("p", { class: "small" },
          `Showing ${formatNumber(members.length)} of ${plural(incident.count, "customer")}.`)));
  }

  /** @param {Api.IncidentFile} incident */
  #toldAll(incident) {
    return bulkButton({
      label: "I told them all",
      question: `Resolve the cases of ${plural(incident.waiting, "customer")} who still wait? `
        + "Earshot posts nothing: tell them yourself.",
      path: `incidents/${encodeURIComponent(incident.id)}/told-all`,
      done: (count) => `${plural(count, "case")} resolved.`,
    }, () => this.#load());
  }

  async #download() {
    try {
      await downloadCsv(`incidents/${encodeURIComponent(this.#id)}/members.csv`, `${this.#id}.csv`);
    } catch (error) {
      showNotice(errorMessage(error), { isError: true });
    }
  }
}

/**
 * @param {Api.IncidentFile["members"][number]} member
 * @returns {import("../lib/dom.js").Child[]}
 */
function memberRow({ author, case_id, link, opened_at, status }) {
  return [
    h("span", {}, displayName(author), author.handle && ` @${oneLine(author.handle)}`),
    followers(author),
    h("span", { title: `Opened ${atTime(opened_at)}` }, shortTime(opened_at)),
    h("a", { href: `#/cases/${encodeURIComponent(case_id)}` }, STATUSES[status]),
    link && externalLink(link, { "aria-label": `View the post of ${displayName(author)}` }, "View the post"),
  ];
}
