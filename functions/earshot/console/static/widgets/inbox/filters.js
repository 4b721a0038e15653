/** The filters of the inbox. What is chosen stands in the address, and can be saved as a view with a name. */

import { h } from "../../lib/dom.js";
import { capitalize } from "../../lib/format.js";
import { INTENTS, ORDERS, SEVERITIES, STATUSES } from "../../lib/labels.js";
import { prefer, preference } from "../../lib/preferences.js";
import { openFormDialog } from "../dialog.js";
import { asOptions, field, select } from "../form-fields.js";

const TYPING_PAUSE_MS = 250;
/** @type {Record<string, string>} */
const DEFAULTS = { status: "open", order: "urgency" };
// The drop-down lists of values that the cases themselves have, with the words for "any".
/** @type {[keyof Api.InboxPage["choices"], string][]} */
const CHOOSABLE = [["brand", "Any brand"], ["source", "Any source"], ["topic", "Any topic"], ["language", "Any language"]];
const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });

/**
 * @param {string} name
 * @param {string} value
 */
function choiceLabel(name, value) {
  if (name !== "language") return name === "brand" ? `@${value}` : capitalize(value.replaceAll("_", " "));
  try {
    return LANGUAGES.of(value) ?? value;
  } catch {
    return value;
  }
}

/** @type {(name: string, label: string, options: [string, string][]) => HTMLSelectElement} */
function labelled(name, label, options) {
  const control = select(name, options);
  control.setAttribute("aria-label", label);
  return control;
}

