/* Bars: one visit each, with the way to it and what was promised; drawn anew only where something of it changed. */

import { clock } from "./clock.js";

/** Pixels: a bar, and the room round it. */
export const BAR = 26;
export const ROOM = 2;
const TINY = 38; // narrower bars show their state alone
const SHORT = 100; // narrower ones leave out the place
const URGENT = 1;

/** Makes and dresses the bars of one board. `pieces` are the page's <template>s and words. */
export class Bars {
  constructor(store, axis, pieces) {
    this.store = store;
    this.axis = axis;
    this.pieces = pieces;
  }

  /** Make a bar without anything on it: the parts that belong together, of which only `bar` is always there. */
  make(id) {
    const bar = this.pieces.clone("bar");
    bar.dataset.order = id;
    return { nodes: { bar }, name: bar.firstElementChild, there: "" };
  }

  /** Dress a bar as its order is now, in a lane of `line`. A `bare` one is its looks and words; all the rest comes later. */
  dress(parts, order, lane, line, bare = false) {
    const { axis, store } = this;
    const look = `${axis.pixels} ${lane} ${store.shows(order)} ${order.id === store.selected}`;
    if (parts.order === order && parts.look === look && (bare || parts.whole === order)) return;
    const top = ROOM + lane * (BAR + ROOM);
    const { bar } = parts.nodes;
    const width = Math.max(6, axis.x(order.ends - order.starts));
    bar.className = this.#classes(order, width, bar);
    bar.style.cssText = `left:${axis.x(order.starts)}px;top:${top}px;width:${width}px`;
    if (parts.order !== order) this.#say(parts, order);
    this.#place(parts, width < SHORT ? "" : order.district);
    parts.order = order;
    parts.look = look;
    if (bare) return;
    if (!parts.whole) bar.append(this.pieces.clone("end"));
    if (parts.whole !== order) bar.setAttribute("aria-label", this.says(order));
    parts.whole = order;
    const { travel, until, starts, status } = order;
    this.#thin(parts, line, "way", travel && status !== "done", starts - (travel ?? 0), travel, top + BAR / 2 - 2);
    this.#thin(parts, line, "promise", until && until > starts, starts, (until ?? 0) - starts, top + BAR - 2);
  }

  /** Everything of an order in one sentence, for who can't see the bar. */
  says(order) {
    return this.facts(order).flat().filter(Boolean).join(", ");
  }

  /** The same as lines: [number and customer, time and state, place and thing, signs]. */
  facts(order) {
    const { view } = this.store;
    const { pieces } = this;
    const at = order.starts == null ? "" : `${clock(view, order.starts)}–${clock(view, order.ends)}`;
    const until = order.until && order.until > order.starts ? pieces.word("until", { at: clock(view, order.until) }) : "";
    return [
      [String(order.id).padStart(6, "0"), order.customer],
      [at, pieces.look(order.state).label, order.status ? pieces.word(`status_${order.status}`) : "", until],
      [order.district, view.categories[order.category], order.travel ? pieces.word("travel", { n: order.travel }) : ""],
      [...signsOf(order).map(([, word]) => pieces.word(word)), order.pending ? pieces.word("pending") : ""],
    ];
  }

  #classes(order, width, bar) {
    const { store, pieces } = this;
    const wrong = order.flags.includes("sos") || order.flags.includes("escalated");
    const classes = ["bar", pieces.look(order.state).class, "visit", `visit-${wrong ? "exception" : order.status || "proposed"}`];
    if (width < SHORT) classes.push(width < TINY ? "tiny" : "short");
    if (order.risk) classes.push("late");
    if (order.priority === URGENT) classes.push("urgent-bar");
    if (order.pending) classes.push("pending");
    if (!store.shows(order)) classes.push("dim");
    if (order.id === store.selected) classes.push("chosen");
    if (bar.classList.contains("held")) classes.push("held");
    return classes.join(" ");
  }

  /** Words and signs; only those that are true of it, because a sign is a drawing and there are hundreds of bars. */
  #say(parts, order) {
    const { pieces } = this;
    const { nodes, name } = parts;
    const { shape } = pieces.look(order.state);
    if (parts.shape !== shape) {
      parts.shape = shape;
      const drawn = pieces.clone(shape);
      if (name.previousElementSibling) name.previousElementSibling.replaceWith(drawn);
      else nodes.bar.prepend(drawn);
    }
    name.textContent = order.customer || String(order.id).padStart(6, "0");
    const there = signsOf(order).map(([sign]) => sign).filter((sign) => pieces.templates.has(`sign-${sign}`));
    if (order.status === "locked") there.push("lock");
    const key = there.join(" ");
    if (parts.there !== key) {
      parts.there = key;
      if (!parts.signs) name.after((parts.signs = pieces.clone("signs")));
      parts.signs.replaceChildren(...there.map((sign) => pieces.clone(`sign-${sign}`)));
    }
  }

  /** Where it is, on bars that have room for it. */
  #place(parts, words) {
    if (words && !parts.place) parts.name.after((parts.place = this.pieces.clone("place")));
    if (parts.place) parts.place.textContent = words ?? "";
  }

  #thin(parts, line, name, there, from, minutes, top) {
    const { nodes } = parts;
    if (!there) {
      nodes[name]?.remove();
      delete nodes[name];
      return;
    }
    if (!nodes[name]) {
      nodes[name] = document.createElement("div");
      nodes[name].className = name;
      line.append(nodes[name]);
    }
    nodes[name].style.cssText = `left:${this.axis.x(from)}px;top:${top}px;width:${this.axis.x(minutes)}px`;
  }
}

/** What is to be said of an order beside its state: [sign, word] each. */
function signsOf(order) {
  return [
    ["urgent", "urgent", order.priority === URGENT],
    ["late", "risk", order.risk],
    ["pin", "pinned", order.pinned],
    ...order.flags.map((flag) => [flag, `flag_${flag}`, true]),
  ].filter(([, , there]) => there);
}
