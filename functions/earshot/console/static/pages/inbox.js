/** The inbox: customers who are waiting for an answer, the most urgent first. */

import { getJson } from "../lib/api.js";
import { CaseList } from "../lib/case-list.js";
import { errorMessage, h } from "../lib/dom.js";
import { displayName, plural } from "../lib/format.js";
import { INTENTS, SEVERITIES, STATUSES } from "../lib/labels.js";
import { actionForKey, perform } from "../widgets/case-actions.js";
import { caseRow } from "../widgets/case-row.js";
import { asOptions, select } from "../widgets/form-fields.js";
import { announce } from "../widgets/notice.js";
import { emptyState, errorState, loadingState } from "../widgets/placeholders.js";

const REFRESH_MS = 10_000;
const TYPING_PAUSE_MS = 250;
// The next page is loaded when the end of the list comes this near.
const LOAD_AHEAD = "900px";

/** @implements {ConsolePage} */
export class Inbox {
  title = "Inbox";
  scrollPosition = 0;
  #user;
  #hearing;
  #list = new CaseList({});
  /** @type {CaseList | null} the list that is being fetched */
  #fetching = null;
  #rows = h("ol", { class: "rows", "aria-label": "Cases" });
  #end = h("div", { class: "list-end" });
  #count = h("p", { class: "case-count", role: "status" });
  #stale = h("p", { class: "stale", role: "status", hidden: true });
  #search = h("input", {
    type: "search", name: "find", placeholder: "Search by handle or word", "aria-label": "Search by handle or word",
    "aria-keyshortcuts": "/", autocomplete: "off", maxlength: 200,
  });
  #endObserver = new IntersectionObserver(([entry]) => {
    if (entry?.isIntersecting) this.#loadMore();
  }, { rootMargin: LOAD_AHEAD });

  /**
   * @param {CurrentUser} user
   * @param {import("../lib/hearing.js").Hearing} hearing
   */
  constructor(user, hearing) {
    this.#user = user;
    this.#hearing = hearing;
    // An empty list means something else to whoever knows that Earshot is deaf.
    hearing.onChange(() => {
      if (this.#list.isLoaded) this.#showCount();
    });
    this.filters = this.#filterForm();
    this.element = h("div", { class: "inbox" }, h("h1", { class: "visually-hidden" }, "Inbox"), this.filters,
      h("div", { class: "list-status" }, this.#count, this.#stale), this.#rows, this.#end);
    this.#endObserver.observe(this.#end);
    setInterval(() => this.#refresh(), REFRESH_MS);
    document.addEventListener("visibilitychange", () => this.#refresh());
    this.#restart();
  }

  /** @param {string} key */
  onKey(key) {
    const rows = [...this.#rows.children];
    const current = rows.findIndex((row) => row.contains(document.activeElement));
    if (key === "j" || key === "k") {
      const next = rows[Math.min(rows.length - 1, Math.max(0, current + (key === "j" ? 1 : -1)))];
      focusRow(next);
      next?.scrollIntoView({ block: "nearest" });
      return true;
    }
    if (key === "/") {
      this.#search.focus();
      return true;
    }
    const row = rows[current];
    const theCase = row && this.#caseOf(row);
    if (!theCase) return false;
    if (key === "r") /** @type {HTMLElement | null} */ (row.querySelector(".reply"))?.click();
    const name = actionForKey(key, theCase, this.#user);
    if (name) perform(name, theCase, (changed) => this.update(theCase.id, changed));
    return key === "r" || name !== null;
  }

  /**
   * Show a case as it is now.
   * @param {string} id
   * @param {Api.Case | null} changed null where it must be fetched
   */
  async update(id, changed) {
    try {
      const theCase = changed ?? /** @type {Api.CaseFile} */ (await getJson(`cases/${encodeURIComponent(id)}`)).case;
      this.#show(this.#list.put(theCase));
    } catch {
      // The next refresh tries again.
    }
  }

  #filterForm() {
    const status = h("div", { class: "tabs", role: "group", "aria-label": "Status" },
      Object.entries(STATUSES).map(([value, label]) => h("label", {},
        h("input", { type: "radio", name: "status", value, checked: value === "open" }), h("span", {}, label))));
    /** @type {(name: string, label: string, any: string, options: [string, string][]) => HTMLSelectElement} */
    const filter = (name, label, any, options) => {
      const control = select(name, [["", any], ...options]);
      control.setAttribute("aria-label", label);
      return control;
    };
    const form = h("form", { class: "filters", role: "search" }, status, this.#search,
      filter("severity", "Severity", "Any severity", asOptions(SEVERITIES)),
      filter("intent", "Intent", "Any intent", asOptions(INTENTS)),
      filter("holder", "Acknowledged by", "All cases", [["me", "My cases"], ["nobody", "Nobody's cases"]]));
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let pause;
    form.addEventListener("input", (event) => {
      clearTimeout(pause);
      pause = setTimeout(() => this.#restart(), event.target === this.#search ? TYPING_PAUSE_MS : 0);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    return form;
  }

  /** Start a new list with the filters as they are now. */
  async #restart() {
    const entered = /** @type {[string, string][]} */ ([...new FormData(this.filters)]);
    const query = Object.fromEntries(entered.filter(([, value]) => value.trim()));
    if (query.status === "replied" || query.status === "resolved") query.order = "newest";
    this.#list = new CaseList(query);
    this.#rows.replaceChildren();
    this.#count.textContent = "";
    await this.#loadMore();
  }

  async #loadMore() {
    const list = this.#list;
    if (this.#fetching === list || list.isComplete) return;
    this.#fetching = list;
    this.#end.replaceChildren(loadingState("cases", this.#rows.children.length ? 1 : 5));
    try {
      const difference = await list.loadMore();
      if (list !== this.#list) return;
      this.#show(difference);
    } catch (error) {
      if (list === this.#list) this.#end.replaceChildren(errorState(error, () => this.#loadMore()));
      return;
    } finally {
      if (this.#fetching === list) this.#fetching = null;
    }
    // An observer reports changes only. If the end of the list is still in view, it must start over to report that.
    this.#endObserver.unobserve(this.#end);
    this.#endObserver.observe(this.#end);
  }

  async #refresh() {
    const list = this.#list;
    if (document.hidden || !this.element.isConnected || this.#fetching || !list.isLoaded) return;
    this.#fetching = list;
    try {
      const difference = await list.refresh();
      if (list !== this.#list) return;
      this.#show(difference, { isRefresh: true });
      this.#stale.hidden = true;
    } catch (error) {
      this.#stale.textContent = `Not up to date: ${errorMessage(error)}`;
      this.#stale.hidden = false;
    } finally {
      if (this.#fetching === list) this.#fetching = null;
    }
  }

  /**
   * @param {import("../lib/case-list.js").Difference} difference
   * @param {{isRefresh?: boolean}} [options] whether what is added is news to the user
   */
  #show({ added, changed, removed }, { isRefresh = false } = {}) {
    for (const id of removed) this.#rowOf(id)?.remove();
    for (const theCase of changed) {
      const old = this.#rowOf(theCase.id);
      const hadFocus = old?.contains(document.activeElement) ?? false;
      old?.remove();
      const row = this.#insert(theCase);
      if (hadFocus) focusRow(row);
    }
    for (const theCase of added) this.#insert(theCase).classList.toggle("new", isRefresh);
    const [first] = added;
    if (isRefresh && first) {
      announce(added.length > 1 ? `${added.length} new cases`
        : `New case: ${first.severity} ${first.intent} from ${displayName(first.author)}`);
    }
    this.#showCount();
  }

  /**
   * Insert a row where it belongs. Pages arrive in order, so most rows belong at the end; the others are placed by
   * binary search.
   * @param {Api.Case} theCase
   */
  #insert(theCase) {
    const row = caseRow(theCase, this.#user, (changed) => this.update(theCase.id, changed));
    const rows = [...this.#rows.children];
    /** @param {Element | undefined} other */
    const isAfter = (other) => {
      const before = other && this.#caseOf(other);
      return !before || this.#list.compare(before, theCase) < 0;
    };
    let [from, to] = isAfter(rows.at(-1)) ? [rows.length, rows.length] : [0, rows.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (isAfter(rows[middle])) from = middle + 1;
      else to = middle;
    }
    this.#rows.insertBefore(row, rows[from] ?? null);
    return row;
  }

  /** @param {string} id */
  #rowOf(id) {
    return this.#rows.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  /** @param {Element} row */
  #caseOf(row) {
    return this.#list.cases.get(row.getAttribute("data-id") ?? "");
  }

  #showCount() {
    const { query, cases, isComplete } = this.#list;
    const isWaiting = query.status === "open" || query.status === "acknowledged";
    const overdue = isWaiting ? [...cases.values()].filter(({ due_at }) => Date.parse(due_at) < Date.now()).length : 0;
    const total = plural(cases.size, "case");
    this.#count.textContent = !cases.size ? ""
      : `${isComplete ? total : `First ${total}`}${overdue ? `, ${overdue} overdue` : ""}`;
    if (!isComplete) this.#end.replaceChildren(loadingState("more cases", 1));
    else this.#end.replaceChildren(...cases.size ? [] : [this.#emptyList()]);
    this.title = query.status === "open" && cases.size ? `(${cases.size}${isComplete ? "" : "+"}) Inbox` : "Inbox";
    if (this.element.isConnected) document.title = `${this.title} · Earshot`;
  }

  #emptyList() {
    const { status = "open", order: _order, ...filters } = this.#list.query;
    if (Object.keys(filters).length) {
      return emptyState("No cases match these filters",
        h("button", { type: "button", onclick: () => this.#clearFilters(status) }, "Clear filters"));
    }
    switch (status) {
      case "acknowledged": return emptyState("No acknowledged cases", "A case moves here when someone acknowledges it.");
      case "replied": return emptyState("No answered cases yet", "A case moves here when your brand answers the customer.");
      case "resolved": return emptyState("No resolved cases yet", "A case moves here when someone resolves it.");
      default: return this.#emptyInbox();
    }
  }

  #emptyInbox() {
    switch (this.#hearing.state) {
      case "heard": return emptyState("No one is waiting", "New cases appear here automatically.");
      case "deaf": return emptyState("No open cases, but Earshot does not hear everything",
        "Customers may be waiting of whom it does not know: see the top of the page.");
      default: return emptyState("No open cases", "Whether Earshot hears all of its sources is not known yet.");
    }
  }

  /** @param {string} status the tab to stay on */
  #clearFilters(status) {
    this.filters.reset();
    const tab = this.filters.querySelector(`[name="status"][value="${CSS.escape(status)}"]`);
    if (tab instanceof HTMLInputElement) tab.checked = true;
    this.#restart();
  }
}

/** @param {Element | undefined} row */
function focusRow(row) {
  /** @type {HTMLElement | null | undefined} */ (row?.querySelector(".open"))?.focus();
}
