// @ts-check
/* Sends what was done here, in its order, once, by one tab. Whatever is not an answer changes nothing: it is tried again. */

import * as box from "./outbox.js";
import { leading } from "./lead.js";
import { Later, ask } from "./ask.js";

/** @typedef {import("./types").Act} Act */
/** @typedef {import("./types").Problem} Problem */

const SIDE_BY_SIDE = 3; // orders that are sent for at the same time; within an order one follows the other
const PATIENCE = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000]; // ms between tries, while it does not go
const ELSEWHERE = 2_000; // ms until we look whether the tab that leads has left us something
const URGENT = new Set(["sos"]); // goes ahead of all that waits (H-F10)
const LOOK = 30_000; // ms: somebody else may have led and gone

/** @typedef {{still: () => boolean, queues: Map<string, Act[]>, busy: Set<string>, over: Set<string>, stopped: any}} Round */

/** Sends for one page. `how` gives it what it needs from the app. */
export class Sync {
  /**
   * @param {object} how
   * @param {Record<string, string>} how.urls
   * @param {() => string} how.token the token of the session's forms
   * @param {() => Promise<any>} how.renew reads a new token
   * @param {() => number} how.user who is signed in; 0 for nobody
   * @param {(state: string) => void} how.onState "idle", "sending", "offline", "signed_out"
   * @param {(order: number) => void} how.onChange something of an order's acts is different
   * @param {(act: Act) => boolean} [how.held] a question about it is open: it waits for the answer
   * @param {typeof fetch} [how.fetch]
   */
  constructor(how) {
    this.how = how;
    this.tries = 0;
    this.from = 0; // ms: before that the server wants to hear nothing
    this.running = false;
    this.again = false;
    /** @type {any} */
    this.timer = null;
    this.state = "idle";
  }

  /** Begin, and go on whenever there may be a signal again. */
  start() {
    addEventListener("online", () => this.kick());
    document.addEventListener("visibilitychange", () => document.hidden || this.kick());
    navigator.serviceWorker?.addEventListener("message", ({ data }) => data === "send" && this.kick());
    setInterval(() => this.timer || this.run(), LOOK);
    this.kick();
  }

  /** Try now, whatever happened before; unless the server has asked for patience. */
  async kick() {
    this.tries = 0;
    if (this.timer && Date.now() < this.from) return;
    if (globalThis.navigator?.onLine === false) { // spares the battery; what it says is checked now and then all the same
      this.#say("offline");
      if (!this.timer && !this.running) this.#later(LOOK);
      return;
    }
    clearTimeout(this.timer);
    this.timer = null;
    await this.run();
  }

  /** Send all there is. Never rejects. */
  async run() {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    try {
      let led = true;
      do {
        this.again = false;
        led = (await this.#queues()).size === 0 || (await leading((still) => this.#all(still)));
      } while (this.again && led);
      this.tries = 0;
      this.#say("idle");
      if (!led) this.#later(ELSEWHERE);
    } catch (wrong) {
      this.#wait(wrong instanceof Later ? wrong : new Later("offline"));
      if (!(wrong instanceof Later)) console.error(wrong);
    } finally {
      this.running = false;
    }
  }

  /** @param {Later} later */
  #wait(later) {
    this.#say(later.why === "signed_out" ? "signed_out" : "offline");
    const step = PATIENCE[Math.min(this.tries, PATIENCE.length - 1)];
    this.tries += 1;
    this.from = Date.now() + later.after;
    this.#later(Math.max(later.after, step * (0.75 + Math.random() / 2)));
  }

