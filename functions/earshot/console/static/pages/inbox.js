/** The inbox: customers who are waiting for an answer, sorted, filtered and searched, a page at a time. */

import { downloadCsv, getJson } from "../lib/api.js";
import { CaseList } from "../lib/inbox/case-list.js";
import { errorMessage, h } from "../lib/dom.js";
import { atTime, displayName, formatNumber, plural } from "../lib/format.js";
import { setInboxAddress } from "../lib/inbox/place.js";
import { actionForKey, perform } from "../widgets/case-actions.js";
import { caseRow } from "../widgets/case-row.js";
import { Filters } from "../widgets/inbox/filters.js";
import { Selection } from "../widgets/inbox/selection.js";
import { announce, showNotice } from "../widgets/notice.js";
import { emptyState, errorState, loadingState } from "../widgets/placeholders.js";

// What changes by itself, such as what becomes of an alert, is looked at so often; what happens, at once.
const REFRESH_MS = 30_000;
// An act is in every index of the API by then.
const SETTLED_MS = 1_500;

/** @implements {ConsolePage} */
export class Inbox {
  title = "Inbox";
  scrollPosition = 0;
  #user;
  #hearing;
  #list = new CaseList({});
  /** @type {Map<string, {json: string, row: HTMLLIElement}>} */
  #rowsById = new Map();
  #rows = h("ol", { class: "rows", "aria-label": "Cases" });
  #end = h("div", { class: "list-end" });
  #count = h("p", { class: "case-count", role: "status" });
  #stale = h("p", { class: "stale", role: "status", hidden: true });
  #selectAll = h("button", { type: "button", class: "small-button", "aria-keyshortcuts": "*",
    onclick: () => this.#selection.selectAll(this.#list.query) });
  #download = h("button", { type: "button", class: "small-button", onclick: () => this.#save() }, "Download CSV");
  #previous = h("button", { type: "button", "aria-keyshortcuts": "[", onclick: () => this.#turn(-1) }, "‹ Previous");
  #next = h("button", { type: "button", "aria-keyshortcuts": "]", onclick: () => this.#turn(1) }, "Next ›");
  /** @type {Selection} */
  #selection;
  #isFetching = false;
  #isOutdated = false;
  /** @type {string | null} */
  #opened = null;

