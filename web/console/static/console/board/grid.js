/* The board itself: an axis on top, rows below it, only those in sight in the page. What the pointer needs to know is
   kept from the last layout, so that nothing is measured while something moves. */

import { Axis } from "./axis.js";
import { minuteOf } from "./clock.js";
import { painted } from "./frames.js";
import { emptiness, hoursOf, laidOut } from "./layout.js";
import { Marks } from "./marks.js";
import { Over } from "./over.js";
import { BAR, ROOM, Rows } from "./rows.js";
import { bring, push } from "./sight.js";

const BEYOND = 240; // pixels drawn above and below what is seen
const AFTER = 30; // ms between the first picture and the rest of it
const EACH = 8; // rows that are finished together

/** The grid of one board. */
export class Grid {
  constructor(root, store, pieces) {
    this.root = root;
    this.store = store;
    this.pieces = pieces;
    this.axis = new Axis();
    this.rows = new Rows(store, this.axis, pieces);
    this.scroll = root.querySelector(".board-scroll");
    this.body = root.querySelector(".board-body");
    this.marks = root.querySelector(".board-axis");
    this.scale = new Marks(root, store, this.axis);
    this.layout = [];
    this.drawn = new Map(); // key → node
    this.where = new Map(); // order → technician whose row it was drawn in
    this.over = new Over(this.axis, this.drawn);
    this.folded = new Set();
    this.barHeight = BAR;
    this.headWidth = 0;
    this.axisHeight = 0;
    this.stale = true;
    this.beyond = BEYOND;
    this.bare = false;
    this.settled = Promise.resolve(); // when a new view is all there
    this.near = [0, 0]; // the minutes whose visits are drawn
    this.box = { left: 0, top: 0, width: 0, height: 0, right: 0, bottom: 0 };
    this.scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.measure()).observe(this.scroll);
    store.addEventListener("view", () => this.#anew());
    store.addEventListener("change", (event) => this.#changed(event.detail));
    for (const kind of ["filter", "select"]) store.addEventListener(kind, () => this.#again());
  }

  /** Pixels a minute is wide. */
  get pixelsPerMinute() {
    return this.axis.pixels;
  }

  /** Technicians in the order in which their rows stand, without those folded away. */
  order() {
    return this.layout.filter((row) => row.technician).map((row) => row.technician);
  }

  /** The technician under a pointer, or null. Given y and x of the window. */
  rowAt(y, x) {
    const { box } = this;
    if (y < box.top + this.axisHeight || y > box.bottom || (x != null && (x < box.left || x > box.right))) return null;
    const at = y - box.top - this.axisHeight + this.top;
    const row = this.layout.find((one) => at >= one.top && at < one.top + one.height);
    return row?.technician ?? null;
  }

  /** The minute of the view under a pointer's x. */
  minuteAt(x) {
    return this.axis.minute(x - this.box.left - this.headWidth + this.left);
  }

  /** Where a bar would begin on the window, {x, y}; null when the row is not shown. */
  placeOf(technician, minute) {
    const row = this.layout.find((one) => one.technician === technician);
    if (!row) return null;
    return {
      x: this.box.left + this.headWidth + this.axis.x(minute) - this.left,
      y: this.box.top + this.axisHeight + row.top + ROOM - this.top,
    };
  }

  /** The bar of an order, when it is drawn. */
  bar(order) {
    const id = order?.id ?? Number(order);
    const row = this.drawn.get(`t${this.where.get(id)}`);
    return row?.bars.get(id)?.nodes.bar ?? null;
  }

  /** Scroll so that an order's bar is seen. */
  reveal(order) {
    const found = this.store.orders.get(order?.id ?? Number(order));
    const row = found && this.layout.find((one) => one.technician === found.technician);
    if (!row || found.starts == null) return;
    bring(this, row, found);
    this.#scrolled();
  }

  /** Light up spans [[from, to]…] of a row with a kind; paint(null) puts all lights out. */
  paint(technician, spans, kind) {
    this.over.paint(technician, spans, kind);
  }

  /** Show where orders would stand: [{order, technician, starts, ends, kind, label}]. */
  ghosts(list, layer = "plan") {
    this.over.ghosts(list, layer);
  }

  /** Take the ghosts of a layer away. */
  clearGhosts(layer = "plan") {
    this.over.clear(layer);
  }

  /** Move on when a pointer is held at an edge. */
  scrollEdge(x, y) {
    push(this, x, y);
  }

  /** Zoom, keeping the minute under `x` (window) where it is. */
  zoom(factor, x = this.box.left + this.headWidth + (this.box.width - this.headWidth) / 2) {
    const minute = this.minuteAt(x);
    if (!this.axis.zoom(factor)) return;
    this.draw({ all: true, hours: true });
    this.scroll.scrollLeft = this.axis.x(minute) - (x - this.box.left - this.headWidth);
  }

  /** Bring the present moment into sight, or the first shift where all of them or another day is seen. */
  toNow() {
    const [from, to] = hoursOf(this.store);
    const now = minuteOf(this.store.view);
    const wide = this.axis.minute(this.box.width - this.headWidth);
    const there = now >= 0 && now < this.store.view.days * 1440 && !(from <= now && now < from + wide && to <= from + wide + 60);
    this.scroll.scrollLeft = this.axis.x(there ? now - wide / 3 : from);
  }

  /** Measure again: after anything around the board has changed its size. */
  measure() {
    const resized = this.#size();
    this.draw({ all: resized });
  }

  #size() {
    this.box = this.scroll.getBoundingClientRect();
    this.axisHeight = this.marks.offsetHeight;
    const before = this.headWidth;
    this.headWidth = this.root.querySelector(".board-corner").offsetWidth;
    this.#keep();
    return before !== this.headWidth;
  }

  /** Draw what is in sight. `all`: every drawn row again; `hours`: with its hours, after a zoom. */
  draw({ all = false, hours = false } = {}) {
    if (!this.store.view) return;
    if (this.stale) this.#arrange();
    this.scale.draw(this.headWidth);
    const aside = this.#aside();
    const [from, to] = [this.top - this.beyond, this.top + this.box.height + this.beyond];
    const seen = new Set();
    for (const row of this.layout) {
      if (row.top + row.height < from || row.top > to) continue;
      seen.add(row.key);
      this.#row(row, all || aside, hours);
    }
    const focused = document.activeElement?.closest?.(".row, .group-row");
    for (const [key, node] of this.drawn) {
      if (seen.has(key) || node === focused) continue; // what has the focus stays, wherever it is
      node.remove();
      this.drawn.delete(key);
    }
    this.over.draw();
  }

  #row(row, all, hours) {
    let node = this.drawn.get(row.key);
    const fresh = !node;
    if (fresh) {
      node = row.technician ? this.rows.make(this.store.technicians.get(row.technician)) : this.rows.heading(row, () => this.#fold(row.group));
      this.drawn.set(row.key, node);
      this.body.append(node);
    }
    node.style.transform = `translateY(${row.top}px)`;
    node.style.height = `${row.height}px`;
    node.style.width = `${this.headWidth + this.axis.width}px`;
    if (!row.technician) {
      node.querySelector("button").setAttribute("aria-expanded", String(!this.folded.has(row.group)));
      node.querySelector("[data-put=count]").textContent = row.count;
      return;
    }
    const technician = this.store.technicians.get(row.technician);
    if (fresh || all) {
      if (!fresh) this.rows.head(node, technician);
      if (!fresh && hours) this.rows.hours(node, technician);
      this.rows.visits(node, technician, ...this.near, this.bare);
    }
  }

  /** True when what is seen now lies beyond the minutes that are drawn; then those round it are. */
  #aside() {
    const { axis } = this;
    const wide = axis.minute(Math.max(0, this.box.width - this.headWidth));
    const from = axis.minute(this.left);
    if (this.near[0] <= from && from + wide <= this.near[1]) return false;
    this.near = [from - wide / 2, from + 1.5 * wide];
    return true;
  }

