/** Incidents: what many customers have at once, since when, how many, and whom to tell when it is over. */

import { ask, download } from "./api.js";
import { severity } from "./badges.js";
import { h, outward, table } from "./dom.js";
import { notice } from "./notice.js";
import { empty, failed, loading } from "./states.js";
import { capital, count, counted, followers, named, when } from "./words.js";

const address = (incident) => `#/incidents/${encodeURIComponent(incident.id)}`;

function since(incident) {
  return incident.status === "live" ? `since ${when(incident.began_at)}`
    : `${when(incident.began_at)} to ${when(incident.ended_at ?? incident.began_at)}`;
}

export class IncidentList {
  constructor() {
    this.title = "Incidents";
    this.live = h("div", {});
    this.over = h("div", {});
    this.element = h("div", { class: "desk" }, h("h1", {}, "Incidents"),
      h("section", { "aria-labelledby": "live" }, h("h2", { id: "live" }, "Going on"), this.live),
      h("section", { "aria-labelledby": "over" }, h("h2", { id: "over" }, "Over"), this.over));
    this.#read("live", this.live, "Nothing is going on", "When many customers have one trouble at once, it stands here.");
    this.#read("over", this.over, "None yet");
  }

  async #read(status, place, ...nothing) {
    place.replaceChildren(loading("incidents", 2));
    try {
      const { items } = await ask("GET", "incidents", { query: { status } });
      place.replaceChildren(items.length ? h("ul", { class: "cards" }, items.map((one) => this.#card(one))) : empty(...nothing));
    } catch (error) {
      place.replaceChildren(failed(error, () => this.#read(status, place, ...nothing)));
    }
  }

  #card(incident) {
    return h("li", { class: `card ${incident.severity}` },
      h("p", { class: "signs" }, severity(incident.severity), h("span", { class: "small" }, since(incident))),
      h("h3", {}, h("a", { href: address(incident) }, incident.label)),
      h("p", {}, `${counted(incident.count, "customer")}, ${counted(incident.reach, "listener")}. `,
        incident.held_by ? `Held by ${incident.held_by}.` : "Nobody holds it."));
  }
}

export class IncidentPage {
  constructor(me, id) {
    this.id = id;
    this.title = "Incident";
    this.element = h("div", { class: "desk" }, loading("the incident"));
    this.#read();
  }

  key(pressed) {
    if (pressed !== "u" && pressed !== "Escape") return false;
    location.hash = "#/incidents";
    return true;
  }

  async #read() {
    try {
      this.#show(await ask("GET", `incidents/${encodeURIComponent(this.id)}`));
    } catch (error) {
      this.element.replaceChildren(failed(error, () => this.#read()));
    }
  }

  #show(incident) {
    document.title = `${incident.label} · Earshot`;
    const save = h("button", { type: "button", onclick: () => this.#save() }, "Save as CSV");
    this.element.replaceChildren(h("p", { class: "back" }, h("a", { href: "#/incidents" }, "‹ Incidents")),
      h("header", { class: `head ${incident.severity}` },
        h("p", { class: "signs" }, severity(incident.severity), h("span", { class: "tag" }, capital(incident.status)),
          h("span", {}, since(incident))),
        h("h1", {}, incident.label),
        h("p", {}, `${counted(incident.count, "customer")}, ${counted(incident.reach, "listener")}. `,
          incident.held_by ? `Held by ${incident.held_by}.` : "Nobody holds it."),
        h("p", { class: "acts" }, h("a", { class: "button strong", href: `#/cases/${encodeURIComponent(incident.case_id)}` },
          "Open its case"), save)),
      h("section", { "aria-labelledby": "whom" }, h("h2", { id: "whom" }, "Whom to tell"),
        table("Whom to tell", ["Customer", "Reach", "Since", "Case", "Post"], incident.members.map((member) => [
          h("span", {}, named(member.author), member.author.handle && ` @${member.author.handle}`),
          followers(member.author), when(member.opened_at),
          h("a", { href: `#/cases/${encodeURIComponent(member.case_id)}` }, member.status),
          outward(member.link, { "aria-label": `The post of ${named(member.author)}` }, "Open on X"),
        ])),
        h("p", { class: "small" }, `${count(incident.members.length)} of ${count(incident.count)} are listed.`)));
  }

  async #save() {
    try {
      await download(`incidents/${encodeURIComponent(this.id)}/members.csv`, `${this.id}.csv`);
    } catch (error) {
      notice(error.message, { isBad: true });
    }
  }
}
