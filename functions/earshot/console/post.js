/** A post as X wants it shown: the author's name and @handle, the text unaltered, the time as a link to it. */

import { h, outward } from "./dom.js";
import { followers, inFull, named, when } from "./words.js";

/** Who wrote it, with their reach. */
export function byline(author) {
  const reach = followers(author);
  return h("span", { class: "byline" }, h("b", {}, named(author)),
    author.verified && h("span", { class: "verified", title: "Verified on the network" }, "verified"),
    author.handle && author.name && h("span", { class: "handle" }, `@${author.handle}`),
    reach && h("span", { class: "reach" }, reach));
}

/** When it was written, leading to where it stands. */
export function permalink(at, link) {
  return outward(link, { class: "when" }, h("time", { datetime: at, title: inFull(at) }, when(at)));
}

export const words = (text, language) => h("p", { class: "words", lang: language ?? false, dir: "auto" }, text);

/** One post of a conversation. */
export function post(mention) {
  return h("article", { class: mention.own ? "post own" : "post" },
    h("header", {}, byline(mention.author), mention.own && h("span", { class: "tag" }, "your brand"),
      permalink(mention.created_at, mention.link)),
    words(mention.text, mention.language),
    !mention.own && h("p", { class: "small" },
      [mention.intent, mention.severity, mention.sentiment?.label].filter(Boolean).join(" · ")));
}
