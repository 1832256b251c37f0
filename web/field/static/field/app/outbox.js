// @ts-check
/* What was done here and the server has not answered to. An act is written down before the screen says so, and stays
   until it was taken, or until its technician has settled what was refused (H-N3). */

import { DatabaseError, all, asked, get, within } from "./db.js";
import { deviceTime } from "./clock.js";
import { predicted } from "./predict.js";

/** @typedef {import("./types").Act} Act */
/** @typedef {import("./types").Order} Order */
/** @typedef {import("./types").Picture} Picture */
/** @typedef {import("./types").Problem} Problem */

const STEP = 1e-6; // between what is put in front of something refused: far less than from one act to the next

/**
 * Write an act down. Resolves once it is on the disk; rejects with {code: "full"} when there is no room, and then
 * nothing of it is kept.
 * @param {object} done
 * @param {number} done.user who did it: only they can send it
 * @param {number} done.order
 * @param {string} done.verb
 * @param {Record<string, any>} done.values as a form posts them; pictures as "photo:<id>"
 * @param {Picture[]} [done.blobs]
 * @param {Act["position"]} [done.position]
 * @param {string} [done.label] how the verb is called
 * @param {string} [done.said] what the screen says of it
 * @param {Record<string, any>} [done.based] what the order said of the fields that this changes, to tell a conflict
 * @returns {Promise<Act>}
 */
export async function put({ user, order, verb, values, blobs = [], position = null, label = "", said = "", based = {} }) {
  /** @type {Act} */
  const act = {
    key: crypto.randomUUID?.() ?? uuid(), seq: 0, user, order, verb, values, device_at: deviceTime(), position, label, said,
    state: "waiting", sent: {}, why: null, based,
  };
  await within(["outbox", "about", "blobs"], "readwrite", async (outbox, about, kept) => {
    act.seq = ((await asked(about.get("seq"))) ?? 0) + 1; // counted, not timed: the clock may be set while we work
    await asked(about.put(act.seq, "seq"));
    await settling(act, outbox);
    for (const { id, blob, kind } of blobs) await asked(kept.put({ id, blob, kind, act: act.key }));
    for (const id of pictures(values)) {
      const draft = await asked(kept.get(id));
      if (draft) await asked(kept.put({ ...draft, draft: undefined, act: act.key }));
    }
    await asked(outbox.put(act));
  });
  return act;
}

/**
 * Where something of the order was refused, what is done now comes before it and what waits behind it: the screens show
 * the order as it stood then. The same verb again takes the place of one that was to be put right.
 * @param {Act} act @param {IDBObjectStore} outbox
 */
async function settling(act, outbox) {
  const others = (await asked(outbox.index("order").getAll(act.order))).filter((/** @type {Act} */ one) => one.user === act.user).sort(bySeq);
  const at = others.findIndex((/** @type {Act} */ one) => one.state === "refused");
  if (at < 0) return;
  const refused = others[at];
  const last = others.slice(0, at).findLast?.((/** @type {Act} */ one) => one.state === "waiting")?.seq ?? 0;
  act.seq = Math.max(last, refused.seq - 0.5) + STEP;
  if (refused.again && refused.verb === act.verb) await asked(outbox.put(toTell(refused, "again")));
}

/** What is left of an act that was settled, until the server has heard of it. @param {any} act @param {"again"|"dropped"} how @returns {Act} */
const toTell = (act, how) => ({ ...act, values: {}, sent: {}, why: null, based: {}, state: "settled", how });

/** @param {Act} a @param {Act} b */
const bySeq = (a, b) => a.seq - b.seq;

/** Every act, in the order in which they were done. @returns {Promise<Act[]>} */
export async function acts() {
  return (await all("outbox")).sort(bySeq);
}

/** One act as it lies there. @param {string} key @returns {Promise<Act|undefined>} */
export const act = (key) => get("outbox", key);

/**
 * Change an act as it lies there; nothing happens when it is gone.
 * @param {string} key
 * @param {Partial<Act>} changes
 * @returns {Promise<Act|undefined>}
 */
export function change(key, changes) {
  return within("outbox", "readwrite", async (rows) => {
    const act = await asked(rows.get(key));
    if (!act) return undefined;
    const changed = { ...act, ...changes };
    await asked(rows.put(changed));
    return changed;
  });
}

/**
 * The server has taken an act: it goes, with its pictures, and what the server said of its order is kept; all of it or
 * nothing. Were it lost, the act would be sent again under its key, and be the same.
 * @param {string} key
 * @param {Order|null} [order] as it is now; null when it is not theirs any more; undefined when more is on its way: then
 *   what was done stays in the order as this phone sees it
 */
