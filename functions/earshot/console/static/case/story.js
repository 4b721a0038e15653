/** What happened so far and what suggests itself, in a few lines. */

import { getJson } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { atTime, displayName, duration, plural } from "../lib/format.js";
import { STATUSES } from "../lib/labels.js";

const RELATED = 5;
/** @type {Record<string, string>} */
const CAME_BACK = {
  recovered: "They came back pleased: thank them.",
  relapsed: "They complained again after the answer. Give them a second chance: ask what went wrong, and offer more.",
  silent: "They have said nothing since the answer: ask whether all is well now.",
};

/**
 * The brand's post that was the first answer, or undefined.
 * @param {Api.CaseFile} file
 */
export const firstAnswer = ({ case: { first_response_at }, mentions }) =>
  mentions.find(({ own, created_at }) => own && created_at === first_response_at);

/**
 * Who answered first and how fast, how many answers there were, and what suggests itself.
 * @param {Api.CaseFile} file
 */
export function story(file) {
  const { case: theCase, mentions } = file;
  const first = firstAnswer(file);
  const answers = mentions.filter(({ own }) => own).length;
  const took = theCase.first_response_seconds;
  const who = theCase.acknowledged_by ? `; ${theCase.acknowledged_by} had the case` : "";
  const suggestion = theCase.recovery ? CAME_BACK[theCase.recovery.turn]
    : theCase.intent === "praise" && theCase.status === "open" ? "Praise that nobody has answered: thank them." : "";
  return [
    took === null ? "Not answered yet"
      : `First answer ${first ? `by ${displayName(first.author)} ` : ""}after ${duration(took)}${who}`,
    answers > 1 && `${plural(answers, "answer")} in this conversation`,
    suggestion && h("b", {}, suggestion),
  ].filter(Boolean).map((line) => h("li", {}, line));
}

/**
 * How another case of the customer ended, or where it stands.
 * @param {Api.Case} other
 */
export const outcome = ({ status, outcome: ended, first_response_seconds: took }) =>
  `${STATUSES[status].toLowerCase()}${ended ? ` (${ended})` : ""}${took === null ? "" : `, answered in ${duration(took)}`}`;

/**
 * Other customers of the same incident, those who still wait first.
 * @param {Api.Case} theCase
 * @param {string} incident
 */
export async function related(theCase, incident) {
  const path = `incidents/${encodeURIComponent(incident)}`;
  const { members, count } = /** @type {Api.IncidentFile} */ (await getJson(path, { query: { members: RELATED + 1 } }));
  return h("ul", { class: "plain-list" },
    members.filter(({ case_id }) => case_id !== theCase.id).slice(0, RELATED).map(({ case_id, author, status, opened_at }) =>
      h("li", {}, h("a", { href: `#/cases/${encodeURIComponent(case_id)}` }, displayName(author)),
        ` ${atTime(opened_at)}, ${STATUSES[status].toLowerCase()}`)),
    h("li", {}, h("a", { href: `#/${path}` }, `All ${plural(count, "customer")} of the incident`)));
}
