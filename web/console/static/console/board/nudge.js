/* Moving by keyboard: Alt with the arrows shows where a visit would stand, Enter puts it there, Escape leaves it. */

import { clock, dayClock } from "./clock.js";
import { Judge, minuteOf, minutesOf } from "./feasible.js";
import { announce } from "./announce.js";
import { reasonWords, sentence } from "./words.js";

const STEP = 5;
const LEAP = 30;

/** A move that is still only thought of. */
export class Nudge {
  constructor(app, lights) {
    this.app = app;
    this.lights = lights;
    this.at = null; // {order, technician, starts, minutes}
  }

  /** Answer a key pressed on an order's bar; returns true when it was ours. */
  key(event, order) {
    const { at } = this;
    if (at && event.key === "Enter") this.put();
    else if (at && event.key === "Escape") this.leave();
    else if (event.altKey && /^Arrow(Left|Right|Up|Down)$/.test(event.key)) this.#step(event, order);
    else return false;
    return true;
  }

  /** Put it where it was thought of. */
  async put() {
    const { at, app } = this;
    this.#clear();
    const order = app.store.orders.get(at.order.id) ?? at.order;
    await app.acts.place({ ...order, version: at.order.version }, at);
    app.hands.focus(order.id);
  }

  /** Think no more of it. */
  leave() {
    if (!this.at) return;
    const { order } = this.at;
    this.#clear();
    announce(sentence("left_it"));
    this.app.hands.focus(order.id);
  }

  #step(event, order) {
    const { store } = this.app;
    if (!this.at || this.at.order.id !== order.id) {
      this.#clear();
      if (!this.app.hands.may(order)) return;
      const now = minuteOf(store.view);
      this.app.hands.focus(order.id);
      this.at = { order, technician: order.technician, starts: order.starts ?? Math.ceil(now / STEP) * STEP, minutes: minutesOf(order) };
      this.judge = new Judge(store, order, now);
      this.lights.on(this.judge, this.at.minutes);
    }
    const by = event.shiftKey ? LEAP : STEP;
    if (event.key === "ArrowLeft") this.at.starts = back(this.at.starts, by);
    if (event.key === "ArrowRight") this.at.starts = on(this.at.starts, by);
    if (event.key === "ArrowUp") this.at.technician = this.#row(-1);
    if (event.key === "ArrowDown") this.at.technician = this.#row(1);
    this.#show();
  }

  #row(step) {
    const rows = this.app.grid.order();
    const here = rows.indexOf(this.at.technician);
    return rows[Math.max(0, Math.min(rows.length - 1, here + step))] ?? this.at.technician;
  }

  #show() {
    const { app, at, judge } = this;
    const found = judge.reasons(at.technician, at.starts, at.minutes);
    const hard = found.some((reason) => reason.hard);
    const facts = { from: dayClock(app.store.view, at.starts), to: clock(app.store.view, at.starts + at.minutes) };
    const technician = app.store.technicians.get(at.technician)?.name ?? "";
    const said = found.length ? `${found.map((reason) => reasonWords(app.store, reason)).join(". ")}.` : "";
    const label = found.length ? reasonWords(app.store, found[0]) : sentence("span", facts);
    const kind = hard ? "bad" : found.length ? "warn" : "fits";
    const ghost = { order: at.order.id, technician: at.technician, starts: at.starts, ends: at.starts + at.minutes, kind, label };
    this.lights.ghost(ghost);
    announce(sentence("nudged", { technician, ...facts, said }));
  }

  #clear() {
    this.at = null;
    this.lights.off();
  }
}

const back = (minute, by) => Math.ceil(minute / STEP) * STEP - by;
const on = (minute, by) => Math.floor(minute / STEP) * STEP + by;
