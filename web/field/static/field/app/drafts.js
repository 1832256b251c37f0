/** What was entered and not recorded yet, by "order/screen": a page that was killed goes on where it was. */
import { get, put, remove } from "./db.js";

/** @type {Map<string, Promise<any>>} */
const writing = new Map();

/**
 * Return what was kept for a screen, {at, values}; null for nothing, also where the phone's database can't be read.
 * @param {any} _app
 * @param {string} key
 * @returns {Promise<{at: string, values: any, begun?: any}|null>}
 */
export async function readDraft(_app, key) {
  await writing.get(key);
  return get("drafts", key).catch(() => null).then((found) => found ?? null);
}

/**
 * Keep what was entered; the last one counts.
 * @param {any} _app
 * @param {string} key
 * @param {{at: string, values: any, begun?: any}} draft `begun`: what the form started with
 */
export function keepDraft(_app, key, draft) {
  return queue(key, () => put("drafts", structuredClone(draft), key));
}

/**
 * Forget it: it was recorded.
 * @param {any} _app
 * @param {string} key
 */
export function dropDraft(_app, key) {
  return queue(key, () => remove("drafts", key));
}

/** @param {string} key @param {() => Promise<any>} work one after the other, so that a late write never comes back */
function queue(key, work) {
  const done = (writing.get(key) ?? Promise.resolve()).then(work).catch(() => undefined); // a draft is a help, not a promise
  writing.set(key, done);
  return done;
}
