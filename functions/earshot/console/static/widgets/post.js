/** A post as X wants it displayed: the author's name and @handle, the text unaltered, the time as a link to it. */

import { externalLink, h } from "../lib/dom.js";
import { capitalize, displayName, followers, fullTime, oneLine, shortTime } from "../lib/format.js";

/**
 * The author's name, handle and number of followers.
 * @param {Api.Author} author
 */
export function byline(author) {
  const reach = followers(author);
  return h("span", { class: "byline" }, h("b", {}, displayName(author)),
    author.verified && h("span", { class: "verified", title: "Verified on the network" }, "verified"),
    author.handle && author.name && h("span", { class: "handle" }, `@${oneLine(author.handle)}`),
    reach && h("span", { class: "reach" }, reach));
}

/**
 * When a post was written, as a link to it.
 * @param {string} at
 * @param {string | null} link
 */
export function permalink(at, link) {
  return externalLink(link, { class: "when" }, h("time", { datetime: at, title: fullTime(at) }, shortTime(at)));
}

/**
 * @param {string} text
 * @param {string | null} language
 */
export const postText = (text, language) => h("p", { class: "post-text", lang: language, dir: "auto" }, text);

/**
 * One post of a conversation.
 * @param {Api.Mention} mention
 * @param {string | false} [label]
 */
export function post(mention, label) {
  const labels = [mention.intent, mention.severity, mention.sentiment?.label].filter((label) => label !== undefined);
  return h("article", { class: mention.own ? "post own" : "post" },
    h("header", {}, byline(mention.author), mention.own && h("span", { class: "tag" }, "Your brand"),
      label && h("span", { class: "tag warm" }, label), mention.edited && h("span", { class: "tag" }, "Edited"), permalink(mention.created_at, mention.link)),
    postText(mention.text, mention.language),
    !mention.own && h("p", { class: "small" }, capitalize(labels.join(" · "))));
}
