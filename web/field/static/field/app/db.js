// @ts-check
/* The phone's own database. What is written is on the disk before anybody is told that it is done. */

const NAME = "doorstep-field";
const VERSION = 1;
const STORES = /** @type {const} */ ({
  orders: { keyPath: "id" },
  about: undefined, // by name: who, verbs, mine …
  outbox: { keyPath: "key" },
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
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      for (const [name, how] of Object.entries(STORES)) {
        if (!asked.result.objectStoreNames.contains(name)) asked.result.createObjectStore(name, how);
      }
    };
    asked.onsuccess = () => {
      const db = asked.result;
      db.onversionchange = () => close(); // another tab is newer, or empties it: it must not wait for us
      db.onclose = () => (opened = null);
      resolve(db);
    };
    asked.onerror = () => reject(new DatabaseError(asked.error));
    asked.onblocked = () => reject(new DatabaseError("blocked by another tab"));
  });
  return opened.catch((wrong) => {
    opened = null;
    throw wrong;
  });
}

/** Let go of it. */
export function close() {
  opened?.then((db) => db.close(), () => {});
  opened = null;
}

/**
 * Do something in one transaction. Resolves with what `work` came to once everything is written; else nothing is.
 * @template T
 * @param {string|string[]} stores
 * @param {"readonly"|"readwrite"} mode
 * @param {(...stores: IDBObjectStore[]) => T|Promise<T>} work asks only this transaction's stores
 * @returns {Promise<T>}
 */
export async function within(stores, mode, work, again = true) {
  const names = [stores].flat();
  let change;
  try {
    change = (await open()).transaction(names, mode, { durability: mode === "readwrite" ? "strict" : "default" });
  } catch (wrong) {
    if (!again || !(wrong instanceof DOMException) || wrong.name !== "InvalidStateError") throw asError(wrong);
    opened = null; // the browser has closed it meanwhile
    return within(stores, mode, work, false);
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
    try {
      change.abort();
    } catch {
      // Over already.
    }
    throw asError(wrong);
  }
  await over;
  return found;
}

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
