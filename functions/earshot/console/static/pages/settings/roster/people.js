/** Who is on call now, next and over two weeks; the people, their turns and absences. */

import { getJson } from "../../../lib/api.js";
import { h, table } from "../../../lib/dom.js";
import { atTime, plural, shortTime } from "../../../lib/format.js";
import { calendar, weekStart } from "./calendar.js";
import { askToRemove, changeAbsences, changeOverride, changePerson, changeRotation, WEEKDAYS } from "./dialogs.js";

const RUNGS = /** @type {Record<number, string>} */ ({ 1: "Rung 1, on call", 2: "Rung 2, lead", 3: "Rung 3, executive" });

/** @param {CurrentUser} user */
export async function peopleTab(user) {
  const body = h("div", { class: "stack" });
  await show(user, body);
  return body;
}

/**
 * @param {CurrentUser} user
 * @param {HTMLElement} body
 */
async function show(user, body) {
  /** @type {[Api.Staff, Api.OnCall, Api.Turns]} */
  const [staff, onCall, { items: turns }] = await Promise.all([
    getJson("staff"), getJson("on-call"), getJson("on-call/turns", { query: { from: weekStart().toISOString(), days: 15 } })]);
  const reload = () => show(user, body);
  const roster = { staff, reload };
  const may = { override: user.can("add_override"), person: user.can("put_person"), rotation: user.can("put_rotation") };
  body.replaceChildren(
    h("section", {}, h("h2", {}, "On call"),
      h("ul", { class: "on-call" }, onCall.rungs.map(({ rung, people, next }) => h("li", { class: "card" },
        h("h3", {}, RUNGS[rung] ?? `Rung ${rung}`),
        h("p", {}, h("b", {}, names(people))),
        h("p", { class: "small" }, next ? `Next: ${names(next.people)}, ${atTime(next.at)}` : "Nobody else takes it over."))))),
    h("section", {}, h("h2", {}, "Two weeks"),
      h("p", { class: "small" }, "In your own time zone. The number is the rung."),
      may.override && h("p", { class: "actions" },
        h("button", { type: "button", class: "primary", onclick: () => changeOverride(roster, new Date()) }, "Add an override"),
        h("button", { type: "button", onclick: () => changeAbsences(roster, new Date()) }, "Add an absence")),
      calendar(turns, staff.people, may.override ? (day) => changeOverride(roster, day) : null),
      overrides(roster, user.can("remove_override")), absences(roster, may.person)),
    h("section", {}, h("h2", {}, "Rotations"),
      h("ul", { class: "plain-list" }, [1, 2, 3].map((rung) => rotation(roster, rung, may.rotation)))),
    h("section", {}, h("h2", {}, "People"),
      may.person && h("p", { class: "actions" }, h("button", { type: "button", onclick: () => changePerson(roster, null) }, "Add a person")),
      staff.people.length ? table("People", ["Name", "Role", "Email", "Phone", ...may.person ? ["Change"] : []],
        staff.people.map((person) => [person.name, person.role, address(person.email, person.email_state),
          address(person.phone, person.sms_state), ...may.person ? [personButtons(roster, person)] : []]))
        : h("p", {}, "Nobody is on the roster: alerts go by the stack's parameters.")));
}

/** @param {{name: string}[]} people */
const names = (people) => people.map(({ name }) => name).join(", ") || "nobody on the roster (the stack's parameters)";

/**
 * @param {string | null | undefined} text
 * @param {string | null} state
 */
const address = (text, state) => text && `${text}: ${state}`;

/**
 * @param {import("./dialogs.js").Roster} roster
 * @param {Api.StaffMember} person
 */
function personButtons(roster, person) {
  return h("span", { class: "row-buttons" },
    h("button", { type: "button", class: "small-button", "aria-label": `Change ${person.name}`, onclick: () => changePerson(roster, person) }, "Change"),
    h("button", { type: "button", class: "small-button", "aria-label": `Remove ${person.name}`, onclick: () => askToRemove(roster, {
      title: `Remove ${person.name} from the roster?`, text: "Also from every rotation and override. No alert goes to them any more.",
      path: `staff/people/${encodeURIComponent(person.id)}`, done: `${person.name} is off the roster.` }) }, "Remove"));
}

/**
 * @param {import("./dialogs.js").Roster} roster
 * @param {number} rung
 * @param {boolean} canChange
 */
function rotation(roster, rung, canChange) {
  const found = roster.staff.rotations.find((one) => one.rung === rung);
  const when = found && (typeof found.weekday === "number" ? `${WEEKDAYS[found.weekday]}s` : "every day");
  return h("li", {}, found ? `Rung ${rung}: ${found.people.join(", ")} in turn, ${when} at ${found.handover} ${found.timezone} `
    : `Rung ${rung}: the addresses in the stack's parameters `,
  canChange && h("button", { type: "button", class: "small-button", "aria-label": `Change the rotation of rung ${rung}`,
    onclick: () => changeRotation(roster, rung) }, "Change"));
}

/**
 * @param {import("./dialogs.js").Roster} roster
 * @param {boolean} canRemove
 */
function overrides(roster, canRemove) {
  const { overrides: all } = roster.staff;
  return all.length > 0 && h("div", {}, h("h3", {}, plural(all.length, "override")), h("ul", { class: "plain-list" }, all.map((one) => {
    const words = `Rung ${one.rung}: ${one.person} stands in from ${shortTime(one.begins)} to ${shortTime(one.ends)}`;
    return h("li", {}, `${words} `, canRemove && h("button", { type: "button", class: "small-button", "aria-label": `Remove: ${words}`,
      onclick: () => askToRemove(roster, { title: "Remove this override?", text: words, path: "staff/overrides",
        query: { ...one }, done: "The rung goes by its rotation again." }) }, "Remove"));
  })));
}

/**
 * @param {import("./dialogs.js").Roster} roster
 * @param {boolean} canChange
 */
function absences(roster, canChange) {
  const all = roster.staff.people.flatMap((person) => person.absences.map((absence) => ({ person, absence })));
  return all.length > 0 && h("div", {}, h("h3", {}, plural(all.length, "absence")), h("ul", { class: "plain-list" }, all.map(({ person, absence }) => {
    const words = `${person.name} is away from ${absence.first} to ${absence.last}`;
    return h("li", {}, `${words} `, canChange && h("button", { type: "button", class: "small-button", "aria-label": `Remove: ${words}`,
      onclick: () => changeAbsences(roster, new Date(), { person, absence }) }, "Remove"));
  })));
}
