/** The brands that Earshot listens for: handles, search terms, and who speaks for them. */

import { postJson } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { plural } from "../../lib/format.js";
import { textEditor, textList } from "./text-editor.js";

/** @param {CurrentUser} user */
export function brandsTab(user) {
  return textEditor(user, {
    name: "brands", title: "Brands", operation: "put_brands", tryLabel: "See what would be read",
    intro: ["Handles, search terms, and the accounts of employees who speak for a brand. What is read of X costs money: "
      + "Sources and budgets shows the limit."],
    unset: "No brands were put: these are those of the stack's parameters BrandHandles and SearchTerms.",
    tryOut, contents: (/** @type {Api.BrandList} */ list) => contents(list),
  });
}

/** @param {Api.BrandList} list */
function contents({ brands, sources }) {
  return h("div", { class: "stack" }, brands.map((brand) => h("div", {}, h("h3", {}, brand.name),
    h("dl", { class: "lists" }, textList("Handles", brand.handles.map((handle) => `@${handle}`)),
      textList("Search terms", brand.search_terms), textList("Voices", brand.voices)))),
  h("p", { class: "small" }, `${plural(sources.length, "source")} ${sources.length === 1 ? "is" : "are"} read.`));
}

/** @param {string} text */
async function tryOut(text) {
  /** @type {Api.BrandsPreview} */
  const { parsed, changes } = await postJson("settings/brands/preview", { body: { text } });
  return h("section", {}, h("h2", {}, "What would be read"),
    changes.length ? h("ul", { class: "plain-list" }, changes.map((line) => h("li", {}, line))) : h("p", {}, "The same sources as now."),
    contents(parsed));
}
