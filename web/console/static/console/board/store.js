/* What the board knows: technicians and orders of one outlet and some days. Everything on the page reads it here.
   Times are minutes from the view's midnight. Events: "change" {orders, technicians: Set}, "select", "filter", "view". */

/** Turn {fields, rows} into objects. */
export function unpack(packed) {
  if (!packed) return [];
  const { fields, rows } = packed;
  const blank = Object.fromEntries(fields.map((name) => [name, null])); // copies of one thing are made much faster
  return rows.map((row) => {
    const one = { ...blank };
    for (let index = 0; index < fields.length; index += 1) one[fields[index]] = row[index];
    return one;
  });
}

/** One page's store. `address(params)` is where the data comes from: a URL for a query string. */
export class Store extends EventTarget {
  constructor(address) {
    super();
    this.address = address;
    this.view = null;
    this.at = "";
    this.technicians = new Map();
    this.orders = new Map();
    this.rows = new Map(); // technician → Set of order numbers
    this.lines = new Map(); // technician → their visits by time, until one of them changes
    this.selected = null;
    this.filter = { q: "", skill: "", group: "" };
  }

  /** The view as a query string: every request about rows carries it. */
  get query() {
    const { view } = this;
    if (!view) return "";
    return new URLSearchParams({ outlet: view.outlet.code, day: view.day, days: view.days }).toString();
  }

  /** Read everything for a query string. Rejects when the server can't be reached or says no. */
  async load(query) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const began = performance.now();
    const answer = await fetch(this.address(query), { redirect: "manual", signal: AbortSignal.timeout(30_000) });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const data = await answer.json();
    performance.mark("board-data");
    if (turn !== this.turn) return data; // a newer question has been asked meanwhile
    this.began = began;
    this.fill(data);
    return data;
  }

  /** Read everything of the present view anew. */
  refresh() {
    return this.load(this.query);
  }

  /** Take a whole answer of the server. What is kept of before: the selection and the filter. */
  fill(data) {
    this.at = data.at;
    const { zone, from, day, days, outlet, skills, categories } = data;
    this.view = { zone, from, day, days, outlet, skills, categories };
    this.technicians = new Map(unpack(data.technicians).map((one) => [one.id, one]));
    const kept = [...this.orders.values()].filter((order) => order.pending);
    this.orders = new Map(unpack(data.orders).map((order) => [order.id, order]));
    for (const order of kept) {
      const fresh = this.orders.get(order.id);
      if (fresh && fresh.version === order.version) this.orders.set(order.id, order); // still in somebody's hand
    }
    this.#index();
    this.dispatchEvent(new CustomEvent("view"));
    this.#changed(new Set(this.orders.keys()), new Set(this.technicians.keys()), true);
  }

  /** Take changes {orders, technicians: {fields, rows}, gone: [ids], left: [technician ids]}. Older versions are ignored. */
  apply({ orders, technicians, gone = [], left = [] }) {
    const changed = new Set();
    for (const order of unpack(orders)) {
      const known = this.orders.get(order.id);
      if (known && (known.version > order.version || same(known, order))) continue;
      this.#set(order);
      changed.add(order.id);
    }
    for (const id of gone) if (this.#drop(id)) changed.add(id);
    const people = new Set();
    for (const one of unpack(technicians)) {
      this.technicians.set(one.id, one);
      people.add(one.id);
    }
    for (const id of left) if (this.technicians.delete(id)) people.add(id);
    this.#changed(changed, people);
  }

  /** Draw an order as it is going to be, until the server has answered. */
  put(order) {
    this.#set(order);
    this.#changed(new Set([order.id]), new Set());
  }

  /** Choose an order, or null. */
  select(id) {
    const number = id == null ? null : Number(id);
    if (number === this.selected) return;
    this.selected = number;
    this.dispatchEvent(new CustomEvent("select"));
  }

  /** Change part of the filter. */
  narrow(part) {
    this.filter = { ...this.filter, ...part };
    this.dispatchEvent(new CustomEvent("filter"));
  }

  /** The orders on a technician's row, by time. */
  visitsOf(technician) {
    let line = this.lines.get(technician);
    if (!line) {
      const found = [...(this.rows.get(technician) ?? [])].map((id) => this.orders.get(id));
      line = found.filter((order) => order.starts != null).sort((a, b) => a.starts - b.starts || a.id - b.id);
      this.lines.set(technician, line);
    }
    return line;
  }

  /** True when an order is what the search looks for; true for all without one. */
  shows(order) {
    const q = this.filter.q.trim().toLowerCase();
    if (!q) return true;
    const number = String(order.id).padStart(6, "0");
    const technician = this.technicians.get(order.technician)?.name ?? "";
    return [number, order.customer, order.district, technician].some((text) => (text ?? "").toLowerCase().includes(q));
  }

  /** True when a technician's row is to be seen. */
  knows(technician) {
    const { skill } = this.filter;
    return !skill || technician.skills.includes(Number(skill));
  }

  #set(order) {
    this.#unindex(this.orders.get(order.id));
    this.orders.set(order.id, order);
    this.#onRow(order);
  }

  #onRow({ id, technician }) {
    if (!technician) return;
    if (!this.rows.has(technician)) this.rows.set(technician, new Set());
    this.rows.get(technician).add(id);
    this.lines.delete(technician);
  }

  #drop(id) {
    this.#unindex(this.orders.get(id));
    return this.orders.delete(id);
  }

  #unindex(order) {
    if (!order) return;
    this.rows.get(order.technician)?.delete(order.id);
    this.lines.delete(order.technician);
  }

  #index() {
    this.rows = new Map();
    this.lines = new Map();
    for (const order of this.orders.values()) this.#onRow(order);
  }

  /** `whole`: with a new view, which its own event has told already. */
  #changed(orders, technicians, whole = false) {
    if (!orders.size && !technicians.size && !whole) return;
    this.dispatchEvent(new CustomEvent("change", { detail: { orders, technicians, whole } }));
  }
}

function same(known, order) {
  return !known.pending && JSON.stringify(known) === JSON.stringify(order);
}
