/** Form controls with their labels. */

import { h } from "../lib/dom.js";
import { capitalize } from "../lib/format.js";

let nextId = 0;

/**
 * A control below its label.
 * @param {string} label
 * @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} control gets an id unless it has one
 */
export function field(label, control) {
  control.id ||= `field-${++nextId}`;
  return h("p", { class: "field" }, h("label", { for: control.id }, label), control);
}

/**
 * A drop-down list.
 * @param {string} name
 * @param {(readonly [value: string, label: string])[]} options
 * @param {string} [selected]
 */
export function select(name, options, selected) {
  return h("select", { name },
    options.map(([value, label]) => h("option", { value, selected: value === selected }, label)));
}

/**
 * Options whose labels are their values.
 * @param {readonly string[]} values
 * @returns {[string, string][]}
 */
export const asOptions = (values) => values.map((value) => [value, capitalize(value)]);
