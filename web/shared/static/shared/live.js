/* What anyone changes is on every page within a second: one stream per browser, however many tabs it has.

   The wire says which thing changed, never what: the page asks for it anew, so that who may see it is judged again.
   Something may be told twice (compare versions), never not at all: what cannot be told any more is a reset.

   The tabs of a browser that hear the same share one stream: the one that holds a lock reads it and passes everything
   on; when it goes, the next gets the lock and goes on from the place it knows. Without locks each tab has its own. */

import { Stream, Patience, askTicket, compare } from "./live_stream.js";

const GATHER_MS = 50;
const SPREAD_MS = 500; // a reset reaches every page there is at the same moment; they need not all ask at that moment
const LOST_MS = 5_000;
const SILENT_MS = 35_000;
const TICK_MS = 5_000;
const RECENT = 2_000; // changes kept for tabs that join

/**
 * Listen to the wire. Needs nothing on the page. Callbacks run in this tab; what they throw stops nothing.
 *
 * @param {object} how
 * @param {(changes: Change[]) => void} how.onChange  what changed, oldest first, gathered over at most 50 ms.
 *   Change: {order, version, outlet, at} for an order; {kind, id, outlet, at} for something else, where kind is
 *   "technician" (shift, absence), "plan" or "position", and id the technician's or the plan's number.
 *   `at` is the place in the stream ("1763858042000-3"), as `dispatch.live.last()` names it on the server.
 * @param {() => void} [how.onReset]  nobody can say what was missed (the laptop slept for an hour, the wire was down):
 *   fetch everything anew. Changes that come after it are told as usual, also while you still fetch.
 * @param {(state: "live"|"connecting"|"lost") => void} [how.onState]  how it stands, at the start and on change.
 *   "lost": no connection for 5 s, nothing heard for 35 s, or the server's own wire is down.
 * @param {string|null} [how.after]  the place that the page's data stand for; the server reads it before the data.
 *   "": it could not say, so there is a reset as soon as the wire is up. Left out: from now on.
 * @returns {{stop: () => void, state: string, leading: boolean}} leading: whether this tab holds the stream
 */
export function follow(how) {
  const tab = new Tab(how);
  return {
    stop: () => tab.stop(),
    get state() {
      return tab.state;
    },
    get leading() {
      return tab.leading;
    },
  };
}

class Tab {
  #how;
  #at;
  #name = Math.random().toString(36).slice(2);
  #patience = new Patience();
  #pending = [];
  #flushing = null;
  #flushed = 0;
  #resetting = null;
  #listening = new AbortController();
  #joined = null; // {ticket, channel, withdraw}: with whom it shares
  #stream = null;
  #recent = [];
  #since = null; // the place after which #recent is whole
  #heard = Date.now();
  state = "";

