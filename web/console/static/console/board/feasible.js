/* Where an order could go, judged in the browser at once, from what the board holds. The server judges again on drop.

   A reason is {code, hard, …facts}; `hard` ones are refused by the server (H-A4, H-C2, H-C3), the others only warn.
   Minutes count from the view's midnight, as everywhere on the board. */

import { minuteOf } from "./clock.js";

export { minuteOf };

const RADIUS = 6_371_000; // metres; these five are the server's (planning/travel.py, lifecycle/standard.py)
const DETOUR = 1.3;
const SPEED = 35 / 3.6;
const LEAST = 5;
const UNKNOWN = 30;
const EARLY = 5;
const GRACE = 5; // an appointment "now" is not in the past
const BINDING = new Set(["agreed", "locked"]);
const GONE = new Set(["done", "aborted"]);

/** Minutes of the way between two [latitude, longitude]; a fair guess where one is unknown. */
export function way(a, b) {
  if (!a || !b) return UNKNOWN;
  const [la, oa, lb, ob] = [a[0], a[1], b[0], b[1]].map((degrees) => (degrees * Math.PI) / 180);
  const h = Math.sin((lb - la) / 2) ** 2 + Math.cos(la) * Math.cos(lb) * Math.sin((ob - oa) / 2) ** 2;
  const metres = 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(h)));
  return Math.max(LEAST, (metres * DETOUR) / SPEED / 60);
}

/** How long an order's bar is: its visit's minutes, else what such work usually takes. */
export function minutesOf(order) {
  return order.starts != null && order.ends != null ? order.ends - order.starts : order.minutes || 60;
}

/** The promise an order carries as [earliest, latest] arrival, or null when nothing was promised (H-C2). */
export function promiseOf(order) {
  if (!BINDING.has(order.status) || order.starts == null) return null;
  return [order.starts, Math.max(order.starts, order.until ?? order.starts)];
}

/** Judges one order against every technician; made when a drag begins, thrown away when it ends. */
export class Judge {
  /** `orders`, `technicians`: the store's Maps; `now`: the minute of the view that it is. */
  constructor({ orders, technicians }, order, now) {
    this.order = order;
    this.technicians = technicians;
    this.now = now;
    this.promise = promiseOf(order);
    this.days = new Map();
    for (const other of orders.values()) {
      if (!other.technician || other.starts == null || other.id === order.id || other.status === "") continue;
      if (!this.days.has(other.technician)) this.days.set(other.technician, []);
      this.days.get(other.technician).push(other);
    }
    for (const visits of this.days.values()) visits.sort((a, b) => a.starts - b.starts);
  }

  /** Why a technician can't do it at any time: [{code: "untrained", skills}] or []. */
  never(id) {
    const who = this.technicians.get(id);
    if (!who) return [{ code: "unknown", hard: true }];
    const missing = (this.order.skills ?? []).filter((skill) => !who.skills.includes(skill));
    return missing.length ? [{ code: "untrained", hard: true, technician: id, skills: missing }] : [];
  }

  /** Everything that speaks against a technician and a time, the hardest first. */
  reasons(id, starts, minutes = minutesOf(this.order)) {
    const found = this.never(id);
    if (found[0]?.code === "unknown") return found;
    const ends = starts + minutes;
    if (starts < this.now - GRACE) found.push({ code: "past", hard: true });
    found.push(...this.#atWork(id, starts, ends), ...this.#others(id, starts, ends));
    if (this.promise && (starts < this.promise[0] || starts > this.promise[1])) {
      found.push({ code: "promised", hard: true, consent: true, from: this.promise[0], to: this.promise[1] });
    }
    found.push(...this.#ways(id, starts, ends), ...this.#rest(id, starts, ends), ...this.#wish(starts));
    return found.sort((a, b) => b.hard - a.hard);
  }

  /** When the technician would be at the door: as early as allowed, as late as the visit before makes it. */
  arrival(id, starts) {
    const before = this.#before(id, starts);
    const early = starts - EARLY;
    if (!before) return Math.max(early, this.now + way(this.technicians.get(id)?.place, this.order.place));
    return Math.max(early, Math.max(this.now, before.ends) + way(before.place, this.order.place));
  }

  /** Where the bar could lie in a technician's row: [[from, to, "fits" | "tight" | "ask"]…] in minutes. */
  places(id, minutes = minutesOf(this.order)) {
    if (this.never(id).length) return [];
    const who = this.technicians.get(id);
    const found = [];
    for (const [from, to] of who.spans) {
      let at = Math.max(from, this.now - GRACE);
      let last = null;
      for (const visit of this.#binding(id)) {
        if (visit.ends <= at || visit.starts >= to) continue;
        this.#gap(found, at, visit.starts, last, visit, minutes);
        at = Math.max(at, visit.ends);
        last = visit;
      }
      this.#gap(found, at, to, last, null, minutes);
    }
    const free = this.#beside(found, id, minutes);
    return this.promise ? this.#promised(free, minutes) : free;
  }

  /** Where something stands that is only proposed, and beside it where it leaves too little room, it is tight. */
  #beside(found, id, minutes) {
    const soft = this.#visits(id).filter((visit) => !BINDING.has(visit.status) && !GONE.has(visit.status));
    return found.flatMap(([from, to, kind]) => {
      const parts = [];
      let at = from;
      for (const visit of kind === "fits" ? soft : []) {
        if (visit.ends <= at || visit.starts >= to) continue;
        if (visit.starts > at) parts.push([at, visit.starts, visit.starts - at < minutes ? "tight" : "fits"]);
        const last = Math.min(to, visit.ends);
        parts.push([Math.max(at, visit.starts), last, "tight"]);
        at = last;
      }
      if (at < to) parts.push([at, to, kind === "fits" && to - at < minutes ? "tight" : kind]);
      return parts;
    });
  }

  /** A gap between two visits: the middle fits, what the ways to and from eat is tight. */
  #gap(found, from, to, before, after, minutes) {
    if (to - from < minutes) return;
    const first = before ? Math.max(from, before.ends + way(before.place, this.order.place)) : from;
    const due = after ? (after.until ?? after.starts) - way(this.order.place, after.place) : to;
    const last = Math.min(to, due);
    if (last - first < minutes) {
      found.push([from, to, "tight"]);
      return;
    }
    if (first - from >= 1) found.push([from, first, "tight"]);
    found.push([first, last, "fits"]);
    if (to - last >= 1) found.push([last, to, "tight"]);
  }

