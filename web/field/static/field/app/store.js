// @ts-check
/* What the pages read: the orders as the server said last, with what was done here on top, and everything beside them. */

import * as db from "./db.js";
import * as box from "./outbox.js";
import { learn, offset, remember } from "./clock.js";
import { basis, predicted, questions } from "./predict.js";

/** @typedef {import("./types").Act} Act */
/** @typedef {import("./types").Order} Order */

const BESIDE = ["who", "verbs", "states", "mine", "asked", "calls", "kept", "van", "figures", "settle", "at", "csrf"];

const SOON = 150; // ms
const MOST = 100; // acts whose fate is asked for with the day: those done first
const LIMIT = 60_000; // ms: a day that takes longer is asked for anew

/** Events: "change" (something to draw anew), "fresh" {changed: [order]} after the server was asked. */
export class Store extends EventTarget {
  /** @param {Record<string, string>} urls */
  constructor(urls) {
    super();
    this.urls = urls;
    /** @type {Map<number, Order>} */
    this.known = new Map();
    /** @type {Act[]} */
    this.acts = [];
    /** @type {Record<string, any>} */
    this.about = {};
    this.signedOut = false;
    this.elsewhere = false;
    this.read = false; // whether there is anything of a day on this phone
    /** @type {Promise<any>|null} */
    this.asking = null;
    /** What comes before every question to the server; false: nobody is signed in here. @type {() => Promise<boolean>} */
    this.before = async () => true;
    this.others = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("doorstep-field");
    this.others?.addEventListener("message", () => this.reload(false));
    this.turn = 0; // how often something was done here
    /** @type {any} */
    this.later = null;
  }

  /** Read it soon: many changes at once are read together. */
  soon() {
    this.later ??= setTimeout(() => {
      this.later = null;
      this.reload().catch((wrong) => console.error(wrong));
    }, SOON + this.acts.length / 2); // the more there is to read, the more seldom
  }

  /** Who this phone's day belongs to; null before it was read. */
  get who() {
    return this.about.who ?? null;
  }

  /** @returns {Record<string, any>} */
  get verbs() {
    return this.about.verbs ?? {};
  }

  /** Read everything from the phone's database. */
  async reload(tell = true) {
    /** @type {[Order[], Act[], any[]]} */
    let found;
    let turn;
    do {
      turn = this.turn;
      found = await db.within(["orders", "outbox", "about"], "readonly", (orders, acts, about) => Promise.all([
        db.asked(orders.getAll()), db.asked(acts.getAll()), Promise.all([...BESIDE, "clock"].map((name) => db.asked(about.get(name)))),
      ]));
    } while (turn !== this.turn); // something was done while we read: it must not vanish from the screen
    const [orders, acts, beside] = found;
    this.known = new Map(orders.map((order) => [order.id, order]));
    this.acts = acts.sort((a, b) => a.seq - b.seq);
    BESIDE.forEach((name, index) => (this.about[name] = beside[index]));
    if (beside.at(-1) !== undefined) remember(beside.at(-1));
    this.read = Boolean(this.about.who);
    this.dispatchEvent(new Event("change"));
    if (tell) this.others?.postMessage("changed");
  }

  /** The orders in the order of the day, as they will be. @returns {Order[]} */
  orders() {
    return (this.about.mine ?? []).map((/** @type {number} */ id) => this.order(id)).filter((/** @type {any} */ one) => one && !one.gone);
  }

  /** One order as it will be. @param {number} id @returns {Order|null} */
  order(id) {
    const found = this.known.get(Number(id));
    return found ? predicted(found, this.of(found.id), this.verbs, this.who?.zone) : null;
  }

  /** The acts of an order that are not taken yet, oldest first. @param {number} order */
  of(order) {
    return this.mine().filter((act) => act.order === order);
  }

  /** What this person did and is not sent yet. @returns {Act[]} */
  mine() {
    return this.who ? this.acts.filter((act) => act.state !== "settled" && act.user === this.who.id) : [];
  }

  /** What somebody else did on this phone and is not sent yet. */
  foreign() {
    return this.acts.filter((act) => act.state !== "settled" && act.user !== this.who?.id);
  }

  waiting() {
    return this.mine().filter((act) => act.state === "waiting");
  }

  refused() {
    return this.mine().filter((act) => act.state === "refused");
  }

  /** Where the centre and a waiting act say different things. */
  questions() {
    return [...this.known.values()].flatMap((order) => questions(order, this.of(order.id), this.who?.zone));
  }