  constructor(how) {
    this.#how = how;
    this.#at = how.after ?? null;
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.#listening.signal });
    on(window, "online", () => this.#hurry());
    on(document, "visibilitychange", () => document.visibilityState === "visible" && this.#hurry());
    on(window, "pagehide", () => this.#leave());
    on(window, "pageshow", (event) => event.persisted && this.#join());
    const tick = setInterval(() => this.#check(), TICK_MS);
    this.#listening.signal.addEventListener("abort", () => clearInterval(tick));
    this.#say("connecting");
    this.#join();
  }

  get leading() {
    return this.#stream !== null;
  }

  stop() {
    this.#listening.abort();
    this.#leave();
    clearTimeout(this.#flushing);
    clearTimeout(this.#resetting);
    this.#pending = [];
  }

  /** Find out with whom to share, then queue up for the lock. */
  async #join() {
    this.#leave();
    const joined = (this.#joined = { ticket: null, channel: null, withdraw: null });
    this.#heard = Date.now() - SILENT_MS + LOST_MS;
    while (this.#joined === joined && !joined.ticket) {
      joined.ticket = await askTicket().catch(() => null);
      if (!joined.ticket) await this.#patience.wait();
    }
    if (this.#joined !== joined) return;
    this.#patience.reset();
    if (!navigator.locks || !window.BroadcastChannel) return this.#lead(joined);
    const name = `doorstep-live-${joined.ticket.who}`;
    joined.channel = new BroadcastChannel(name);
    joined.channel.addEventListener("message", ({ data }) => this.#joined === joined && this.#receive(data));
    this.#ask();
    this.#compete(joined, name);
  }

  #leave() {
    const joined = this.#joined;
    this.#joined = null;
    this.#stream?.close();
    this.#stream = null;
    joined?.channel?.close();
    joined?.withdraw?.();
    this.#patience.hurry();
  }

  /** Wait for the lock and keep it until the end, or until it is taken from us because we were mute. */
  async #compete(joined, name, steal = false) {
    const abort = new AbortController();
    let release;
    const kept = new Promise((resolve) => (release = resolve));
    joined.withdraw = () => {
      release();
      abort.abort();
    };
    const withdraw = joined.withdraw;
    const lead = () => {
      if (this.#joined === joined && joined.withdraw === withdraw) this.#lead(joined);
      return kept;
    };
    try {
      await navigator.locks.request(name, steal ? { steal } : { signal: abort.signal }, lead);
    } catch {
      // Withdrawn, or taken from us.
    }
    if (this.#joined !== joined || joined.withdraw !== withdraw) return;
    this.#stream?.close();
    this.#stream = null;
    this.#heard = Date.now();
    this.#compete(joined, name);
  }

  #lead(joined) {
    this.#recent = [];
    this.#since = this.#at || null;
    const hear = (said) => this.#joined === joined && this.#pass(said);
    this.#stream = new Stream({ after: this.#at, ticket: joined.ticket, hear });
  }

  /** The one who leads passes on what the stream says, and keeps it for those who come. */
  #pass(said) {
    if (said.type === "who") {
      this.#at = "";
      return this.#join();
    }
    if (said.type === "reset") [this.#recent, this.#since] = [[], said.at];
    if (said.type === "events") {
      this.#since ??= said.from;
      this.#recent.push(...said.list);
      const over = this.#recent.length - RECENT;
      if (over > 0) this.#since = this.#recent.splice(0, over).at(-1).at;
    }
    this.#take(said);
    this.#post({ ...said, state: this.state });
  }

  #post(said) {
    this.#joined?.channel?.postMessage(said);
  }

  #ask() {
    this.#post({ type: "ask", from: this.#name, after: this.#at });
  }

  #receive(said) {
    if (said.type === "ask") return this.#stream && this.#answer(said.from, said.after);
    if (this.#stream || (said.to && said.to !== this.#name)) return;
    this.#heard = Date.now();
    this.#take(said);
    if (said.state) this.#say(said.state);
  }

  /** Tell a tab that joins what it missed, since its data were made. */
  #answer(to, after) {
    const { at } = this.#stream;
    if (!at || this.#since === null) return this.#post({ type: "beat", to, state: this.state });
    const known = after === null || (after && compare(after, this.#since) >= 0);
    const list = after && known ? this.#recent.filter((change) => compare(change.at, after) > 0) : [];
    const said = known ? { type: "events", from: after ?? at, at, list } : { type: "reset", at };
    this.#post({ ...said, to, state: this.state });
  }

  #take(said) {
    if (said.type === "state") this.#say(said.state);
    if (said.type === "reset") {
      this.#at = said.at;
      this.#pending = [];
      this.#resetting ??= setTimeout(() => this.#reset(), Math.random() * SPREAD_MS);
    }
    if (said.type !== "events") return;
    this.#at ??= said.from;
    // Something was told before this tab listened: the one who leads still has it.
    if (this.#at === "" || compare(said.from, this.#at) > 0) return this.#ask();
    this.#pending.push(...said.list.filter((change) => compare(change.at, this.#at) > 0));
    if (compare(said.at, this.#at) > 0) this.#at = said.at;
    if (this.#pending.length && !this.#flushing) this.#gather();
  }

  #gather() {
    const wait = this.#flushed + GATHER_MS - Date.now();
    this.#flushing = setTimeout(() => this.#flush(), Math.min(Math.max(wait, 0), GATHER_MS));
  }

  #flush() {
    const changes = this.#pending;
    [this.#pending, this.#flushing, this.#flushed] = [[], null, Date.now()];
    if (changes.length) this.#call(this.#how.onChange, changes);
  }

  #reset() {
    this.#resetting = null;
    this.#call(this.#how.onReset);
  }

  #say(state) {
    if (state === this.state) return;
    this.state = state;
    this.#call(this.#how.onState, state);
  }

  #call(act, ...values) {
    try {
      act?.(...values);
    } catch (error) {
      reportError(error);
    }
  }

  #hurry() {
    this.#patience.hurry();
    this.#stream?.hurry();
    this.#check();
  }

  /** Who leads shows that it lives. Who hears nothing follows one who hangs (a print dialog): it leads itself. */
  #check() {
    if (this.#stream) return this.#post({ type: "beat", state: this.state });
    if (!this.#joined || Date.now() - this.#heard <= SILENT_MS) return;
    this.#say("lost");
    const { withdraw, channel, ticket } = this.#joined;
    if (!channel || document.visibilityState !== "visible") return;
    this.#heard = Date.now();
    this.#compete(this.#joined, `doorstep-live-${ticket.who}`, true);
    withdraw?.();
  }
}
