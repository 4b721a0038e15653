/** Who may sign in, and with which role. */

import { getJson, postJson, request } from "../../lib/api.js";
import { h, table } from "../../lib/dom.js";
import { openFormDialog } from "../../widgets/dialog.js";
import { asOptions, field, select } from "../../widgets/form-fields.js";
import { showNotice } from "../../widgets/notice.js";

const ROLES = ["viewer", "agent", "lead", "admin"];

/** @param {CurrentUser} user */
export async function usersTab(user) {
  const body = h("div");
  await show(user, body);
  return body;
}

/**
 * @param {CurrentUser} user
 * @param {HTMLElement} body
 */
async function show(user, body) {
  /** @type {Api.Users} */
  const { items } = await getJson("users");
  const reload = () => show(user, body);
  body.replaceChildren(h("section", {}, h("h2", {}, "Users"),
    h("p", {}, "Who may sign in to this console. Whom alerts go to is another list: On call."),
    h("p", { class: "actions" }, h("button", { type: "button", class: "primary", onclick: () => invite(reload) }, "Invite somebody")),
    table("Users", ["Address", "Role", "State", "Change"], items.map((one) => [one.email, one.role ?? "no role", one.state,
      one.email.toLowerCase() === user.who.toLowerCase() ? "You" : buttons(one, reload)]))));
}

/**
 * @param {Api.User} one
 * @param {() => Promise<void>} reload
 */
function buttons(one, reload) {
  return h("span", { class: "row-buttons" },
    h("button", { type: "button", class: "small-button", "aria-label": `Change ${one.email}`, onclick: () => change(one, reload) }, "Change"),
    h("button", { type: "button", class: "small-button", "aria-label": `New password for ${one.email}`, onclick: () => reset(one, reload) }, "New password"));
}

/** @param {() => Promise<void>} reload */
function invite(reload) {
  openFormDialog({
    title: "Invite somebody", text: "AWS mails them a temporary password, good for 7 days.",
    fields: [field("Email address", h("input", { name: "email", type: "email", required: true, maxlength: 200 })),
      field("Role", select("role", asOptions(ROLES), "agent"))],
    submit: "Invite",
    onSubmit: async ({ email, role }) => {
      await postJson("users", { body: { email, role } });
      showNotice(`${email} is invited as ${role}.`);
      await reload();
    },
  });
}

/**
 * @param {Api.User} one
 * @param {() => Promise<void>} reload
 */
function change(one, reload) {
  openFormDialog({
    title: `Change ${one.email}`, text: "It takes effect when their token is renewed: after an hour at most.",
    fields: [field("Role", select("role", [...asOptions(ROLES), ["", "No role: may sign in, and nothing else"]], one.role ?? "")),
      field("Can sign in", select("enabled", [["yes", "Yes"], ["no", "No: disabled, and every session ended"]], one.is_enabled ? "yes" : "no"))],
    submit: "Save",
    onSubmit: async ({ role, enabled }) => {
      await request("PUT", `users/${encodeURIComponent(one.email)}`, { body: { role: role || null, enabled: enabled === "yes" } });
      showNotice(`${one.email}: ${role || "no role"}${enabled === "yes" ? "" : ", disabled"}.`);
      await reload();
    },
  });
}

/**
 * @param {Api.User} one
 * @param {() => Promise<void>} reload
 */
function reset(one, reload) {
  openFormDialog({
    title: `New password for ${one.email}?`,
    text: "Every session of theirs ends. AWS mails them how to choose a new password; whoever has never signed in gets the invitation again.",
    fields: [], submit: "Ask for a new password",
    onSubmit: async () => {
      await postJson(`users/${encodeURIComponent(one.email)}/reset`);
      showNotice(`AWS has mailed ${one.email}.`);
      await reload();
    },
  });
}