  /**
   * Write down what was done. Resolves once it is on the disk.
   * @param {{order: number, verb: string, values: Record<string, any>, blobs?: any[], position?: any, label?: string, said?: string}} done
   */
  async put(done) {
    const order = this.known.get(Number(done.order));
    const based = order ? basis(order, done.values) : {};
    const act = await box.put({ ...done, order: Number(done.order), user: this.who?.id ?? 0, based });
    this.turn += 1;
    this.acts = [...this.acts.filter((one) => one.key !== act.key), act].sort((a, b) => a.seq - b.seq);
    if (this.refused().some((one) => one.order === act.order)) await this.reload(false); // it may have taken the place of one
    this.dispatchEvent(new Event("change"));
    this.others?.postMessage("changed");
    return act;
  }

  /**
   * Ask the server for the day; one question at a time. Returns true when it answered.
   * @returns {Promise<boolean>}
   */
  refresh() {
    this.asking ??= this.#ask().finally(() => (this.asking = null));
    return this.asking;
  }

  async #ask() {
    if (!(await this.before())) {
      this.signedOut = true;
      this.dispatchEvent(new Event("change"));
      return false;
    }
    const have = [...this.known.values()].map((order) => `${order.id}.${order.version}`).join(",");
    const sent = this.mine().filter((act) => act.state === "waiting").slice(0, MOST).map((act) => act.key).join(",");
    const asked = Date.now();
    let said;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), LIMIT);
    try {
      const response = await fetch(`${this.urls.bundle}?have=${have}${sent && `&sent=${sent}`}`, { headers: { Accept: "application/json" }, credentials: "same-origin", signal: limit.signal });
      this.signedOut = response.status === 401;
      this.elsewhere = response.status === 403; // signed in, and no technician
      if (!response.ok) throw new Error(String(response.status));
      said = await response.json();
    } catch {
      this.dispatchEvent(new Event("change"));
      return false;
    } finally {
      clearTimeout(timer);
    }
    learn(said.now, asked);
    const changed = await this.#keep(said, asked);
    await this.reload();
    this.dispatchEvent(new CustomEvent("fresh", { detail: { changed } }));
    return true;
  }

  /** Keep the day all at once; another person's day takes nothing of the one before with it but what waits to be sent. @param {any} said @param {number} since when it was asked for, by this phone's clock */
  async #keep(said, since) {
    const before = this.known;
    const other = this.who && this.who.id !== said.who.id;
    const changed = /** @type {Order[]} */ ([]);
    const first = !before.size || other; // nothing of a day that is read for the first time is news
    await db.within(["orders", "about", "drafts", "outbox", "blobs"], "readwrite", async (orders, about, drafts, acts, blobs) => {
      if (other) {
        await Promise.all([db.asked(orders.clear()), db.asked(drafts.clear())]);
        await box.loose(blobs, new Set(await db.asked(acts.getAllKeys())));
      }
      for (const order of said.orders) {
        const had = other ? undefined : before.get(order.id);
        const lies = other ? undefined : await db.asked(orders.get(order.id));
        if (lies && (lies.version > order.version || (lies.ahead ?? 0) >= since)) continue; // an answer that was overtaken on its way
        if (!first && (!had || had.version < order.version)) changed.push(order);
        await db.asked(orders.put(order));
      }
      if (!other) await box.heard(said.applied ?? {}, acts, blobs, orders);
      const mine = new Set([...said.mine, ...this.acts.map((act) => act.order)]);
      for (const id of before.keys()) if (!mine.has(id)) await db.asked(orders.delete(id));
      for (const name of BESIDE) await db.asked(about.put(said[name], name));
      await db.asked(about.put(offset(), "clock"));
    }, { relaxed: true });
    return changed;
  }

  /**
   * Settle what was refused: it is going to be done anew and keeps its place until then, or it is left. The server hears of it.
   * @param {any} act one of this phone, or {key, order, verb} that the server has kept from another
   * @param {"again"|"dropped"} how
   */
  async settle(act, how) {
    await box.settle(act, how, this.who?.id ?? 0);
    await this.reload();
  }

  /** Answer a question: send what is here, or leave that field as the centre has it. @param {any} question @param {boolean} mine */
  async answer(question, mine) {
    const act = this.acts.find((one) => one.key === question.key);
    if (!act) return;
    const based = { ...act.based, [question.field]: question.theirs };
    const values = { ...act.values };
    if (!mine) delete values[question.field];
    await box.change(act.key, { based, values });
    await this.reload();
  }

  /** Forget everything of the person but what waits to be sent. */
  async purge() {
    await box.forget();
    this.about = {};
    await this.reload();
  }
}
