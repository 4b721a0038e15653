/** Creating and finding elements. Text is always inserted as text: nothing here accepts markup. */

/** @typedef {Node | string | number | false | null | undefined} Child */
/** @typedef {string | number | boolean | null | undefined | ((event: any) => unknown)} Attribute */

/**
 * Create an element with attributes and children. Attributes are named as in HTML (`class`, `for`), `onclick` and the
 * like take a function. `false`, `null` and `undefined` leave out an attribute or a child.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, Attribute>} [attributes]
 * @param {...(Child | Child[] | Child[][])} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function h(name, attributes = {}, ...children) {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") created.addEventListener(key.slice(2), value);
    else created.setAttribute(key, value === true ? "" : String(value));
  }
  const present = children.flat(2).filter((child) => child !== false && child !== null && child !== undefined);
  created.append(...present.map((child) => (child instanceof Node ? child : String(child))));
  return created;
}

/**
 * Find an element that index.html is known to contain.
 * @param {string} selector
 * @returns {HTMLElement}
 * @throws {Error} where it is missing
 */
export function element(selector) {
  const found = document.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}.`);
  return found;
}

/**
 * Link to a page outside the console, such as a post on X. Any address but http(s) becomes plain text.
 * @param {string | null | undefined} address
 * @param {Record<string, Attribute>} attributes
 * @param {...Child} children
 */
export function externalLink(address, attributes, ...children) {
  if (!address || !/^https?:\/\//.test(address)) return h("span", {}, ...children);
  return h("a", { ...attributes, href: address, target: "_blank", rel: "noreferrer noopener" }, ...children);
}

/**
 * A table that scrolls sideways on small screens. The first cell of each row is its header.
 * @param {string} caption for screen readers
 * @param {string[]} columns
 * @param {Child[][]} rows
 */
export function table(caption, columns, rows) {
  return h("div", { class: "scroller", tabindex: 0, role: "group", "aria-label": caption },
    h("table", {},
      h("caption", { class: "visually-hidden" }, caption),
      h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, column)))),
      h("tbody", {}, rows.map(([first, ...rest]) =>
        h("tr", {}, h("th", { scope: "row" }, first), rest.map((cell) => h("td", {}, cell ?? "–")))))));
}

/**
 * The message of anything that was thrown.
 * @param {unknown} error
 */
export const errorMessage = (error) => (error instanceof Error ? error.message : String(error));
