/** Colleagues: to whom a case can be given, and whom a note can mention. */

import { getJson } from "./api.js";

const FRESH_MS = 60_000;
/** @type {Promise<Api.Colleague[]> | null} */
let known = null;
let askedAt = 0;

/** Everybody, as of a minute ago at most. */
export function colleagues() {
  if (!known || Date.now() - askedAt > FRESH_MS) {
    askedAt = Date.now();
    known = getJson("people").then((/** @type {Api.Colleagues} */ { items }) => items);
    known.catch(() => { known = null; });
  }
  return known;
}

/**
 * Whether a name is the user's: by the link of an alert somebody acts under another name than they sign in with.
 * @param {string | null | undefined} name
 * @param {CurrentUser} user
 */
export function isMe(name, user) {
  // In capitals "Weiß" and the API's "weiss" are one name, in small letters they are two.
  const wanted = name?.toUpperCase();
  return Boolean(wanted) && [user.who, ...user.names].some((own) => own.toUpperCase() === wanted);
}

/**
 * How a colleague is told, and what speaks against giving them a case.
 * @param {Api.Colleague} colleague
 */
export const hint = ({ on_call, told_by, warnings }) => [
  on_call.length && `on call, rung ${on_call.join(", ")}`, told_by && `told by ${told_by === "sms" ? "SMS" : "email"}`,
  ...warnings].filter(Boolean).join(" · ");
