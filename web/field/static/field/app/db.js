// @ts-check
/* The phone's own database. What is written is on the disk before anybody is told that it is done. */

const NAME = "doorstep-field";
const VERSION = 2; // 2: acts by their order
const STORES = /** @type {const} */ ({
  orders: { keyPath: "id" },
  about: undefined, // by name: who, verbs, mine …
  outbox: { keyPath: "key" }, // index "order"
  blobs: { keyPath: "id" },
  drafts: undefined, // by "order/screen"
});

/** @type {Promise<IDBDatabase>|null} */
let opened = null;

/** Something could not be written or read. `code` is "full" where the phone has no room left, else "broken". */
export class DatabaseError extends Error {
  /** @param {any} cause */
  constructor(cause) {
    super(String(cause?.message ?? cause ?? "database"));
    this.code = /quota/i.test(cause?.name ?? "") || /quota|full/i.test(this.message) ? "full" : "broken";
  }
}

/** Open it, once; again after the browser has closed it. @returns {Promise<IDBDatabase>} */
export function open() {
  if (opened) return opened;
  const opening = request();
  const forget = () => {
    if (opened === opening) opened = null;
  };
  opening.then((db) => {
    db.onversionchange = () => { // another tab is newer, or empties it: it must not wait for us
      forget();
      db.close();
    };
    db.onclose = forget;
  }, forget);
  opened = opening;
  return opening;
}

/** @returns {Promise<IDBDatabase>} */
function request() {
  return new Promise((resolve, reject) => {
    if (!globalThis.indexedDB) throw new DatabaseError("indexedDB");
    const asked = indexedDB.open(NAME, VERSION);
    let late = false;
    asked.onupgradeneeded = () => {
      for (const [name, how] of Object.entries(STORES)) {
        if (!asked.result.objectStoreNames.contains(name)) asked.result.createObjectStore(name, how);
      }
      const acts = /** @type {IDBTransaction} */ (asked.transaction).objectStore("outbox");
      if (!acts.indexNames.contains("order")) acts.createIndex("order", "order");
    };
    asked.onsuccess = () => (late ? asked.result.close() : resolve(asked.result)); // nobody waits for it any more
    asked.onerror = () => reject(new DatabaseError(asked.error));
    asked.onblocked = () => {
      late = true;
      reject(new DatabaseError("blocked by another tab"));
    };
  });
}

/** Let go of it. */
export function close() {
  opened?.then((db) => db.close(), () => {});
  opened = null;
}

/**
 * Do something in one transaction. Resolves with what `work` came to once everything is written; else nothing is.
 * What nobody may lose is on the disk by then (strict), unless `relaxed`.
 * @template T
 * @param {string|string[]} stores
 * @param {"readonly"|"readwrite"} mode
 * @param {(...stores: IDBObjectStore[]) => T|Promise<T>} work asks only this transaction's stores
 * @param {{relaxed?: boolean, again?: boolean}} [how]
 * @returns {Promise<T>}
 */
export async function within(stores, mode, work, { relaxed = false, again = true } = {}) {
  const names = [stores].flat();
  const strict = mode === "readwrite" && !relaxed && names.some((name) => KEPT.has(name));
  let change;
  try {
    change = (await open()).transaction(names, mode, { durability: strict ? "strict" : "default" });
  } catch (wrong) {
    if (!again || !CLOSED.has(/** @type {any} */ (wrong)?.name)) throw asError(wrong);
    opened = null; // the browser has closed it meanwhile
    return within(stores, mode, work, { relaxed, again: false });
  }
  const over = new Promise((resolve, reject) => {
    change.oncomplete = () => resolve(null);
    change.onabort = () => reject(asError(change.error));
  });
  over.catch(() => {}); // told below
  /** @type {T} */
  let found;
  try {
    found = await work(...names.map((name) => change.objectStore(name)));
  } catch (wrong) {
    const why = change.error ?? wrong; // why it was broken off says more than that its requests were
    try {
      change.abort();
    } catch {
      // Over already.
    }
    throw asError(why);
  }
  await over;
  return found;
}

const KEPT = new Set(["outbox", "blobs"]);
const CLOSED = new Set(["InvalidStateError", "UnknownError"]); // Safari says the latter of a database it has lost

/**
 * Wait for one request of a transaction.
 * @param {IDBRequest} request
 * @returns {Promise<any>}
 */
export function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(asError(request.error));
  });
}

/** @param {string} store @param {IDBValidKey} key @returns {Promise<any>} undefined where there is none */
export const get = (store, key) => within(store, "readonly", (rows) => asked(rows.get(key)));

/** @param {string} store @returns {Promise<any[]>} */
export const all = (store) => within(store, "readonly", (rows) => asked(rows.getAll()));

/** @param {string} store @param {any} value @param {IDBValidKey} [key] @returns {Promise<any>} */
export const put = (store, value, key) => within(store, "readwrite", (rows) => asked(rows.put(value, key)));

/** @param {string} store @param {IDBValidKey} key @returns {Promise<any>} */
export const remove = (store, key) => within(store, "readwrite", (rows) => asked(rows.delete(key)));

/** Empty some stores, all of them unless named. @param {string[]} [names] */
export function empty(names = Object.keys(STORES)) {
  return within(names, "readwrite", (...rows) => Promise.all(rows.map((one) => asked(one.clear()))));
}

/** @param {any} wrong @returns {Error} */
function asError(wrong) {
  return wrong instanceof DOMException || wrong == null ? new DatabaseError(wrong) : wrong;
}