  /**
   * @param {CurrentUser} user
   * @param {import("../lib/hearing.js").Hearing} hearing
   * @param {import("../lib/inbox/live.js").Live} live
   */
  constructor(user, hearing, live) {
    this.#user = user;
    this.#hearing = hearing;
    this.filters = new Filters(user, () => this.#filter());
    this.#selection = new Selection(user, () => this.#showSelection());
    this.element = h("div", { class: "inbox" }, h("h1", { class: "visually-hidden" }, "Inbox"), this.filters.element,
      h("div", { class: "list-status" }, this.#count, this.#selectAll, this.#download, this.#stale), this.#selection.element, this.#rows,
      this.#end, h("p", { class: "pager" }, this.#previous, this.#next));
    // An empty list means something else to whoever knows that Earshot is deaf.
    hearing.onChange(() => this.#showEnd());
    live.onChange((before) => {
      if (live.problem) this.#isStale(live.problem);
      else if (before?.revision !== live.now?.revision) this.#refresh();
    });
    setInterval(() => this.#refresh(), REFRESH_MS);
    document.addEventListener("visibilitychange", () => this.#refresh());
  }

  /**
   * Show what an address asks for; the same address again is the same page of the list, fresh.
   * @param {string} address the part after the `?`
   */
  open(address) {
    if (address === this.#opened) {
      this.#refresh();
      return this;
    }
    this.#opened = address;
    const query = Object.fromEntries(new URLSearchParams(address));
    this.filters.show(query);
    this.#restart();
    return this;
  }

  /** @param {string} key */
  onKey(key) {
    const rows = [...this.#rows.children];
    const current = rows.findIndex((row) => row.contains(document.activeElement));
    if (key === "j" || key === "k") {
      this.#walk(rows, current, key === "j" ? 1 : -1);
      return true;
    }
    if (key === "[" || key === "]") {
      this.#turn(key === "]" ? 1 : -1);
      return true;
    }
    if (key === "/") {
      this.filters.search.focus();
      return true;
    }
    if (key === "*" && this.#selection.isAllowed) {
      this.#selection.selectAll(this.#list.query);
      return true;
    }
    if (this.#selection.onKey(key)) return true;
    const row = rows[current];
    const theCase = this.#list.items[current];
    if (!theCase) return false;
    if ((key === "x" || key === "X") && this.#selection.isAllowed) {
      this.#toggle(theCase.id, key === "X");
      return true;
    }
    if (key === "r") /** @type {HTMLElement | null} */ (row?.querySelector(".reply"))?.click();
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
      this.#list.put(changed ?? /** @type {Api.CaseFile} */ (await getJson(`cases/${encodeURIComponent(id)}`)).case);
      this.#show();
    } catch {
      // The next refresh tries again.
    }
    setTimeout(() => this.#refresh(), SETTLED_MS);
  }

  #filter() {
    const address = new URLSearchParams(this.filters.query).toString();
    this.#opened = address;
    history.replaceState(null, "", address ? `#/?${address}` : "#/");
    this.#restart();
  }

  async #restart() {
    setInboxAddress(this.#opened ? `#/?${this.#opened}` : "#/");
    this.#list = new CaseList(this.filters.query);
    this.#selection.clear();
    this.#rows.replaceChildren();
    this.#rowsById.clear();
    this.#count.textContent = "";
    this.#selectAll.hidden = this.#download.hidden = this.#previous.hidden = this.#next.hidden = true;
    await this.#load(() => this.#list.refresh());
  }

  /** @param {1 | -1} by */
  async #turn(by, { toLast = false } = {}) {
    if (by === 1 ? !this.#list.hasNext : !this.#list.hasPrevious) return;
    await this.#load(() => this.#list.turn(by));
    scrollTo(0, 0);
    focusRow(toLast ? this.#rows.lastElementChild : this.#rows.firstElementChild);
  }

  /** @param {() => Promise<boolean>} fetchPage */
  async #load(fetchPage) {
    const list = this.#list;
    if (!list.page) this.#end.replaceChildren(loadingState("cases", 5));
    try {
      await fetchPage();
      if (list === this.#list) this.#show();
    } catch (error) {
      if (list === this.#list) this.#end.replaceChildren(errorState(error, () => this.#load(() => list.refresh())));
    }
  }

  async #refresh() {
    const list = this.#list;
    if (document.hidden || !this.element.isConnected || !list.page) return;
    // What happened since the request that is on its way was sent is asked for after it.
    this.#isOutdated = this.#isFetching;
    if (this.#isFetching) return;
    this.#isFetching = true;
    const { total } = list.page;
    const known = new Set(list.items.map(({ id }) => id));
    try {
      const isChanged = await list.refresh();
      if (list !== this.#list) return;
      this.#stale.hidden = true;
      if (!isChanged) return;
      this.#show();
      const added = list.items.filter(({ id }) => !known.has(id));
      const [first] = added;
      // A case that moved up from the next page is no news.
      if (!first || list.page.total <= total) return;
      for (const { id } of added) this.#rowsById.get(id)?.row.classList.add("new");
      announce(added.length > 1 ? `${added.length} new cases`
        : `New case: ${first.severity} ${first.intent} from ${displayName(first.author)}`);
    } catch (error) {
      this.#isStale(errorMessage(error));
    } finally {
      this.#isFetching = false;
      if (this.#isOutdated) this.#refresh();
    }
  }

  /** @param {string} problem */
  #isStale(problem) {
    this.#stale.textContent = `Not up to date: ${problem}`;
    this.#stale.hidden = false;
  }

  /** Make the rows those of the list. A row whose case is as it was stays, and whoever is on it stays there. */
  #show() {
    const focused = this.#focusedId();
    const before = this.#rowsById;
    this.#rowsById = new Map();
    this.#list.items.forEach((theCase, index) => {
      const json = JSON.stringify(theCase);
      const known = before.get(theCase.id);
      const row = known?.json === json ? known.row : this.#row(theCase);
      this.#rowsById.set(theCase.id, { json, row });
      if (this.#rows.children[index] !== row) this.#rows.insertBefore(row, this.#rows.children[index] ?? null);
    });
    while (this.#rows.children.length > this.#list.items.length) this.#rows.lastElementChild?.remove();
    if (focused !== this.#focusedId()) focusRow(this.#rowsById.get(focused)?.row);
    if (this.#list.page) this.filters.offer(this.#list.page.choices);
    this.#showSelection();
    this.#showEnd();
  }

  /** @param {Api.Case} theCase */
  #row(theCase) {
    const row = caseRow(theCase, this.#user, (changed) => this.update(theCase.id, changed));
    if (this.#selection.isAllowed) {
      row.firstElementChild?.firstElementChild?.prepend(h("input", {
        type: "checkbox", class: "select", "aria-label": `Select the case of ${displayName(theCase.author)}`, "aria-keyshortcuts": "x",
        onclick: (/** @type {MouseEvent} */ event) => this.#toggle(theCase.id, event.shiftKey),
      }));
    }
    return row;
  }

  /**
   * @param {string} id
   * @param {boolean} upTo
   */
  #toggle(id, upTo) {
    this.#selection.toggle(id, this.#list.items.map((one) => one.id), { upTo });
  }

  #showSelection() {
    for (const [id, { row }] of this.#rowsById) {
      const box = row.querySelector(".select");
      if (box instanceof HTMLInputElement) box.checked = this.#selection.ids.has(id);
    }
  }

  /** Save what the filters let through, on every page of it. */
  async #save() {
    this.#download.disabled = true;
    try {
      await downloadCsv("inbox.csv", "cases.csv", { query: this.#list.query });
    } catch (error) {
      showNotice(errorMessage(error), { isError: true });
    } finally {
      this.#download.disabled = false;
    }
  }

  #showEnd() {
    const { page, items } = this.#list;
    if (!page) return;
    const { total, late, due_soon: dueSoon, first, known_since: since, is_cut: isCut } = page;
    const pages = total > items.length ? `, ${formatNumber(first)} to ${formatNumber(first + items.length - 1)} shown` : "";
    this.#count.textContent = total ? `${isCut ? "At least " : ""}${plural(total, "case")}${late ? `, ${formatNumber(late)} late` : ""}`
      + `${dueSoon ? `, ${formatNumber(dueSoon)} due soon` : ""}${pages}` : "";
    if (since) this.#count.append(`. What opened before ${atTime(since).replace(/^(on|at) /, "")} and has ended is not searched, except by link.`);
    if (isCut) this.#count.append(". More wait than are listed here: of each status the 10,000 most urgent are listed, counted and searched.");
    this.#selectAll.textContent = `Select ${isCut ? "these" : "all"} ${formatNumber(total)}`;
    this.#download.hidden = !total;
    this.#download.textContent = isCut || since ? `Download these ${formatNumber(total)} as CSV` : "Download CSV";
    this.#selectAll.hidden = !total || !this.#selection.isAllowed;
    this.#previous.hidden = !this.#list.hasPrevious;
    this.#next.hidden = !this.#list.hasNext;
    this.#end.replaceChildren(...items.length ? [] : [this.#emptyList()]);
  }

  #emptyList() {
    const { status = "open", order: _order, ...filters } = this.#list.query;
    if (Object.keys(filters).length) {
      return emptyState("No cases match these filters",
        h("button", { type: "button", onclick: () => this.filters.clear() }, "Clear filters"));
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

  /**
   * Go to the next row or back, over the edge of the page.
   * @param {Element[]} rows
   * @param {number} current
   * @param {1 | -1} by
   */
  #walk(rows, current, by) {
    const next = rows[Math.max(0, current + by)];
    if (current >= 0 && (!next || current + by < 0)) this.#turn(by, { toLast: by < 0 });
    else focusRow(next);
  }

  #focusedId() {
    return document.activeElement?.closest(".row")?.getAttribute("data-id") ?? "";
  }
}

/** @param {Element | null | undefined} row */
function focusRow(row) {
  /** @type {HTMLElement | null | undefined} */ (row?.querySelector(".open"))?.focus();
  row?.scrollIntoView({ block: "nearest" });
}