  #fold(group) {
    if (!this.folded.delete(group)) this.folded.add(group);
    this.stale = true;
    this.draw();
  }

  #changed({ orders, technicians, whole }) {
    if (whole) return; // drawn already
    const rows = new Set(technicians);
    for (const id of orders) {
      if (this.where.has(id)) rows.add(this.where.get(id));
      const now = this.store.orders.get(id);
      if (now?.technician) rows.add(now.technician);
      if (now?.technician && now.starts != null) this.where.set(id, now.technician);
      else this.where.delete(id);
    }
    for (const id of technicians) this.#redo(id);
    this.stale = true;
    this.draw();
    for (const id of rows) this.#patch(id);
  }

  #redo(id) {
    const node = this.drawn.get(`t${id}`);
    const technician = this.store.technicians.get(id);
    if (node && technician) this.rows.hours(node, technician);
  }

  #again() {
    this.stale = true;
    this.draw({ all: true });
  }

  #patch(id) {
    const node = this.drawn.get(`t${id}`);
    const technician = this.store.technicians.get(id);
    if (!node || !technician) return;
    this.rows.head(node, technician);
    this.rows.visits(node, technician, ...this.near);
  }

  /** Lay the rows out anew. */
  #arrange() {
    this.stale = false;
    const { rows, height } = laidOut(this.store, this.pieces, this.folded);
    this.layout = rows;
    this.body.style.height = `${height}px`;
    this.body.style.width = `${this.headWidth + this.axis.width}px`;
    this.root.dataset.empty = emptiness(this.store, rows);
  }

  /** Everything was read: the same view is drawn over what is there, another one from the beginning. */
  #anew() {
    const { view } = this.store;
    const shown = `${view.outlet.id} ${view.from} ${view.days}`;
    this.where = new Map([...this.store.orders.values()].filter((one) => one.starts != null).map((one) => [one.id, one.technician]));
    this.stale = true;
    if (shown !== this.shown) this.#begin(view);
    this.shown = shown;
    this.draw({ all: true, hours: true });
  }

  #begin(view) {
    for (const node of this.drawn.values()) node.remove();
    this.drawn.clear();
    this.axis.days = view.days;
    this.#size();
    const [from, to] = hoursOf(this.store);
    this.axis.fit(from, to, this.box.width - this.headWidth);
    this.#arrange(); // wide enough to be scrolled
    this.near = [0, 0];
    this.toNow();
    this.#keep();
    this.beyond = 0; // first what is seen, then what is round it
    this.bare = true; // and of that what the eye looks for, then the rest of it
    this.settled = this.#settle((this.turn = (this.turn ?? 0) + 1));
  }

  /** Once the first picture is drawn: what was left out of it, some rows at a time, then the rows round it. */
  async #settle(turn) {
    await painted();
    const rest = [...this.drawn.keys()].filter((key) => key.startsWith("t"));
    while (rest.length) {
      await new Promise((done) => setTimeout(done, AFTER));
      if (turn !== this.turn) return; // another view by now
      this.bare = false; // whatever is drawn from now on is whole
      for (const key of rest.splice(0, EACH)) this.#patch(Number(key.slice(1)));
    }
    this.bare = false;
    this.beyond = BEYOND;
    this.draw();
  }

  #keep() {
    this.left = this.scroll.scrollLeft;
    this.top = this.scroll.scrollTop;
  }

  #scrolled() {
    this.#keep();
    this.draw();
  }
}
