/** What is asked for a change of the roster. Each is refused where somebody else has changed the roster meanwhile. */

import { request } from "../../../lib/api.js";
import { h } from "../../../lib/dom.js";
import { openFormDialog } from "../../../widgets/dialog.js";
import { asOptions, field, select } from "../../../widgets/form-fields.js";
import { showNotice } from "../../../widgets/notice.js";
import { dayText, fromLocal, toLocal } from "../times.js";

/** @typedef {{staff: Api.Staff, reload: () => Promise<void>}} Roster */

export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const RUNGS = /** @type {[string, string][]} */ ([["1", "1, on call"], ["2", "2, lead"], ["3", "3, executive"]]);
const ROLES = ["viewer", "agent", "lead", "admin"];

/**
 * @param {Roster} roster
 * @param {string} method
 * @param {string} path
 * @param {string} done what the user reads afterwards
 * @param {import("../../../lib/api.js").RequestOptions} [options]
 */
async function send({ staff, reload }, method, path, done, options = {}) {
  await request(method, path, { ...options, etag: staff.etag });
  showNotice(done);
  await reload();
}

/** @param {Roster} roster */
const people = ({ staff }) => /** @type {[string, string][]} */ (staff.people.map(({ id, name }) => [id, name]));

/**
 * @param {Roster} roster
 * @param {Date} day
 */
export function changeOverride(roster, day) {
  const begins = day.getHours() ? day : new Date(day.getFullYear(), day.getMonth(), day.getDate(), 9);
  openFormDialog({
    title: "Add an override", text: "They get the rung's alerts, whoever's turn it is. The latest override wins.",
    fields: [field("Person", select("person", people(roster))), field("Rung", select("rung", RUNGS)),
      field("From", h("input", { name: "begins", type: "datetime-local", required: true, value: toLocal(begins) })),
      field("Until", h("input", { name: "ends", type: "datetime-local", required: true, value: toLocal(begins.getTime() + 86_400_000) }))],
    submit: "Add the override",
    onSubmit: ({ person, rung, begins: from, ends }) => send(roster, "POST", "staff/overrides", `${person} stands in on rung ${rung}.`,
      { body: { person, rung: Number(rung), begins: fromLocal(from), ends: fromLocal(ends) } }),
  });
}

/**
 * Add an absence, or remove `given`.
 * @param {Roster} roster
 * @param {Date} day
 * @param {{person: Api.StaffMember, absence: Api.Absence}} [given]
 */
export function changeAbsences(roster, day, given) {
  const put = (/** @type {Api.StaffMember} */ person, /** @type {Api.Absence[]} */ absences, /** @type {string} */ done) =>
    send(roster, "PUT", `staff/people/${encodeURIComponent(person.id)}`, done, { body: { ...details(person), absences } });
  if (given) {
    const { person, absence } = given;
    openFormDialog({
      title: "Remove this absence?", text: `${person.name}, from ${absence.first} to ${absence.last}.`, fields: [], submit: "Remove",
      onSubmit: () => put(person, person.absences.filter((one) => one !== absence), `${person.name} takes their turns again.`),
    });
    return;
  }
  openFormDialog({
    title: "Add an absence", text: "Both days included, in the time zone of the rotation. The next in turn takes over.",
    fields: [field("Person", select("person", people(roster))),
      field("First day", h("input", { name: "first", type: "date", required: true, value: dayText(day) })),
      field("Last day", h("input", { name: "last", type: "date", required: true, value: dayText(day) }))],
    submit: "Add the absence",
    onSubmit: async ({ person: id, first = "", last = "" }) => {
      const person = roster.staff.people.find((one) => one.id === id);
      if (!person) throw new Error("Choose a person: add one to the roster first.");
      await put(person, [...person.absences, { first, last }], `${person.name} is away from ${first} to ${last}.`);
    },
  });
}

/**
 * What the API takes of a person.
 * @param {Api.StaffMember} person
 */
const details = ({ name, email, phone, languages, role, absences }) => ({ name, email, phone, languages, role, absences });

/**
 * @param {Roster} roster
 * @param {Api.StaffMember | null} person null adds one
 */
export function changePerson(roster, person) {
  openFormDialog({
    title: person ? `Change ${person.name}` : "Add a person",
    text: "AWS asks the owner of a mailbox that is new to confirm it; an SMS goes to a new number at once.",
    fields: [
      ...person ? [] : [field("Id (lower-case letters, such as mia)", h("input", { name: "id", required: true, maxlength: 40 }))],
      field("Name", h("input", { name: "name", required: true, maxlength: 80, value: person?.name ?? "" })),
      field("Email address", h("input", { name: "email", type: "email", value: person?.email ?? "" })),
      field("Phone, as +12025550101", h("input", { name: "phone", type: "tel", value: person?.phone ?? "" })),
      field("Languages, as en, es", h("input", { name: "languages", value: person?.languages?.join(", ") ?? "" })),
      field("Role", select("role", asOptions(ROLES), person?.role ?? "agent"))],
    submit: person ? "Save" : "Add",
    onSubmit: ({ id = person?.id ?? "", name, email, phone, languages = "", role }) =>
      send(roster, "PUT", `staff/people/${encodeURIComponent(id)}`, `${name} is on the roster as “${id}”.`, { body: {
        name, email: email || null, phone: phone || null, role, absences: person?.absences ?? [],
        languages: languages.split(",").map((one) => one.trim()).filter(Boolean) } }),
  });
}

/**
 * @param {Roster} roster
 * @param {number} rung
 */
export function changeRotation(roster, rung) {
  const found = roster.staff.rotations.find((one) => one.rung === rung);
  openFormDialog({
    title: `Rotation of rung ${rung}`,
    text: "Ids in order of their turns. Without people the rung's alerts go to the addresses in the stack's parameters.",
    fields: [
      field("People, as mia, leo", h("input", { name: "people", value: found?.people.join(", ") ?? "" })),
      field("A turn lasts", select("period", [["week", "A week"], ["day", "A day"]], found?.period ?? "week")),
      field("It begins on (if it lasts a week)", select("weekday", WEEKDAYS.map((name, day) => [String(day), name]), String(found?.weekday ?? 0))),
      field("It begins at", h("input", { name: "handover", type: "time", required: true, value: found?.handover ?? "09:00" })),
      field("Time zone", h("input", { name: "timezone", required: true,
        value: found?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone })),
      field("A day in the turn of the first", h("input", { name: "start", type: "date", required: true, value: found?.start ?? dayText(new Date()) }))],
    submit: "Save",
    onSubmit: ({ people: ids = "", period, weekday, handover, timezone, start }) =>
      send(roster, "PUT", `staff/rotations/${rung}`, `The rotation of rung ${rung} is saved.`, { body: {
        people: ids.split(",").map((one) => one.trim()).filter(Boolean), period, handover, timezone, start,
        weekday: period === "week" ? Number(weekday) : null } }),
  });
}

/**
 * @param {Roster} roster
 * @param {{title: string, text: string, path: string, query?: Record<string, string | number>, done: string}} act
 */
export function askToRemove(roster, { title, text, path, query = {}, done }) {
  openFormDialog({ title, text, fields: [], submit: "Remove", onSubmit: () => send(roster, "DELETE", path, done, { query }) });
}
