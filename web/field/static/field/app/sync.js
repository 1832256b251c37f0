// @ts-check
/* Sends what was done here, in its order, once, by one tab. Whatever is not an answer changes nothing: it is tried again. */

import * as box from "./outbox.js";
import { leading } from "./lead.js";
import { learn } from "./clock.js";

/** @typedef {import("./types").Act} Act */
/** @typedef {import("./types").Problem} Problem */

const SIDE_BY_SIDE = 3; // orders that are sent for at the same time; within an order one follows the other
const PATIENCE = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000]; // ms between tries, while it does not go
const LIMIT = 60_000; // ms: an answer that takes longer is as good as lost
const LOOK = 30_000; // ms: somebody else may have led and gone
const LATER = new Set([408, 423, 425, 429, 500, 502, 503, 504]);

/** What became of one try. */
class Later extends Error {
  /** @param {string} why "offline", "busy", "signed_out", "csrf" @param {number} [after] ms that the server asks for */
  constructor(why, after = 0) {
    super(why);
    this.why = why;
    this.after = after;
  }
}

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
    this.fetch = how.fetch ?? ((/** @type {any} */ url, /** @type {any} */ init) => fetch(url, init));
    this.tries = 0;
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

  /** Try now, whatever happened before. */
  kick() {
    this.tries = 0;
    clearTimeout(this.timer);
    this.timer = null;
    return this.run();
  }

  /** Send all there is. Never rejects. */
  async run() {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    try {
      do {
        this.again = false;
        await leading(() => this.#all());
      } while (this.again);
      this.tries = 0;
      this.#say("idle");
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
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.run();
    }, Math.max(later.after, step * (0.75 + Math.random() / 2)));
  }

  /** @param {string} state */
  #say(state) {
    if (state === this.state) return;
    this.state = state;
    this.how.onState(state);
  }

  /** Each order's acts one after the other, some orders side by side; what was refused holds up its own order only. */
  async #all() {
    const user = this.how.user();
    const waiting = (await box.acts()).filter((act) => act.user === user);
    const queues = new Map();
    for (const act of waiting) queues.set(act.order, [...(queues.get(act.order) ?? []), act]);
    const todo = [...queues.values()].filter(([first]) => first.state === "waiting");
    if (!todo.length) return;
    if (!user) throw new Later("signed_out");
    this.#say("sending");
    /** @type {any} */
    let stopped = null;
    const next = async () => {
      for (let queue = todo.shift(); queue && !stopped; queue = todo.shift()) {
        try {
          await this.#queue(queue, () => stopped);
        } catch (wrong) {
          stopped ??= wrong;
        }
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, next));
    if (stopped) throw stopped;
  }

  /** @param {Act[]} queue @param {() => any} stopped */
  async #queue(queue, stopped) {
    for (const [index, act] of queue.entries()) {
      if (act.state !== "waiting" || stopped() || this.how.held?.(act)) return;
      const went = await this.#one(act, index === queue.length - 1);
      this.how.onChange(act.order);
      if (!went) return; // refused: what follows waits until it is settled
    }
  }

  /**
   * Send one act, its pictures first. Returns whether it was taken.
   * @param {Act} act @param {boolean} last
   */
  async #one(act, last) {
    const sent = { ...act.sent };
    for (const id of box.pictures(act.values)) {
      if (sent[id]) continue;
      const found = await this.#picture(act, id);
      if (typeof found !== "number") return this.#refuse(act, found);
      sent[id] = found;
      await box.change(act.key, { sent: { ...sent } });
    }
    const body = { values: filled(act.values, sent), device_at: act.device_at, position: act.position, fresh: last };
    const url = this.how.urls.send.replace("/0/", `/${act.order}/`).replace("VERB", act.verb);
    const answer = await this.#ask(act, url, act.key, JSON.stringify(body), "application/json");
    if (!answer.ok) return this.#refuse(act, answer.said);
    await box.taken(act.key, answer.said.order);
    return true;
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
    const answer = await this.#ask(act, this.how.urls.photos.replace("/0/", `/${act.order}/`), `photo-${id}`, form);
    return answer.ok ? answer.said.id : answer.said;
  }

  /**
   * Ask the server. Resolves with an answer that counts, taken or refused; throws Later for everything else.
   * @param {Act} act whose it is: the server refuses to take it for anybody else
   * @param {string} url @param {string} key @param {any} body @param {string} [type]
   * @returns {Promise<{ok: boolean, said: any}>}
   */
  async #ask(act, url, key, body, type) {
    const headers = /** @type {Record<string, string>} */ ({
      "Idempotency-Key": key, "X-Person": String(act.user), "X-CSRFToken": this.how.token(), Accept: "application/json",
    });
    if (type) headers["Content-Type"] = type;
    const asked = Date.now();
    /** @type {Response} */
    let response;
    let said;
    try {
      response = await this.fetch(url, { method: "POST", headers, body, credentials: "same-origin", signal: AbortSignal.timeout?.(LIMIT) });
      said = await response.json().catch((/** @type {any} */ wrong) => {
        if (response.ok) throw wrong; // half an answer is none
        return { status: response.status };
      });
    } catch {
      throw new Later("offline");
    }
    if (response.ok) return { ok: true, said };
    const { status } = response;
    if (status === 401) throw new Later("signed_out");
    if (status === 403 && said.code === "csrf") {
      await this.how.renew();
      throw new Later("csrf", 200);
    }
    if (status === 403 && !said.code) throw new Later("signed_out"); // somebody of another role is signed in here
    if (LATER.has(status) || said.code === "busy") throw new Later("busy", 1000 * Number(response.headers.get("Retry-After") ?? 0));
    learn(response.headers.get("Date") ?? "", asked);
    return { ok: false, said: { status, ...said } };
  }

  /** @param {Act} act @param {Problem} why */
  async #refuse(act, why) {
    await box.change(act.key, { state: "refused", why });
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
