/** A case in the inbox. */

import { externalLink, h } from "../lib/dom.js";
import { plural } from "../lib/format.js";
import { replyLabel } from "../lib/labels.js";
import { kindBadge, reasonItem, severityBadge, statusText } from "./badges.js";
import { actionButton, availableActions } from "./case-actions.js";
import { countdown } from "./countdown.js";
import { byline, permalink, postText } from "./post.js";

const SHOWN_REASONS = 3;

/**
 * The reasons that count most, and how many more there are.
 * @param {Api.Case} theCase
 */
function topReasons(theCase) {
  const reasons = theCase.reasons.toSorted((one, other) => Math.abs(other.points) - Math.abs(one.points));
  const more = reasons.length - SHOWN_REASONS;
  return h("ul", { class: "reasons", "aria-label": "Reasons" },
    reasons.slice(0, SHOWN_REASONS).map(reasonItem), more > 0 && h("li", { class: "more" }, `${more} more`));
}

/**
 * @param {Api.Case} theCase
 * @param {CurrentUser} user
 * @param {OnChanged} onChanged
 */
export function caseRow(theCase, user, onChanged) {
  const actions = availableActions(theCase, user).filter((name) => name === "acknowledge" || name === "resolve");
  const { incident } = theCase;
  const title = incident
    ? [h("b", {}, incident.label), " ", h("span", { class: "reach" }, plural(incident.count, "customer"))]
    : [byline(theCase.author)];
  return h("li", { class: `row ${theCase.severity}`, "data-id": theCase.id },
    h("article", {},
      h("header", {}, severityBadge(theCase.severity), kindBadge(theCase),
        h("span", { class: "tag" }, `@${theCase.brand}`), countdown(theCase)),
      h("h2", {}, h("a", { class: "open", href: `#/cases/${encodeURIComponent(theCase.id)}` }, title)),
      postText(theCase.text, theCase.language),
      topReasons(theCase),
      h("footer", {},
        h("span", { class: "case-status" }, statusText(theCase, user)),
        permalink(theCase.waiting_since, theCase.link),
        h("span", { class: "row-actions" },
          actions.map((name) => actionButton(name, theCase, onChanged, { class: "small-button" })),
          theCase.link && externalLink(theCase.link, { class: "button small-button reply" }, replyLabel(theCase.source))))));
}
