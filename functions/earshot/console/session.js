/**
 * Who is signed in. The authorization code is asked for with PKCE on Cognito's own pages; the tokens live in this
 * module's memory and nowhere else, so a reload signs in again by way of Cognito's session.
 */

const KEPT = "earshot.sign-in";
// Renewed so long before its end that no request meets the end on its way.
const SPARE_SECONDS = 60;
const ENDED = "Your sign-in has ended.";

/** Nobody is signed in any more, and only a person can change that. */
export class SignedOutError extends Error {}

let config = null;
let tokens = null;
let renewing = null;

/** This page without what the sign-in hung on its address. */
const page = () => location.origin + location.pathname;

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const chance = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/**
 * Sign in, or come back from signing in. Resolves to false where the browser is on its way to Cognito's pages.
 * @throws {SignedOutError} where Cognito refused
 */
export async function start() {
  config = await (await fetch("config.json", { cache: "no-cache" })).json();
  const given = new URLSearchParams(location.search);
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  if (given.size) history.replaceState(null, "", location.pathname + (kept?.hash ?? location.hash));
  if (given.has("error")) throw new SignedOutError(given.get("error_description") ?? given.get("error"));
  // A code that this tab did not ask for is nobody's: ask for one of our own.
  if (!given.has("code") || !kept || kept.state !== given.get("state")) {
    await signIn();
    return false;
  }
  await exchange({
    grant_type: "authorization_code", code: given.get("code"), redirect_uri: page(), code_verifier: kept.verifier,
  });
  return true;
}

/** Leave for Cognito's pages; what this tab must remember until it is back is the state, the verifier and the place. */
export async function signIn() {
  tokens = null;
  const [state, verifier] = [chance(), chance()];
  sessionStorage.setItem(KEPT, JSON.stringify({ state, verifier, hash: location.hash }));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  location.assign(`${config.authorize_url}?${new URLSearchParams({
    response_type: "code", client_id: config.user_pool_client_id, redirect_uri: page(), scope: "openid email", state,
    code_challenge: base64url(new Uint8Array(digest)), code_challenge_method: "S256",
  })}`);
}

/** Forget the tokens, and end Cognito's session too. */
export function signOut() {
  tokens = null;
  location.assign(
    `${config.logout_url}?${new URLSearchParams({ client_id: config.user_pool_client_id, logout_uri: page() })}`);
}

/** The identity token, renewed where it is about to end or where the API has refused it. */
export async function token({ refused = false } = {}) {
  if (!tokens) throw new SignedOutError(ENDED);
  if (refused || Date.now() >= tokens.endsAt) {
    renewing ??= exchange({ grant_type: "refresh_token", refresh_token: tokens.refresh }).finally(() => {
      renewing = null;
    });
    await renewing;
  }
  return tokens.id;
}

async function exchange(grant) {
  let answer;
  try {
    answer = await fetch(config.token_url, {
      method: "POST", body: new URLSearchParams({ client_id: config.user_pool_client_id, ...grant }),
      credentials: "omit",
    });
  } catch {
    throw new TypeError("The sign-in cannot be reached.");
  }
  if (!answer.ok) {
    tokens = null;
    throw new SignedOutError(ENDED);
  }
  const given = await answer.json();
  tokens = {
    id: given.id_token,
    refresh: given.refresh_token ?? tokens?.refresh,
    endsAt: Date.now() + (given.expires_in - SPARE_SECONDS) * 1000,
  };
}
