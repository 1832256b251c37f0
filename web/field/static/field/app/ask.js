// @ts-check
/* One request, and what its answer is worth: taken, refused, or nothing, which changes nothing. */

import { learn } from "./clock.js";

const LIMIT = 60_000; // ms: an answer that takes longer is as good as lost
const LONG = 300_000; // ms for a picture: 400 kB take minutes where three bars are a lie
const LATER = new Set([408, 423, 425, 429, 500, 502, 503, 504]);
const MOST = 600_000; // ms of patience, however much the server asks for
const RENEW = new Set(["csrf", "other_user"]); // the session is another one: read who, and its token

/**
 * @typedef {{token: () => string, renew: () => Promise<any>, user: () => number, fetch?: typeof fetch}} How
 * the token of the session's forms, how a new one is read, who is signed in (0 for nobody)
 */

/** No answer that counts: it is tried again. */
export class Later extends Error {
  /** @param {string} why "offline", "busy", "signed_out", "csrf" @param {number} [after] ms that the server asks for */
  constructor(why, after = 0) {
    super(why);
    this.why = why;
    this.after = after;
  }
}

/**
 * Ask the server. Resolves with an answer that counts, taken or refused; throws Later for everything else.
 * @param {How} how
 * @param {number} user in whose name @param {string} url @param {string} key @param {any} body @param {string} [type]
 * @returns {Promise<{ok: boolean, said: any}>}
 */
export async function ask(how, user, url, key, body, type, again = true) {
  if (how.user() !== user) throw new Later("signed_out"); // somebody else has signed in meanwhile
  const asked = Date.now();
  const token = how.token();
  const { response, said } = await post(how, user, url, key, body, type, token);
  if (response.ok) return { ok: true, said };
  const { status } = response;
  if (status === 401) throw new Later("signed_out");
  if (status === 403 && RENEW.has(said.code)) {
    await how.renew();
    if (again && how.token() !== token) return ask(how, user, url, key, body, type, false);
    throw new Later("csrf");
  }
  if (LATER.has(status) || status >= 500 || said.code === "busy") throw new Later("busy", patience(response));
  if (!said.code && !said.title && status !== 413) throw new Later("offline"); // not our server: a hotel's, a proxy's
  learn(response.headers.get("Date") ?? "", asked);
  return { ok: false, said: { ...said, status } };
}

/**
 * @param {How} how @param {number} user the server takes nothing of theirs, photos neither, from anybody else's session
 * @param {string} url @param {string} key @param {any} body @param {string|undefined} type @param {string} token
 */
async function post(how, user, url, key, body, type, token) {
  const headers = /** @type {Record<string, string>} */ ({ "Idempotency-Key": key, "X-Person": String(user), "X-CSRFToken": token, Accept: "application/json" });
  if (type) headers["Content-Type"] = type;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), type ? LIMIT : LONG);
  try {
    const response = await (how.fetch ?? fetch)(url, { method: "POST", headers, body, credentials: "same-origin", signal: limit.signal });
    const said = await response.json().catch((/** @type {any} */ wrong) => {
      if (response.ok) throw wrong; // half an answer is none
      return {};
    });
    return { response, said: said ?? {} };
  } catch {
    throw new Later("offline");
  } finally {
    clearTimeout(timer);
  }
}

/** How long the server asks to be left alone, in ms: seconds or a date. @param {Response} response */
function patience(response) {
  const said = response.headers.get("Retry-After") ?? "";
  const ms = /^\d+$/.test(said) ? 1000 * Number(said) : Date.parse(said) - Date.parse(response.headers.get("Date") ?? "");
  return Math.min(Math.max(Number.isFinite(ms) ? ms : 0, 0), MOST);
}
