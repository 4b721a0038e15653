/** Asking the API, which stands one step above the console's own address. */

import { token } from "./session.js";

const ROOT = new URL("../", document.baseURI);
const PATIENCE_MS = 30_000;

/** What the API answered where it did not do as asked; status 0 where it did not answer at all. */
export class Problem extends Error {
  constructor(status, given = {}) {
    super(given.detail ?? given.message ?? (status ? `The API answered ${status}.` : "The API cannot be reached."));
    this.status = status;
    this.type = (given.type ?? "").split(":").pop();
    this.heldBy = given.held_by ?? null;
    this.since = given.since ?? null;
  }

  /** Neither this person nor this deployment has it: a part of the page is then left out, and says so. */
  get isUnavailable() {
    return this.status === 403 || this.type === "no-route" || this.type === "wrong-method";
  }
}

/**
 * One request.
 * @param {string} method
 * @param {string} path below the API, without a slash before it
 * @param {{query?: Record<string, string | number | null>, body?: object, etag?: string | null, seen?: string,
 *   accept?: string}} [more] `etag` is what is acted on, `seen` what is known: where that is still so, the answer is a 304
 * @returns {Promise<Response>}
 * @throws {Problem}
 */
export async function send(method, path, { query = {}, body, etag, seen, accept = "application/json" } = {}) {
  const url = new URL(path, ROOT);
  for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
  const once = async (bearer) => {
    const headers = { Authorization: `Bearer ${bearer}`, Accept: accept };
    if (body) headers["Content-Type"] = "application/json";
    if (etag) headers["If-Match"] = etag;
    if (seen) headers["If-None-Match"] = seen;
    try {
      return await fetch(url, {
        method, headers, body: body && JSON.stringify(body), cache: "no-store", credentials: "omit",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch {
      throw new Problem(0);
    }
  };
  let answer = await once(await token());
  if (answer.status === 401) answer = await once(await token({ refused: true }));
  if (!answer.ok && answer.status !== 304) throw new Problem(answer.status, await answer.json().catch(() => ({})));
  return answer;
}

/** One request, and what it gave as JSON. */
export async function ask(method, path, more) {
  return (await send(method, path, more)).json();
}

/** Save what a route gives as CSV, under this name. */
export async function download(path, name, more) {
  const answer = await send("GET", path, { accept: "text/csv", ...more });
  const address = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
