/** The console: signs in, then shows the page that the address names. */

import { ask, Problem } from "./api.js";
import { CasePage } from "./case.js";
import { h } from "./dom.js";
import { Inbox } from "./inbox.js";
import { help, listen } from "./keys.js";
import { signOut, start } from "./session.js";
import { empty, failed } from "./states.js";

const main = document.querySelector("#main");
const top = document.querySelector(".top");
let page = null;

/** Pages that few open at once are read when they are. */
const LATER = {
  praise: async (me) => new (await import("./praise.js")).PraiseDesk(me),
  incidents: async (me, id) => {
    const { IncidentList, IncidentPage } = await import("./incidents.js");
    return id ? new IncidentPage(me, id) : new IncidentList(me);
  },
  report: async (me) => new (await import("./report.js")).ReportPage(me),
};

async function pageOf(hash, me, inbox) {
  const [name, id] = hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  if (name === "cases" && id) return new CasePage(me, id, (changed, found) => inbox.changed(changed, found));
  if (Object.hasOwn(LATER, name)) return LATER[name](me, id);
  return inbox;
}

/** Show the page that the address names; whoever comes back to the inbox finds it where they left it. */
async function turn(me, inbox, { isFirst = false } = {}) {
  if (page === inbox) inbox.place = scrollY;
  page?.leave?.();
  try {
    page = await pageOf(location.hash, me, inbox);
  } catch (error) {
    page = { title: "Failed", element: failed(error, () => location.reload()) };
  }
  main.replaceChildren(page.element);
  document.title = `${page.title} · Earshot`;
  const name = location.hash.split("/")[1] ?? "";
  for (const link of top.querySelectorAll("nav a")) {
    const isHere = (link.hash.split("/")[1] ?? "") === (name === "cases" ? "" : name);
    if (isHere) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  scrollTo(0, page === inbox ? inbox.place ?? 0 : 0);
  // Whoever listens hears that the page is another one.
  if (!isFirst) main.focus({ preventScroll: true });
}

async function begin() {
  if (!await start()) return;
  const given = await whoAmI();
  const allowed = new Set(given.permissions);
  const me = { ...given, may: (operation) => allowed.has(operation) };
  top.hidden = false;
  top.querySelector(".who").replaceChildren(me.who, me.role ? h("span", { class: "tag" }, me.role) : "");
  document.querySelector("#sign-out").addEventListener("click", signOut);
  document.querySelector("#show-keys").addEventListener("click", help);
  if (!me.role) {
    main.replaceChildren(empty("You have no role here yet",
      "Ask whoever keeps the staff's accounts to put you into a group: viewer, agent, lead or admin.",
      "Then sign out, and in again."));
    return;
  }
  const inbox = new Inbox(me);
  addEventListener("hashchange", () => turn(me, inbox));
  listen((key) => page?.key?.(key) ?? false);
  await turn(me, inbox, { isFirst: true });
}

async function whoAmI() {
  return ask("GET", "me");
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});

begin().catch((error) => {
  const shown = error instanceof Problem || error.name === "SignedOutError" ? error : new Error(`The console could not start: ${error.message}`);
  main.replaceChildren(failed(shown, () => location.reload()));
});
