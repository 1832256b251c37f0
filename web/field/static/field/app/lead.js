// @ts-check
/* One tab sends, however many are open: who holds the lock. Where there are no locks, a lease in the database. */

import { asked, within } from "./db.js";

const NAME = "doorstep-field-send";
const LEASE = 10_000; // ms: after so long without a sign the next may take over
const me = Math.random().toString(36).slice(2);

/**
 * Do something while this tab leads, and never in two tabs at once. Returns null when another tab leads.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T|null>}
 */
export async function leading(work) {
  const locks = globalThis.navigator?.locks;
  if (locks) return locks.request(NAME, { ifAvailable: true }, (lock) => (lock ? work() : null));
  if (!(await lease())) return null;
  const keep = setInterval(() => lease().catch(() => {}), LEASE / 3);
  try {
    return await work();
  } finally {
    clearInterval(keep);
    await within("about", "readwrite", (rows) => asked(rows.delete("lease"))).catch(() => {});
  }
}

/** Take or lengthen the lease. @returns {Promise<boolean>} whether it is ours */
function lease() {
  return within("about", "readwrite", async (rows) => {
    const held = await asked(rows.get("lease"));
    if (held && held.by !== me && Math.abs(Date.now() - held.at) < LEASE) return false;
    await asked(rows.put({ by: me, at: Date.now() }, "lease"));
    return true;
  });
}
