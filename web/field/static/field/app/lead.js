// @ts-check
/* One tab sends, however many are open: who holds the lock. Where there are no locks, a lease in the database. A holder
   that the phone has put to sleep gives no sign any more, and is relieved. */

import { asked, within } from "./db.js";

const NAME = "doorstep-field-send";
const BEAT = 5_000; // ms between the signs of who leads
const ASLEEP = 180_000; // ms without a sign: timers of a tab in the background may come once a minute only
const LEASE = 30_000; // ms without a sign where there are no locks, so that a tab that was killed leaves nothing behind
const me = Math.random().toString(36).slice(2);

/**
 * Do something while this tab leads, and never in two tabs at once. `still` tells whether it leads yet: ask before each
 * step. Resolves with whether it led: another tab may.
 * @param {(still: () => boolean) => Promise<void>} work
 * @returns {Promise<boolean>}
 */
export async function leading(work) {
  const locks = globalThis.navigator?.locks;
  if (!locks) return led(work, LEASE);
  const held = { lost: false };
  const lead = (/** @type {Lock|null} */ lock) => (lock ? led(work, 0, held) : false);
  try {
    if (await locks.request(NAME, { ifAvailable: true }, lead)) return true;
    if (globalThis.document?.hidden || !(await asleep())) return false;
    return await locks.request(NAME, { steal: true }, lead);
  } catch (wrong) {
    if (/** @type {any} */ (wrong)?.name !== "AbortError") throw wrong;
    held.lost = true; // we slept, and were relieved
    return false;
  }
}

/**
 * Work, and give a sign now and then.
 * @param {(still: () => boolean) => Promise<void>} work
 * @param {number} patience ms after which a sign of somebody else counts for nothing; 0: whoever it is
 */
async function led(work, patience, held = { lost: false }) {
  if (!(await sign(patience))) return false;
  const beat = setInterval(() => sign(patience).then((mine) => (held.lost ||= !mine), () => {}), BEAT);
  try {
    await work(() => !held.lost);
  } finally {
    clearInterval(beat);
    if (!held.lost) await within("about", "readwrite", (rows) => asked(rows.delete("leads"))).catch(() => {});
  }
  return true;
}

/** Say that we lead. @param {number} patience @returns {Promise<boolean>} false where another does */
function sign(patience) {
  return within("about", "readwrite", async (rows) => {
    const last = await asked(rows.get("leads"));
    if (patience && last && last.by !== me && Math.abs(Date.now() - last.at) < patience) return false;
    await asked(rows.put({ by: me, at: Date.now() }, "leads"));
    return true;
  });
}

/** Whether who holds the lock has given no sign for long. @returns {Promise<boolean>} */
function asleep() {
  return within("about", "readonly", async (rows) => {
    const last = await asked(rows.get("leads"));
    return Boolean(last) && Math.abs(Date.now() - last.at) > ASLEEP;
  });
}
