/** Settings: one tab for each thing that staff set. Each is loaded when it is opened, and shown to whom the API lets in. */

import { h } from "../../lib/dom.js";
import { emptyState, errorState, loadingState } from "../../widgets/placeholders.js";

/**
 * @typedef {object} Tab
 * @property {string} label
 * @property {string} operation what a user must be allowed to do to see it
 * @property {(user: CurrentUser) => Promise<HTMLElement>} load
 */

/** @type {Record<string, Tab>} */
const TABS = {
  people: { label: "On call", operation: "list_staff", load: async (user) => (await import("./roster/people.js")).peopleTab(user) },
  silences: { label: "Silences", operation: "list_silences", load: async (user) => (await import("./silences.js")).silencesTab(user) },
  policy: { label: "Policy", operation: "show_policy", load: async (user) => (await import("./policy.js")).policyTab(user) },
  terms: { label: "Terms", operation: "show_terms", load: async (user) => (await import("./terms.js")).termsTab(user) },
  brands: { label: "Brands", operation: "show_brands", load: async (user) => (await import("./brands.js")).brandsTab(user) },
  users: { label: "Users", operation: "list_users", load: async (user) => (await import("./users.js")).usersTab(user) },
  sources: { label: "Sources and budgets", operation: "show_brands", load: async () => (await import("./sources.js")).sourcesTab() },
  corrections: { label: "Corrections", operation: "list_corrections", load: async (user) => (await import("./corrections.js")).correctionsTab(user) },
  changes: { label: "Change log", operation: "list_changes", load: async (user) => (await import("./changes.js")).changesTab(user) },
};
const STYLES = new URL("../../styles/settings.css", import.meta.url);

function loadStyles() {
  if (document.querySelector(`link[href="${STYLES.href}"]`)) return;
  document.head.append(h("link", { rel: "stylesheet", href: STYLES.href }));
}

/** @implements {ConsolePage} */
export class SettingsPage {
  title = "Settings";
  #body = h("div", { class: "stack" }, loadingState("the settings"));
  element;
  #user;

  /**
   * @param {CurrentUser} user
   * @param {string | undefined} name of the tab; the first one that the user may see where there is none
   */
  constructor(user, name) {
    loadStyles();
    this.#user = user;
    const allowed = Object.entries(TABS).filter(([, tab]) => user.can(tab.operation));
    const current = name ?? allowed[0]?.[0] ?? "";
    this.element = h("div", { class: "stack settings" }, h("h1", {}, "Settings"),
      h("nav", { class: "settings-tabs", "aria-label": "Settings" }, allowed.map(([id, { label }]) =>
        h("a", { href: `#/settings/${id}`, "aria-current": id === current && "page" }, label))),
      this.#body);
    const tab = allowed.find(([id]) => id === current)?.[1];
    if (tab) {
      this.title = `${tab.label} · Settings`;
      this.#load(tab);
    } else {
      this.#body.replaceChildren(emptyState("Not available", "Your role does not show these settings."));
    }
  }

  /** @param {Tab} tab */
  async #load(tab) {
    this.#body.replaceChildren(loadingState(tab.label));
    try {
      this.#body.replaceChildren(await tab.load(this.#user));
    } catch (error) {
      this.#body.replaceChildren(errorState(error, () => this.#load(tab)));
    }
  }
}