  /** @param {number} ms */
  #later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.run();
    }, ms);
  }

  /** @param {string} state */
  #say(state) {
    if (state === this.state) return;
    this.state = state;
    this.how.onState(state);
  }

  /**
   * What this person has to send, in queues that do not wait for each other: each order's, what is urgent, and what was
   * settled. What was refused holds up its own order only.
   * @returns {Promise<Map<string, Act[]>>}
   */
  async #queues() {
    const user = this.how.user();
    const found = /** @type {Map<string, Act[]>} */ (new Map());
    for (const act of await box.acts()) {
      if (user && act.user !== user) continue;
      const name = act.state === "settled" ? "settled" : URGENT.has(act.verb) && act.state === "waiting" ? "urgent" : String(act.order);
      found.set(name, [...(found.get(name) ?? []), act]);
    }
    for (const [name, [first]] of found) if (first.state === "refused") found.delete(name);
    return found;
  }

  /** Send until nothing is left, or nothing goes. @param {() => boolean} still */
  async #all(still) {
    const round = { still, queues: await this.#queues(), busy: new Set(), over: new Set(), stopped: /** @type {any} */ (null) };
    if (!round.queues.size) return;
    if (!this.how.user()) throw new Later("signed_out");
    this.#say("sending");
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => this.#work(round)));
    if (round.stopped) throw round.stopped;
  }

  /** Take up one queue's next act after the other. @param {Round} round */
  async #work(round) {
    while (!round.stopped && round.still()) {
      if (this.again) { // something was done meanwhile
        this.again = false;
        round.queues = await this.#queues();
      }
      const names = [...round.queues.keys()].filter((name) => !round.busy.has(name) && !round.over.has(name));
      const name = names.includes("urgent") ? "urgent" : names[0];
      if (name === undefined) return;
      round.busy.add(name);
      try {
        if (!(await this.#next(name, round))) round.over.add(name);
      } catch (wrong) {
        round.stopped ??= wrong;
      } finally {
        round.busy.delete(name);
      }
    }
  }

  /**
   * Send the first act of a queue, as it lies there now. Returns whether the queue goes on.
   * @param {string} name @param {Round} round
   */
  async #next(name, round) {
    const [first] = round.queues.get(name) ?? [];
    if (!first) return false;
    const act = await box.act(first.key); // settled, answered or sent by another tab meanwhile
    if (act?.state === "settled") await this.#tell(act);
    else if (act) {
      if (act.state !== "waiting" || this.how.held?.(act)) return false;
      const alone = (round.queues.get(name)?.length ?? 0) < 2;
      const went = await this.#one(act, alone, name === "urgent");
      this.how.onChange(act.order);
      if (!went) return false; // refused: what follows waits until it is settled
    }
    const queue = round.queues.get(name); // another, where something was done meanwhile
    if (queue?.[0]?.key === first.key) queue.shift();
    return true;
  }

  /**
   * Send one act, its pictures first. Returns whether it was taken.
   * @param {Act} act @param {boolean} last whether the order is wanted back @param {boolean} urgent
   */
  async #one(act, last, urgent) {
    const sent = { ...act.sent };
    for (const id of box.pictures(act.values)) {
      if (sent[id]) continue;
      const found = await this.#picture(act, id);
      if (typeof found !== "number") return this.#unseen(act, found, sent);
      sent[id] = found;
      await box.change(act.key, { sent: { ...sent } });
    }
    const body = { values: filled(act.values, sent), device_at: act.device_at, position: act.position, fresh: last, user: act.user };
    const url = this.how.urls.send.replace("/0/", `/${act.order}/`).replace("VERB", act.verb);
    const answer = await ask(this.how, act.user, url, act.key, JSON.stringify(body), "application/json");
    if (answer.ok && !("answer" in answer.said)) throw new Later("offline"); // not our server
    if (answer.ok) await box.taken(act.key, answer.said.order);
    else if (urgent && (await this.#before(act))) this.#later(PATIENCE[1]); // the order is not that far yet: again soon
    else await this.#refuse(act, answer.said);
    return answer.ok;
  }

  /**
   * One of its pictures will never be taken: the act is refused with it, and the server keeps that for the centre.
   * @param {Act} act @param {Problem} why @param {Record<string, number>} sent
   */
  async #unseen(act, why, sent) {
    const unseen = why.code === "picture_gone" ? "gone" : String(why.errors?.file?.[0] ?? why.detail ?? why.title ?? why.status);
    const url = this.how.urls.send.replace("/0/", `/${act.order}/`).replace("VERB", act.verb);
    const body = { values: filled(act.values, sent), device_at: act.device_at, user: act.user, unseen };
    const answer = await ask(this.how, act.user, url, act.key, JSON.stringify(body), "application/json");
    return this.#refuse(act, answer.ok ? why : answer.said);
  }

  /** Whether something else of its order has to be sent before. @param {Act} act */
  async #before(act) {
    return (await box.acts()).some((one) => one.order === act.order && one.user === act.user && one.seq < act.seq && one.state === "waiting");
  }

  /** Tell the server how something was settled; one that it does not know needs no telling. @param {Act} act */
  async #tell(act) {
    const url = this.how.urls.settle.replace("KEY", encodeURIComponent(act.key));
    await ask(this.how, act.user, url, `settle-${act.key}`, JSON.stringify({ how: act.how }), "application/json");
    await box.told(act.key);
    this.how.onChange(act.order);
  }

  /**
   * @param {Act} act @param {string} id
   * @returns {Promise<number|Problem>} the photo's number with the server, or why it is not taken
   */
  async #picture(act, id) {
    const kept = await box.picture(id);
    if (!kept) return { status: 0, code: "picture_gone" };
    const form = new FormData();
    form.append("file", kept.blob, `${id}.jpg`);
    form.append("kind", kept.kind ?? "other");
    const answer = await ask(this.how, act.user, this.how.urls.photos.replace("/0/", `/${act.order}/`), `photo-${id}`, form);
    if (answer.ok && typeof answer.said.id !== "number") throw new Later("offline"); // not our server
    return answer.ok ? answer.said.id : answer.said;
  }

  /** @param {Act} act @param {Problem} why */
  async #refuse(act, why) {
    await box.refused(act.key, why);
    return false;
  }
}

/**
 * Put the numbers of the pictures where the values name them.
 * @param {Record<string, any>} values @param {Record<string, number>} sent
 */
export function filled(values, sent) {
  const one = (/** @type {any} */ value) => (typeof value === "string" && value.startsWith("photo:") ? String(sent[value.slice(6)]) : value);
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, Array.isArray(value) ? value.map(one) : one(value)]));
}
