/** Making elements. Text goes in as text: there is no way here to hand in markup. */

/**
 * An element with its attributes and children. `class`, `onclick` and the like are taken as they are written in HTML,
 * `false`, `null` and `undefined` leave an attribute or a child out.
 * @param {string} name
 * @param {Record<string, any>} [given]
 * @param {...(Node | string | number | false | null | undefined | any[])} children
 * @returns {HTMLElement}
 */
export function h(name, given = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(2).filter((child) => child !== false && child !== null && child !== undefined));
  return element;
}

/** A link to a post on the network, or plain text where the address is none of the web. */
export function outward(address, given, ...children) {
  if (!/^https?:\/\//.test(address ?? "")) return h("span", {}, ...children);
  return h("a", { ...given, href: address, target: "_blank", rel: "noreferrer noopener" }, ...children);
}

/** A table: `head` are its columns, `rows` lists of cells. The first cell of a row is its header. */
export function table(caption, head, rows, given = {}) {
  return h("div", { class: "scroller", tabindex: 0, role: "group", "aria-label": caption },
    h("table", given,
      h("caption", { class: "unseen" }, caption),
      h("thead", {}, h("tr", {}, head.map((cell) => h("th", { scope: "col" }, cell)))),
      h("tbody", {}, rows.map(([first, ...rest]) =>
        h("tr", {}, h("th", { scope: "row" }, first), rest.map((cell) => h("td", {}, cell ?? "–")))))));
}
