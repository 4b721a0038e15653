/** Where the user is: the title of the page, with how many urgent cases wait, and the way back to the inbox. */

let title = "Earshot";
let badge = 0;
let inbox = "#/";

const show = () => { document.title = `${badge ? `(${badge}) ` : ""}${title} · Earshot`; };

/** @param {string} text */
export function setTitle(text) {
  title = text;
  show();
}

/** @param {number} count */
export function setBadge(count) {
  badge = count;
  show();
}

/** The inbox as it was last seen. */
export const inboxAddress = () => inbox;

/** @param {string} hash */
export function setInboxAddress(hash) {
  inbox = hash;
  document.querySelector("nav a")?.setAttribute("href", hash);
}
