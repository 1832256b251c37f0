/* Moving by keyboard: Alt with the arrows shows where a visit would stand, Enter puts it there, Escape leaves it. */

import { announce } from "./announce.js";
import { clock, dayClock } from "./clock.js";
import { Judge, minuteOf, minutesOf } from "./feasible.js";
import { Tip, linesOf, toneOf } from "./said.js";
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
    const { store } = app;
    const found = judge.reasons(at.technician, at.starts, at.minutes);
    const facts = { from: dayClock(store.view, at.starts), to: clock(store.view, at.starts + at.minutes) };
    const label = sentence("span", facts);
    this.lights.ghost({ order: at.order.id, technician: at.technician, starts: at.starts, ends: at.starts + at.minutes, kind: toneOf(found), label });
    document.body.classList.add("nudging");
    this.tip ??= new Tip();
    this.tip.say(linesOf(store, judge, at, found));
    this.#stand();
    const technician = store.technicians.get(at.technician)?.name ?? "";
    const said = found.length ? `${found.map((reason) => reasonWords(store, reason)).join(". ")}.` : "";
    announce(sentence("nudged", { technician, ...facts, said }));
  }

  /** Bring the ghost into sight, and say beside it what is to be said. */
  #stand() {
    const { grid } = this.app;
    const { at } = this;
    const place = grid.placeOf(at.technician, at.starts);
    if (!place) return;
    const { box, scroll, headWidth, barHeight } = grid;
    const wide = at.minutes * grid.pixelsPerMinute;
    const across = past(place.x, place.x + wide, box.left + headWidth, box.right);
    const down = past(place.y, place.y + barHeight, box.top + barHeight, box.bottom);
    if (across || down) scroll.scrollBy(across, down);
    requestAnimationFrame(() => { // once it has scrolled
      const there = this.at && grid.placeOf(at.technician, at.starts);
      if (there) this.tip.at(there.x, there.y + barHeight, 4);
    });
  }

  #clear() {
    this.at = null;
    this.tip?.remove();
    this.tip = null;
    document.body.classList.remove("nudging");
    this.lights.off();
  }
}

const back = (minute, by) => Math.ceil(minute / STEP) * STEP - by;
const on = (minute, by) => Math.floor(minute / STEP) * STEP + by;

/** How far [from, to] reaches out of [first, last]: what to scroll by. */
function past(from, to, first, last) {
  if (from < first) return from - first - 8;
  return to > last ? to - last + 8 : 0;
}