export class Filters {
  search = h("input", {
    type: "search", name: "find", placeholder: "Search words, @handle, ID or link", autocomplete: "off", maxlength: 500,
    "aria-label": "Search words, handle, ID or link of a post in all cases", "aria-keyshortcuts": "/",
  });
  #choices = CHOOSABLE.map(([name, any]) => labelled(name, capitalize(name), [["", any]]));
  #incident = h("input", { type: "hidden", name: "incident" });
  #incidentButton = h("button", { type: "button", onclick: () => this.#set({ ...this.query, incident: "" }) },
    "Of one incident ✕");
  #views = h("select", { "aria-label": "Saved views", onchange: () => this.#openView() });
  #save = h("button", { type: "button", onclick: () => this.#saveView() }, "Save view");
  #who;
  #onChange;

  /**
   * @param {CurrentUser} user
   * @param {() => void} onChange
   */
  constructor(user, onChange) {
    this.#who = user.who;
    this.#onChange = onChange;
    const tabs = [...Object.entries(STATUSES), ["all", "All"]];
    this.element = h("form", { class: "filters", role: "search" },
      h("div", { class: "tabs", role: "group", "aria-label": "Status" }, tabs.map(([value, label]) => h("label", {},
        h("input", { type: "radio", name: "status", value, checked: value === "open" }), h("span", {}, label)))),
      this.search,
      labelled("order", "Sort by", ORDERS),
      labelled("due", "Deadline", [["", "Any deadline"], ["late", "Late"], ["soon", "Due soon"]]),
      labelled("severity", "Severity", [["", "Any severity"], ...asOptions(SEVERITIES)]),
      labelled("intent", "Intent", [["", "Any intent"], ...asOptions(INTENTS)]),
      // Whose case it is. More people are more options: the API takes their names.
      labelled("holder", "Whose", [["", "Everybody's"], ["me", "My cases"], ["nobody", "Nobody's"]]),
      this.#choices, this.#incident, this.#incidentButton, this.#views, this.#save);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let pause;
    this.element.addEventListener("input", (event) => {
      if (event.target === this.#views) return;
      clearTimeout(pause);
      const isTyping = event.target === this.search;
      // A search looks everywhere, unless a status is chosen after it.
      if (isTyping && this.search.value) this.#check("all");
      pause = setTimeout(() => this.#changed(), isTyping ? TYPING_PAUSE_MS : 0);
    });
    this.element.addEventListener("submit", (event) => event.preventDefault());
    this.#showViews();
  }

  /** What is chosen, as the API and the address have it, without what needs not be said. */
  get query() {
    const entered = /** @type {[string, string][]} */ ([...new FormData(this.element)]);
    return Object.fromEntries(entered.map(([name, value]) => [name, value.trim()])
      .filter(([name = "", value]) => value && value !== DEFAULTS[name]));
  }

  /**
   * Show what an address asks for.
   * @param {Record<string, string>} query
   */
  show(query) {
    this.element.reset();
    for (const control of this.#choices) this.#offer(control, [], query[control.name]);
    for (const control of this.element.querySelectorAll("select")) control.value = query[control.name] ?? DEFAULTS[control.name] ?? "";
    this.search.value = query.find ?? "";
    this.#incident.value = query.incident ?? "";
    this.#check(query.status ?? "open");
    this.#showViews();
  }

  /**
   * Offer the values that the cases have.
   * @param {Api.InboxPage["choices"]} choices
   */
  offer(choices) {
    for (const control of this.#choices) {
      // A list that is open is left alone.
      if (control !== document.activeElement) {
        this.#offer(control, choices[/** @type {keyof typeof choices} */ (control.name)], control.value);
      }
    }
  }

  /** Every filter off; the status stays. */
  clear() {
    const { status = "open" } = this.query;
    this.#set({ status });
  }

  /** @param {Record<string, string>} query */
  #set(query) {
    this.show(query);
    this.#changed();
  }

  #changed() {
    this.#showViews();
    this.#onChange();
  }

  /**
   * @param {HTMLSelectElement} control
   * @param {Api.Choice[]} choices
   * @param {string} [selected]
   */
  #offer(control, choices, selected = "") {
    const any = control.options[0]?.text ?? "";
    const known = choices.some(({ value }) => value === selected) || !selected;
    const values = known ? choices : [{ value: selected, count: 0 }, ...choices];
    control.replaceChildren(h("option", { value: "" }, any), ...values.map(({ value, count }) =>
      h("option", { value }, `${choiceLabel(control.name, value)}${count ? ` (${count})` : ""}`)));
    control.value = selected;
    control.hidden = values.length < 2 && !selected;
  }

  /** @param {string} status */
  #check(status) {
    const tab = this.element.querySelector(`[name="status"][value="${CSS.escape(status)}"]`);
    if (tab instanceof HTMLInputElement) tab.checked = true;
  }

  /** @returns {Record<string, string>} addresses by name */
  get #saved() {
    return preference(`views.${this.#who}`, {});
  }

  get #address() {
    return new URLSearchParams(this.query).toString();
  }

  #showViews() {
    const saved = Object.entries(this.#saved);
    const address = this.#address;
    const current = saved.find(([, query]) => query === address)?.[0] ?? "";
    this.#views.replaceChildren(h("option", { value: "" }, "Views"),
      ...saved.map(([name]) => h("option", { value: name, selected: name === current }, name)));
    this.#views.hidden = !saved.length;
    this.#save.textContent = current ? "Delete view" : "Save view";
    this.#save.hidden = !address;
    this.#incidentButton.hidden = !this.#incident.value;
  }

  #openView() {
    const query = this.#saved[this.#views.value];
    this.#set(query === undefined ? {} : Object.fromEntries(new URLSearchParams(query)));
  }

  #saveView() {
    const { [this.#views.value]: current, ...others } = this.#saved;
    if (current !== undefined) {
      prefer(`views.${this.#who}`, others);
      this.#showViews();
      return;
    }
    openFormDialog({
      title: "Save this view",
      text: "It is kept in this browser, for you. To share it, send somebody the address of this page.",
      fields: [field("Name", h("input", { name: "name", required: true, maxlength: 40 }))],
      submit: "Save view",
      onSubmit: async ({ name = "" }) => {
        prefer(`views.${this.#who}`, { ...this.#saved, [name]: this.#address });
        this.#showViews();
      },
    });
  }
}
