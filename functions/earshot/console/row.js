/** A case in a list. */

import { button, offered } from "./acts.js";
import { intent, severity, standing } from "./badges.js";
import { clock } from "./clock.js";
import { h, outward } from "./dom.js";
import { byline, permalink, words } from "./post.js";
import { counted } from "./words.js";

const REASONS = 3;

/** The reasons that weigh most, and how many more there are. */
function why(found) {
  const told = [...found.reasons].sort((one, other) => Math.abs(other.points) - Math.abs(one.points));
  const more = told.length - REASONS;
  return h("ul", { class: "reasons", "aria-label": "Why" },
    told.slice(0, REASONS).map((reason) => h("li", {}, reason.text,
      reason.points ? h("span", { class: "points" }, ` ${reason.points > 0 ? "+" : "−"}${Math.abs(reason.points)}`) : null)),
    more > 0 && h("li", { class: "more" }, `${more} more`));
}

/** An entry of the inbox; `changed` is told what an act made of the case. */
export function row(found, me, changed) {
  const quick = offered(found, me).filter((name) => name === "acknowledge" || name === "resolve");
  const what = found.incident
    ? [h("b", {}, found.incident.label), h("span", { class: "reach" }, counted(found.incident.count, "customer"))]
    : byline(found.author);
  return h("li", { class: `row ${found.severity}`, "data-id": found.id },
    h("article", {},
      h("header", {}, severity(found.severity), intent(found.incident ? "incident" : found.intent),
        h("span", { class: "tag" }, `@${found.brand}`), clock(found)),
      h("h2", {}, h("a", { class: "open", href: `#/cases/${encodeURIComponent(found.id)}` }, what)),
      words(found.text, found.language),
      why(found),
      h("footer", {},
        h("span", { class: "standing" }, standing(found, me)),
        permalink(found.waiting_since, found.link),
        h("span", { class: "quick" }, quick.map((name) => button(name, found, changed, { class: "small-button" })),
          found.link && outward(found.link, { class: "button small-button reply" }, "Reply on X")))));
}
