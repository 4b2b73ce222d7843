// Who sits before this page: whom the local stack says, or whoever has signed in (OAuth 2.0 code flow with PKCE, RFC 7636).

const KEPT = 'sluice.sign-in';
/** A token this close to its end is not handed out. */
const MARGIN_MS = 5_000;

/** Tokens stay in memory: who reloads the page is still known to the provider. */
let signedIn;

/** A token for the services; with a lifetime in seconds when it shall be a short one, where the stack gives it. */
export async function token(ttl) {
  if (signedIn) return fresh();
  const answer = await fetch('token', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(ttl ? { ttl } : {}) });
  if (!answer.ok) throw new Error(`no token: ${await answer.text()}`);
  return answer.text();
}

/** The name of who has signed in. */
export const who = () => signedIn?.name;

const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const here = () => `${location.origin}${location.pathname}`;

async function provider({ issuer }) {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`);
  if (!answer.ok) throw new Error(`the provider says ${answer.status}`);
  return answer.json();
}

/** Leaves for the provider's page. */
export async function signIn(oidc) {
  const { authorization_endpoint: endpoint } = await provider(oidc);
  const verifier = random();
  const state = random();
  const challenge = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
  sessionStorage.setItem(KEPT, JSON.stringify({ verifier, state }));
  location.assign(`${endpoint}?${new URLSearchParams({
    response_type: 'code', client_id: oidc.client, redirect_uri: here(), scope: 'openid', state, code_challenge: challenge, code_challenge_method: 'S256',
  })}`);
}

/** Back from there: takes what stands in the address, and takes it out of it. */
export async function returned(oidc) {
  const said = new URLSearchParams(location.search);
  if (!oidc || !(said.has('code') || said.has('error'))) return;
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? '{}');
  sessionStorage.removeItem(KEPT);
  history.replaceState(null, '', here());
  if (said.has('error')) throw new Error(`not signed in: ${said.get('error_description') ?? said.get('error')}`);
  if (!kept.state || said.get('state') !== kept.state) throw new Error('not signed in: this is no answer to what was asked here');
  await ask(oidc, { grant_type: 'authorization_code', code: said.get('code'), redirect_uri: here(), code_verifier: kept.verifier });
}

/** Leaves the provider, too. */
export async function signOut(oidc) {
  const { end_session_endpoint: endpoint } = await provider(oidc);
  const { id } = signedIn;
  signedIn = undefined;
  location.assign(`${endpoint}?${new URLSearchParams({ id_token_hint: id, post_logout_redirect_uri: here(), client_id: oidc.client })}`);
}

async function ask(oidc, form) {
  const { token_endpoint: endpoint } = await provider(oidc);
  const answer = await fetch(endpoint, { method: 'POST', body: new URLSearchParams({ client_id: oidc.client, ...form }) });
  const said = await answer.json();
  if (!answer.ok) {
    signedIn = undefined;
    throw new Error(`sign in again: ${said.error_description ?? said.error}`);
  }
  const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(said.access_token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))));
  signedIn = {
    oidc,
    access: said.access_token,
    refresh: said.refresh_token,
    id: said.id_token,
    until: Date.now() + said.expires_in * 1_000,
    name: claims.preferred_username ?? claims.sub,
  };
}

let asking;
async function fresh() {
  if (signedIn.until - Date.now() < MARGIN_MS) {
    asking ??= ask(signedIn.oidc, { grant_type: 'refresh_token', refresh_token: signedIn.refresh }).finally(() => (asking = undefined));
    await asking;
  }
  return signedIn.access;
}
