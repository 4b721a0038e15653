/**
 * The session of the signed-in user: authorization code flow with PKCE on Cognito's own pages. Tokens are kept in this
 * module's memory only; after a reload, Cognito's session cookie signs the user in again without a password.
 */

/** @typedef {{user_pool_client_id: string, authorize_url: string, token_url: string, logout_url: string}} Config */
/** @typedef {{id: string, refresh: string | undefined, expiresAt: number}} Tokens `expiresAt` is in epoch milliseconds */

const STORAGE_KEY = "earshot.sign-in";
// Tokens are renewed this long before they expire, so that none expires on its way to the API.
const RENEWAL_MARGIN_SECONDS = 60;
const EXPIRED = "Your session has expired.";

/** Nobody is signed in, and only the user can change that. */
export class SignedOutError extends Error {}

/** @type {Config} */
let config;
/** @type {Tokens | null} */
let tokens = null;
/** @type {Promise<void> | null} */
let renewal = null;

/** The console's address without query and fragment: the redirect address that Cognito knows. */
const redirectUri = () => location.origin + location.pathname;

/** @param {Uint8Array} bytes */
const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const randomString = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/**
 * Sign in, or complete a sign-in after Cognito's redirect.
 * @returns {Promise<boolean>} false where the browser is leaving for Cognito's pages
 * @throws {SignedOutError} where Cognito refused the sign-in
 */
export async function startSession() {
  config = await (await fetch("config.json", { cache: "no-cache" })).json();
  const query = new URLSearchParams(location.search);
  const saved = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "null");
  sessionStorage.removeItem(STORAGE_KEY);
  if (query.size) history.replaceState(null, "", location.pathname + (saved?.hash ?? location.hash));
  const [code, refusal] = [query.get("code"), query.get("error")];
  if (refusal !== null) throw new SignedOutError(query.get("error_description") ?? refusal);
  // A code that this tab did not request may belong to an attacker: it is ignored, and a new sign-in begins.
  if (code === null || !saved || saved.state !== query.get("state")) {
    await signIn();
    return false;
  }
  await requestTokens({
    grant_type: "authorization_code", code, redirect_uri: redirectUri(), code_verifier: saved.verifier,
  });
  return true;
}

/** Leave for Cognito's sign-in page. This tab remembers the state, the verifier and the current view until it returns. */
export async function signIn() {
  tokens = null;
  const [state, verifier] = [randomString(), randomString()];
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify({ state, verifier, hash: location.hash }));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  location.assign(`${config.authorize_url}?${new URLSearchParams({
    response_type: "code", client_id: config.user_pool_client_id, redirect_uri: redirectUri(), scope: "openid email",
    state, code_challenge: base64url(new Uint8Array(digest)), code_challenge_method: "S256",
  })}`);
}

/** Forget the tokens, and end Cognito's session as well. */
export function signOut() {
  tokens = null;
  location.assign(`${config.logout_url}?${new URLSearchParams({
    client_id: config.user_pool_client_id, logout_uri: redirectUri(),
  })}`);
}

/**
 * The identity token. It is renewed first where it is about to expire, or where the API has just refused it.
 * @throws {SignedOutError} where the session has expired
 */
export async function identityToken({ wasRefused = false } = {}) {
  if (!tokens) throw new SignedOutError(EXPIRED);
  if (wasRefused || Date.now() >= tokens.expiresAt) {
    renewal ??= requestTokens({ grant_type: "refresh_token", refresh_token: tokens.refresh ?? "" }).finally(() => {
      renewal = null;
    });
    await renewal;
  }
  return tokens.id;
}

/** @param {Record<string, string>} grant */
async function requestTokens(grant) {
  let response;
  try {
    response = await fetch(config.token_url, {
      method: "POST", body: new URLSearchParams({ client_id: config.user_pool_client_id, ...grant }),
      credentials: "omit",
    });
  } catch {
    throw new TypeError("The sign-in service cannot be reached. Check your connection and try again.");
  }
  if (!response.ok) {
    tokens = null;
    throw new SignedOutError(EXPIRED);
  }
  const answer = await response.json();
  tokens = {
    id: answer.id_token,
    // Cognito sends no new refresh token with a renewal.
    refresh: answer.refresh_token ?? tokens?.refresh,
    expiresAt: Date.now() + (answer.expires_in - RENEWAL_MARGIN_SECONDS) * 1000,
  };
}
