// @ts-check
/* What was done here and the server has not answered to. An act is written down before the screen says so, and stays
   until it was taken, or until its technician has settled what was refused (H-N3). */

import { DatabaseError, asked, all, within } from "./db.js";
import { deviceTime } from "./clock.js";

/** @typedef {import("./types").Act} Act */
/** @typedef {import("./types").Picture} Picture */

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
    for (const { id, blob, kind } of blobs) await asked(kept.put({ id, blob, kind, act: act.key }));
    for (const id of pictures(values)) {
      const draft = await asked(kept.get(id));
      if (draft) await asked(kept.put({ ...draft, draft: undefined, act: act.key }));
    }
    await asked(outbox.put(act));
  });
  return act;
}

/** Every act, in the order in which they were done. @returns {Promise<Act[]>} */
export async function acts() {
  return (await all("outbox")).sort((a, b) => a.seq - b.seq);
}

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
 * Take an act out, with its pictures, and keep what the server said of its order; all of it or nothing.
 * @param {string} key
 * @param {any} [order] as it is now; null when it is not theirs any more
 */
export function taken(key, order) {
  return within(["outbox", "blobs", "orders"], "readwrite", async (rows, blobs, orders) => {
    const act = await asked(rows.get(key));
    if (!act) return;
    for (const id of pictures(act.values)) await asked(blobs.delete(id));
    await asked(rows.delete(key));
    if (order) await asked(orders.put(order));
    else if (order === null) await asked(orders.delete(act.order));
  });
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