export function taken(key, order) {
  return within(["outbox", "blobs", "orders", "about"], "readwrite", async (rows, blobs, orders, about) => {
    const act = await asked(rows.get(key));
    if (!act) return;
    await letGo(act, blobs);
    await asked(rows.delete(key));
    if (order === null) return asked(orders.delete(act.order));
    if (order) return newer(orders, order);
    const had = await asked(orders.get(act.order));
    if (!had) return;
    const [verbs, who] = [await asked(about.get("verbs")), await asked(about.get("who"))];
    const { here, ...now } = predicted(had, [{ ...act, state: "waiting" }], verbs ?? {}, who?.zone);
    await asked(orders.put({ ...now, ahead: Date.now() }));
  }, { relaxed: true });
}

/**
 * What the day says of acts whose answer was lost: those that the orders on this phone show by now go, or they would be
 * shown twice. One that an order does not show yet stays until it does, or until it is answered.
 * @param {Record<string, number>} applied the version that its order had afterwards, by key
 * @param {IDBObjectStore} rows @param {IDBObjectStore} blobs @param {IDBObjectStore} orders
 */
export async function heard(applied, rows, blobs, orders) {
  for (const [key, version] of Object.entries(applied)) {
    const act = await asked(rows.get(key));
    if (act?.state !== "waiting" || (await asked(orders.get(act.order)))?.version < version) continue;
    await letGo(act, blobs);
    await asked(rows.delete(key));
  }
}

/**
 * The server does not take an act: it stays, with why, and holds up what follows on its order.
 * @param {string} key @param {Problem} why with the order as it is now, where it is still theirs
 */
export function refused(key, { order, ...why }) {
  return within(["outbox", "orders"], "readwrite", async (rows, orders) => {
    const act = await asked(rows.get(key));
    if (!act || act.state !== "waiting") return;
    await asked(rows.put({ ...act, state: "refused", why, again: false }));
    if (order) await newer(orders, order);
  });
}

/**
 * Settle what was refused. "again": it keeps its place until the same is done anew; "dropped": it goes. The server is told
 * with the next that is sent.
 * @param {{key: string, order: number, verb: string}} what an act of this phone, or one that the server has kept
 * @param {"again"|"dropped"} how
 * @param {number} user
 */
export function settle(what, how, user) {
  return within(["outbox", "blobs"], "readwrite", async (rows, blobs) => {
    const act = await asked(rows.get(what.key));
    if (act && act.state !== "refused") return;
    if (act && how === "again") return asked(rows.put({ ...act, again: true }));
    if (act) await letGo(act, blobs);
    await asked(rows.put(toTell({ seq: 0, user, ...(act ?? what) }, how)));
  });
}

/** The server has heard how something was settled. @param {string} key */
export function told(key) {
  return within(["outbox", "about"], "readwrite", async (rows, about) => {
    await asked(rows.delete(key));
    const kept = (await asked(about.get("kept"))) ?? [];
    await asked(about.put(kept.filter((/** @type {any} */ one) => one.key !== key), "kept"));
  });
}

/** Forget everything but what waits to be sent, for whoever did it, with its pictures; all at once. */
export function forget() {
  return within(["outbox", "blobs", "orders", "about", "drafts"], "readwrite", async (rows, blobs, orders, about, drafts) => {
    const seq = await asked(about.get("seq"));
    const kept = new Set(await asked(rows.getAllKeys()));
    await loose(blobs, kept);
    await Promise.all([orders, about, drafts].map((one) => asked(one.clear())));
    if (kept.size) await asked(about.put(seq ?? 0, "seq"));
  });
}

/**
 * Delete the pictures that no act holds: those of drafts.
 * @param {IDBObjectStore} blobs @param {Set<any>} kept keys of acts
 */
export async function loose(blobs, kept) {
  for (const { id, act } of await asked(blobs.getAll())) if (!kept.has(act)) await asked(blobs.delete(id));
}

/** Delete the pictures that are an act's own. @param {Act} act @param {IDBObjectStore} blobs */
async function letGo(act, blobs) {
  for (const id of pictures(act.values)) {
    if ((await asked(blobs.get(id)))?.act === act.key) await asked(blobs.delete(id)); // else it is another's by now
  }
}

/** Keep an order unless a newer one lies there: an answer may be overtaken on its way. @param {IDBObjectStore} orders @param {Order} order */
async function newer(orders, order) {
  const had = await asked(orders.get(order.id));
  if (!had || had.version <= order.version) await asked(orders.put(order));
}

/** The ids of the pictures that values name. @param {Record<string, any>} values @returns {string[]} */
export function pictures(values) {
  const texts = Object.values(values ?? {}).flat().filter((one) => typeof one === "string");
  return texts.filter((text) => text.startsWith("photo:")).map((text) => text.slice(6));
}

/** A picture's bytes. @param {string} id @returns {Promise<Picture|undefined>} */
export function picture(id) {
  return within("blobs", "readonly", (rows) => asked(rows.get(id)));
}

function uuid() { // for pages that are not secure: the key need not be a secret, only different
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export { DatabaseError };
