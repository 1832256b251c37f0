/* Keeping up: what anybody changes comes over the live stream as numbers, and the rows are asked for again. */

const TOGETHER = 40; // ms in which changes are asked for together
const MANY = 200; // orders at once: then everything is read anew
const POLL = 8_000;
const LATELY = 60_000; // longer than reading everything may take
const SLEPT = 45_000;

/** Follows the stream for one page. */
export class Sync {
  constructor(app) {
    this.app = app;
    this.orders = new Set();
    this.technicians = new Set();
    this.sign = app.el("board-live");
    this.busy = false;
    this.ticked = Date.now();
    this.since = []; // orders heard of lately: what was being read meanwhile may be from before
    app.store.addEventListener("view", () => this.#again());
    setInterval(() => this.#tick(), 5_000);
  }

  /** Begin to listen from where the data was read. */
  async begin() {
    const { store } = this.app;
    try {
      const { follow } = await import("../../shared/live.js");
      this.stream = follow({
        after: store.at,
        onChange: (events) => this.#heard(events),
        onReset: () => this.refresh(),
        onState: (state) => this.state(state),
      });
    } catch {
      this.state("lost");
    }
  }

  /** Ask for some orders anew. */
  ask(orders) {
    for (const id of orders) this.orders.add(id);
    if (this.orders.size) this.#soon();
  }

  /** Read everything anew: after a gap that nobody can fill. */
  async refresh() {
    try {
      await this.app.store.refresh();
      this.old = false;
    } catch {
      this.old = true;
    }
  }

  /** Say whether the board is live: "live", "connecting" or "lost". */
  state(state) {
    if (state === this.known) return;
    this.known = state;
    this.sign.dataset.state = state;
    this.sign.querySelector("[data-put=words]").textContent = this.sign.dataset[state] ?? "";
    // Between two tries it is "connecting" again and again: asking, and saying so, goes on until it is live.
    const asking = this.polling != null;
    if (state === "lost") this.polling ??= setInterval(() => document.hidden || this.refresh(), POLL);
    if (state === "live" && asking) {
      clearInterval(this.polling);
      this.polling = null;
      this.refresh();
    }
    this.app.el("board-lost").hidden = this.polling == null;
  }

  #heard(events) {
    const { store } = this.app;
    const here = store.view?.outlet.id;
    for (const event of events) {
      if (event.outlet !== here) continue;
      if (event.kind === "technician") this.technicians.add(event.id);
      else if (event.kind) store.dispatchEvent(new CustomEvent(event.kind, { detail: event }));
      else if ((store.orders.get(event.order)?.version ?? 0) < event.version) this.orders.add(event.order);
    }
    const at = performance.now();
    this.since = this.since.filter((one) => one.at > at - LATELY);
    for (const { order, outlet } of events) if (order && outlet === here) this.since.push({ order, at });
    const told = events.filter((event) => event.order && event.outlet === here).map((event) => event.order);
    // Also orders that this view does not show: the queue and the panel look beyond it.
    if (told.length) store.dispatchEvent(new CustomEvent("told", { detail: { orders: new Set(told) } }));
    if (this.orders.size || this.technicians.size) this.#soon();
  }

  /** What was heard of while everything was being read is asked for once more: the answer may be older than the news. */
  #again() {
    const { began } = this.app.store;
    this.ask(this.since.filter((one) => one.at >= began).map((one) => one.order));
  }

  #soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#fetch(), TOGETHER);
  }

  async #fetch() {
    if (this.busy) return; // what came meanwhile is asked for afterwards
    this.busy = true;
    const [orders, technicians] = [[...this.orders], [...this.technicians]];
    this.orders.clear();
    this.technicians.clear();
    try {
      if (orders.length > MANY) await this.app.store.refresh();
      else await Promise.all([this.#orders(orders), this.#technicians(technicians)]);
      this.failed = 0;
    } catch {
      for (const id of orders) this.orders.add(id);
      for (const id of technicians) this.technicians.add(id);
      this.failed = (this.failed ?? 0) + 1;
    }
    this.busy = false;
    if (this.orders.size || this.technicians.size) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#fetch(), Math.min(15_000, 250 * 2 ** (this.failed ?? 0)));
    }
  }

  async #orders(ids) {
    if (!ids.length) return;
    const { store } = this.app;
    const asked = store.query;
    const body = await read(`${this.app.url("board_orders")}?ids=${ids.join(",")}&${asked}`);
    if (asked === store.query) store.apply(body); // else another day is looked at by now
  }

  async #technicians(ids) {
    if (!ids.length) return;
    const { store } = this.app;
    const asked = store.query;
    const { technicians, gone } = await read(`${this.app.url("board_technicians")}?ids=${ids.join(",")}&${asked}`);
    if (asked === store.query) store.apply({ technicians, left: gone });
  }

  /** A laptop that slept finds the world changed. */
  #tick() {
    const now = Date.now();
    if (now - this.ticked > SLEPT || this.old) this.refresh();
    this.ticked = now;
  }
}

async function read(url) {
  const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(15_000) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}
