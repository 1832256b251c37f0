/* One live stream from the server: opened with a fresh ticket, watched, opened again from where it broke off.

   It is a fetch and no EventSource: each try needs a new ticket, a refusal has to be told from a broken line, and
   heartbeats have to be heard. */

const TICKET = "/live/ticket/";
const ANSWER_MS = 10_000; // to begin to answer
const SILENT_MS = 35_000; // more than two heartbeats
const STALE_MS = 20_000; // one heartbeat: doubtful when somebody comes back to the page
const TICK_MS = 5_000;
const CONNECTING_MS = 1_000; // a break that is mended sooner is none
const LOST_MS = 5_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/**
 * Compare two places in the stream ("1763858042000-3").
 * @returns {number} negative, 0 or positive, as for sorting
 */
export function compare(one, other) {
  const [first, second] = [one, other].map((place) => place.split("-").map(Number));
  return first[0] - second[0] || first[1] - second[1];
}

/** Waits between tries: longer each time, never quite the same, cut short when there is hope. */
export class Patience {
  #tries = 0;
  #wake = null;

  /** It worked: the next wait is short again. */
  reset() {
    this.#tries = 0;
  }

  /** Wait for the next try. */
  wait() {
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#tries++);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, longest * (0.5 + Math.random() / 2));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Try at once. */
  hurry() {
    this.#tries = 0;
    this.#wake?.();
  }
}

/**
 * Ask for a ticket. Throws when there is none: no connection, or nobody signed in any more.
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ticket: string, url: string, last: string, who: string, since: number}>} since: when, in ms
 */
export async function askTicket(signal) {
  // Who is signed out would be led to the sign-in page: that is no ticket.
  const answer = await fetch(TICKET, { cache: "no-store", redirect: "manual", signal });
  if (!answer.ok) throw new Error(`no ticket: ${answer.status}`);
  return { ...(await answer.json()), since: Date.now() };
}

/**
 * A stream that keeps itself open until `close()`. What it hears it says to `hear`:
 *   {type: "events", from, at, list}  changes after the place `from` up to `at`; none: it only went on
 *   {type: "reset", at}               nobody knows what was missed
 *   {type: "beat"}                    nothing new
 *   {type: "state", state}            "live", "connecting" or "lost"
 *   {type: "who"}                     somebody else is signed in now: the stream has ended
 */
export class Stream {
  #hear;
  #ticket;
  #who;
  #patience = new Patience();
  #closed = false;
  #abort = null;
  #heard = 0;
  #open = false;
  #timers = [];
  #tick;

  /** `after`: a place, "" for “nobody knows”, null for “from now on”. `ticket`: one that was just asked for. */
  constructor({ after, ticket, hear }) {
    this.at = after;
    this.#ticket = ticket;
    this.#who = ticket.who;
    this.#hear = hear;
    this.#tick = setInterval(() => this.check(SILENT_MS), TICK_MS);
    this.#broken();
    this.#run();
  }

  /** End it for good. */
  close() {
    this.#closed = true;
    clearInterval(this.#tick);
    this.#timers.forEach(clearTimeout);
    this.#abort?.abort();
    this.#patience.hurry();
  }

  /** There is reason to hope, or to doubt: try at once if it is broken, look at it if it is silent. */
  hurry() {
    if (this.#open) this.check(STALE_MS);
    else this.#patience.hurry();
  }

  /** Open it again when nothing was heard for so long: after a sleep the line is dead, and nobody says so. */
  check(silent) {
    if (!this.#open || Date.now() - this.#heard <= silent) return;
    if (silent === SILENT_MS) this.#hear({ type: "state", state: "lost" });
    this.#patience.reset();
    this.#abort.abort();
  }

  async #run() {
    while (!this.#closed) {
      let again = false;
      try {
        again = await this.#once();
      } catch {
        // Whatever it was, there is one thing to do.
      }
      if (this.#open) this.#broken();
      if (!this.#closed && !again) await this.#patience.wait();
    }
  }

  /** Open, and read to the end. Returns whether to open again at once. */
  async #once() {
    const abort = (this.#abort = new AbortController());
    const slow = setTimeout(() => abort.abort(), ANSWER_MS);
    try {
      const ticket = this.#ticket ?? (await askTicket(abort.signal));
      this.#ticket = null;
      if (ticket.who !== this.#who) {
        this.close();
        this.#hear({ type: "who" });
        return false;
      }
      if (Date.now() - ticket.since > STALE_MS) return true;
      const address = new URL(ticket.url, location.href);
      address.searchParams.set("ticket", ticket.ticket);
      if (this.at !== null) address.searchParams.set("after", this.at);
      const how = { cache: "no-store", credentials: "omit", signal: abort.signal };
      const answer = await fetch(address, how);
      if (!answer.ok) throw new Error(`no stream: ${answer.status}`);
      clearTimeout(slow);
      return await this.#read(answer.body.pipeThrough(new TextDecoderStream()).getReader());
    } finally {
      clearTimeout(slow);
    }
  }

  async #read(reader) {
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.#closed) return false;
      this.#heard = Date.now();
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      if (this.#take(blocks.map(parsed)) === "renew") return true;
    }
  }

  /** Take what came in one piece; changes that came together are told together. */
  #take(events) {
    let from = this.at;
    let list = [];
    for (const { name, at, data } of events) {
      if (name === "lost") this.#lost();
      if (name === "reset") {
        from = this.at = at;
        list = [];
        this.#hear({ type: "reset", at });
      }
      if (at && (!this.at || compare(at, this.at) > 0)) this.at = at;
      if (name === "message" && data) list.push({ ...data, at });
      if (name === "reset" || name === "hello") this.#live();
    }
    if (this.at && (this.at !== from || list.length)) {
      this.#hear({ type: "events", from: from || this.at, at: this.at, list });
    } else if (events.length) {
      this.#hear({ type: "beat" });
    }
    return events.at(-1)?.name ?? "";
  }

  #live() {
    this.#open = true;
    this.#patience.reset();
    this.#timers.forEach(clearTimeout);
    this.#hear({ type: "state", state: "live" });
  }

  /** The server's own wire is down; the line to the server is not. */
  #lost() {
    this.#open = true;
    this.#timers.forEach(clearTimeout);
    this.#hear({ type: "state", state: "lost" });
  }

  /** The line is broken: say so once that lasts. */
  #broken() {
    this.#open = false;
    this.#timers.forEach(clearTimeout);
    if (this.#closed) return;
    this.#timers = [
      [CONNECTING_MS, "connecting"],
      [LOST_MS, "lost"],
    ].map(([after, state]) => setTimeout(() => this.#hear({ type: "state", state }), after));
  }
}

/** Read one server-sent event. */
function parsed(block) {
  const event = { name: "message", at: "", data: null };
  for (const line of block.split("\n")) {
    const [, key, value] = /^(\w*): ?(.*)$/.exec(line) ?? [];
    if (key === "event") event.name = value;
    if (key === "id") event.at = value;
    if (key === "data") event.data = JSON.parse(value);
  }
  return event;
}