  /** With a promise, only what keeps it is lit; the rest of the free time asks for the customer's word. */
  #promised(found, minutes) {
    const [from, to] = [this.promise[0], this.promise[1] + minutes];
    return found.flatMap(([a, b, kind]) => {
      const cut = [[a, Math.min(b, from), "ask"], [Math.max(a, from), Math.min(b, to), kind], [Math.max(a, to), b, "ask"]];
      return cut.filter(([start, end]) => end - start >= 1);
    });
  }

  #visits(id) {
    return this.days.get(id) ?? [];
  }

  #binding(id) {
    return this.#visits(id).filter((visit) => BINDING.has(visit.status));
  }

  #before(id, starts) {
    let found = null;
    for (const visit of this.#visits(id)) if (visit.starts < starts && starts - visit.starts < 720) found = visit;
    return found;
  }

  #atWork(id, starts, ends) {
    const who = this.technicians.get(id);
    if (who.spans.some(([from, to]) => from <= starts && ends <= to)) return [];
    const away = (who.away ?? []).find(([from, to]) => from < ends && to > starts);
    if (away) return [{ code: "away", hard: true, overtime: true, technician: id, reason: away[2] }];
    return [{ code: "off_shift", hard: true, overtime: true, technician: id }];
  }

  #others(id, starts, ends) {
    const found = [];
    for (const visit of this.#visits(id)) {
      if (GONE.has(visit.status) || visit.starts >= ends || visit.ends <= starts) continue;
      const facts = { order: visit.id, from: visit.starts, to: visit.ends };
      found.push({ code: "overlaps", hard: BINDING.has(visit.status), ...facts });
    }
    return found.sort((a, b) => b.hard - a.hard);
  }

  #ways(id, starts, ends) {
    const found = [];
    const at = this.arrival(id, starts);
    const latest = this.promise && starts <= this.promise[1] ? Math.max(starts, this.promise[1]) : starts;
    if (at > latest + 0.5) found.push({ code: "too_far", hard: false, at });
    const next = this.#visits(id).find((visit) => visit.starts >= ends && !GONE.has(visit.status));
    if (next && next.starts - ends < 720) {
      const there = ends + way(this.order.place, next.place);
      if (there > (next.until ?? next.starts) + 0.5) found.push({ code: "makes_late", hard: false, order: next.id, at: there });
    }
    return found;
  }

  /** The break needs a hole in the day that begins between its earliest and its latest minute. */
  #rest(id, starts, ends) {
    const taken = [...this.#visits(id).filter((v) => !GONE.has(v.status)).map((v) => [v.starts, v.ends]), [starts, ends]];
    for (const [earliest, latest, minutes] of this.technicians.get(id).rests ?? []) {
      if (starts >= latest + minutes || ends <= earliest) continue;
      const tries = [earliest, ...taken.map(([, to]) => to)].filter((at) => at >= earliest && at <= latest);
      const free = tries.some((at) => taken.every(([from, to]) => to <= at || from >= at + minutes));
      if (!free) return [{ code: "rest", hard: false, from: earliest, to: latest + minutes }];
    }
    return [];
  }

  #wish(starts) {
    const { wish_from: from, wish_to: to } = this.order;
    if (this.promise || from == null || to == null || (starts >= from && starts <= to)) return [];
    return [{ code: "wished", hard: false, from, to }];
  }
}

/** Everything that speaks against giving `order` to a technician (its number) at a minute of the view. */
export function reasons(store, order, technician, start, minutes = minutesOf(order)) {
  return new Judge(store, order, minuteOf(store.view)).reasons(technician, start, minutes);
}
