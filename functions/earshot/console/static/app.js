/** The shell: signs the user in, then shows the page that the address names. */

import { ApiError, getJson } from "./lib/api.js";
import { element, errorMessage, h } from "./lib/dom.js";
import { Hearing } from "./lib/hearing.js";
import { listenForKeys } from "./lib/keyboard.js";
import { Live } from "./lib/inbox/live.js";
import { setTitle } from "./lib/inbox/place.js";
import { SignedOutError, signOut, startSession } from "./lib/session.js";
import { Inbox } from "./pages/inbox.js";
import { BeingTold } from "./widgets/inbox/being-told.js";
import { emptyState, errorState } from "./widgets/placeholders.js";
import { showShortcuts } from "./widgets/shortcuts-help.js";

const main = element("#main");
const header = element(".top");
/** @type {ConsolePage | null} */
let page = null;
/** Counts the navigations: a page that is loaded after the next one was asked for is not shown. */
let navigations = 0;

/**
 * Pages that are loaded when they are first opened, by the name in the address.
 * @type {Record<string, (user: CurrentUser, id: string | undefined, inbox: Inbox) => Promise<ConsolePage>>}
 */
const LAZY_PAGES = {
  cases: async (user, id, inbox) => {
    if (!id) return inbox.open("");
    const { CasePage } = await import("./pages/case.js");
    return new CasePage(user, id, (caseId, changed) => inbox.update(caseId, changed));
  },
  praise: async (user) => new (await import("./pages/praise.js")).PraisePage(user),
  incidents: async (user, id) => {
    const { IncidentList, IncidentPage } = await import("./pages/incidents.js");
    return id ? new IncidentPage(user, id) : new IncidentList();
  },
  report: async () => new (await import("./pages/report.js")).ReportPage(),
  settings: async (user, id) => new (await import("./pages/settings/settings.js")).SettingsPage(user, id),
  doctor: async () => new (await import("./pages/doctor.js")).DoctorPage(),
};

/**
 * @param {string} hash for example `#/cases/x-1`
 * @param {CurrentUser} user
 * @param {Inbox} inbox
 * @returns {Promise<ConsolePage>}
 */
async function pageFor(hash, user, inbox) {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [name = "", id] = path.split("/").map(decodeURIComponent);
  const load = Object.hasOwn(LAZY_PAGES, name) ? LAZY_PAGES[name] : undefined;
  return load ? load(user, id, inbox) : inbox.open(query);
}

/**
 * Show the page that the address names. The inbox keeps its scroll position.
 * @param {CurrentUser} user
 * @param {Inbox} inbox
 */
async function navigate(user, inbox, { isFirst = false } = {}) {
  if (page === inbox) inbox.scrollPosition = scrollY;
  page?.leave?.();
  page = null;
  const navigation = ++navigations;
  /** @type {ConsolePage} */
  let next;
  try {
    next = await pageFor(location.hash, user, inbox);
  } catch (error) {
    next = { title: "Error", element: errorState(error, () => location.reload()) };
  }
  if (navigation !== navigations) {
    next.leave?.();
    return;
  }
  page = next;
  main.replaceChildren(page.element);
  setTitle(page.title);
  const name = location.hash.split(/[/?]/)[1] ?? "";
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (header.querySelectorAll("nav a"))) {
    const isCurrent = (link.hash.split(/[/?]/)[1] ?? "") === (name === "cases" ? "" : name);
    if (isCurrent) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  scrollTo(0, page === inbox ? inbox.scrollPosition : 0);
  // Moving the focus makes screen readers announce the new page.
  if (!isFirst) main.focus({ preventScroll: true });
}

async function start() {
  if (!await startSession()) return;
  const me = /** @type {Api.Me} */ (await getJson("me"));
  const permissions = new Set(me.permissions);
  const user = { ...me, can: (/** @type {string} */ operation) => permissions.has(operation) };
  header.hidden = false;
  element('nav a[href="#/doctor"]').hidden = !user.can("doctor");
  element('nav a[href="#/settings"]').hidden = !user.can("list_staff");
  element(".user-name").replaceChildren(user.who, user.role ? h("span", { class: "tag" }, user.role) : "");
  element("#sign-out").addEventListener("click", signOut);
  element("#show-shortcuts").addEventListener("click", showShortcuts);
  if (!user.role) {
    main.replaceChildren(emptyState("You do not have a role yet",
      "Ask an administrator to add you to a group: viewer, agent, lead or admin.",
      "Then sign out and sign in again."));
    return;
  }
  const live = new Live();
  const inbox = new Inbox(user, new Hearing(element(".hearing")), live);
  const told = new BeingTold(user, live);
  element("#being-told").addEventListener("click", () => told.open());
  addEventListener("hashchange", () => navigate(user, inbox));
  listenForKeys((key) => {
    if (key !== "?") return page?.onKey?.(key) ?? false;
    showShortcuts();
    return true;
  });
  await navigate(user, inbox, { isFirst: true });
}

element(".skip-link").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});

start().catch((error) => {
  const isExpected = error instanceof ApiError || error instanceof SignedOutError;
  const shown = isExpected ? error : new Error(`The console could not start: ${errorMessage(error)}`);
  main.replaceChildren(errorState(shown, () => location.reload()));
});
