/** Requests to the API, which is served one level above the console's own address. */

import { identityToken } from "./session.js";

const ROOT = new URL("../", document.baseURI);
const TIMEOUT_MS = 30_000;

/**
 * @typedef {object} RequestOptions
 * @property {Record<string, string | number | null | undefined>} [query] empty values are left out
 * @property {object} [body] sent as JSON
 * @property {string | null} [etag] the version to act on (`If-Match`)
 * @property {string | null} [knownEtag] the version that is known (`If-None-Match`): the answer is a 304 if it is current
 * @property {string} [accept]
 */

/** A request that failed; `status` is 0 where no answer came at all. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {Partial<Api.Problem> & {message?: string}} [problem] what the API answered; the gateway answers `message`
   */
  constructor(status, problem = {}) {
    super(problem.detail ?? problem.message ?? (status ? `Earshot answered with an error (${status}).`
      : "Earshot cannot be reached. Check your connection and try again."));
    this.status = status;
    this.type = (problem.type ?? "").split(":").pop();
    /** Who has acknowledged the case, and since when, where that is why the request was refused. */
    this.heldBy = problem.held_by ?? null;
    this.since = problem.since ?? null;
  }

  /** Whether this user or this deployment does not have the feature; the page then says so in place of an error. */
  get isUnavailable() {
    return this.status === 403 || this.type === "no-route" || this.type === "wrong-method";
  }
}

/**
 * Send one request; an expired token is renewed and the request repeated once.
 * @param {string} method
 * @param {string} path relative to the API, without a leading slash
 * @param {RequestOptions} [options]
 * @returns {Promise<Response>}
 * @throws {ApiError}
 */
export async function request(method, path, options = {}) {
  let response = await send(method, path, options, await identityToken());
  if (response.status === 401) response = await send(method, path, options, await identityToken({ wasRefused: true }));
  if (!response.ok && response.status !== 304) {
    throw new ApiError(response.status, await response.json().catch(() => ({})));
  }
  return response;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {RequestOptions} options
 * @param {string} token
 */
async function send(method, path, { query = {}, body, etag, knownEtag, accept = "application/json" }, token) {
  const url = new URL(path, ROOT);
  for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, String(value));
  const headers = new Headers({ Authorization: `Bearer ${token}`, Accept: accept });
  if (body) headers.set("Content-Type", "application/json");
  if (etag) headers.set("If-Match", etag);
  if (knownEtag) headers.set("If-None-Match", knownEtag);
  try {
    return await fetch(url, {
      method, headers, body: body ? JSON.stringify(body) : null, cache: "no-store", credentials: "omit",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new ApiError(0);
  }
}

/**
 * @param {string} path
 * @param {RequestOptions} [options]
 * @returns {Promise<any>} the parsed JSON; callers name the shape that docs/openapi.json gives for the path
 */
export async function getJson(path, options) {
  return (await request("GET", path, options)).json();
}

/**
 * @param {string} path
 * @param {RequestOptions} [options]
 * @returns {Promise<any>} the parsed JSON; callers name the shape that docs/openapi.json gives for the path
 */
export async function postJson(path, options) {
  return (await request("POST", path, options)).json();
}

/**
 * Save a CSV answer as a file; all its parts, where it has several.
 * @param {string} path
 * @param {string} filename
 * @param {RequestOptions} [options]
 */
export async function downloadCsv(path, filename, options = {}) {
  const parts = [];
  /** @type {string | null} */
  let cursor = null;
  do {
    const query = { ...options.query, cursor };
    const response = await request("GET", path, { accept: "text/csv", ...options, query });
    parts.push(await response.blob());
    cursor = response.headers.get("Next-Cursor");
  } while (cursor);
  const address = URL.createObjectURL(new Blob(parts, { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = filename;
  link.click();
  URL.revokeObjectURL(address);
}
