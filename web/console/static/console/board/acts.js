/* What a person does on the board: shown at once, sent once, put back with the reason when it is refused. */

import { dayClock, fieldsOf, momentOf } from "./clock.js";
import { promiseOf } from "./feasible.js";
import { send } from "./send.js";
import { say } from "./toasts.js";
import { Undo } from "./undo.js";
import { nameOf, sentence, standing } from "./words.js";


/** Nobody has left for the customer yet: the board may say who and when. */
export const PLACEABLE = new Set(["ready", "assigned", "accepted", "contacted"]);

/** The board's verbs. `app.acts` is one of these; every promise resolves to true when it was done. */
export class Acts {
  constructor(app) {
    this.app = app;
    this.undoing = new Undo(this);
    this.busy = new Set(); // orders with an act under way
  }

  /** True when this order may be moved here and now by this person. */
  movable(order) {
    return this.placeable(order) && !this.busy.has(order.id);
  }

  /** The same, also while something is still being done to it. */
  placeable(order) {
    return Boolean(order) && this.app.may && PLACEABLE.has(order.state);
  }

  /** Give an order a technician (number) and a minute of the view; `consent`: who agreed; `overtime`: outside the shift. */
  async place(order, { technician, starts, minutes, consent, overtime, until, reason } = {}) {
    const { store } = this.app;
    this.tried = { id: order.id, technician, starts, minutes, consent, overtime, until }; // what is typed is never lost
    const lasts = minutes ?? (order.starts == null ? order.minutes || 60 : order.ends - order.starts);
    const data = { technician, starts_at: new Date(momentOf(store.view, starts)).toISOString(), minutes: lasts };
    if (until != null) data.window_ends_at = new Date(momentOf(store.view, until)).toISOString();
    const more = { consent, overtime, reason };
    for (const [name, value] of Object.entries(more)) if (value) data[name] = value;
    const shown = { technician, starts, ends: starts + lasts, status: promiseOf(order) ? order.status : "proposed" };
    return (await this.#do(order, "place", data, { shown, undo: "undo_place" })) === "done";
  }

  /** Take an order that nobody has accepted yet off the board. What was accepted is handed back, with a reason. */
  async withdraw(order) {
    if (order.state !== "assigned") {
      this.form(order, "hand_back");
      return false;
    }
    const shown = { technician: 0, starts: null, ends: null, status: "", state: "ready" };
    return (await this.#do(order, "withdraw", {}, { shown, undo: "undo_place" })) === "done";
  }

  /** Keep an appointment where it is, whatever a plan would do; or let plans move it again. */
  async pin(order, on = !order.pinned) {
    const how = { shown: { pinned: on ? 1 : 0 }, undo: on ? "unpin" : "pin" };
    return (await this.#do(order, on ? "pin" : "unpin", {}, how)) === "done";
  }

  /** Take back the last thing one did. */
  undo() {
    return this.undoing.last();
  }

  /** Open the form of any other verb in the page's dialog. */
  form(order, verb) {
    const url = this.app.url("order_act", order.id, verb);
    window.htmx?.ajax("GET", `${url}?stay=1`, { target: "#act-body", swap: "innerHTML" });
  }

  /** Do a verb without a step to undo, whatever the version: for undoing itself. "done", "refused", "lost" or "busy". */
  async bare(order, verb) {
    return this.#do(order, verb, {}, { shown: {}, undo: "", versionless: true });
  }

  /** Do a verb and say nothing of it: one of many that are taken back together. "done", "refused" or "lost". */
  async quietly(id, verb) {
    const came = await send(this.#url({ id }, verb), {});
    if (came.body) this.#take(came.body);
    return came.kind;
  }

  /** Remember what a plan did, to be taken back with one step. */
  took(orders) {
    this.undoing.push({ orders, verb: "undo_place" });
  }

  async #do(order, verb, data, how) {
    if (this.busy.has(order.id)) return "busy";
    this.busy.add(order.id);
    const before = this.#show(order, how.shown);
    try {
      return await this.#send(order, verb, data, how, before);
    } finally {
      this.busy.delete(order.id);
      before.settle();
    }
  }

  async #send(order, verb, data, how, before, key) {
    const version = how.versionless ? {} : { version: order.version };
    const came = await send(this.#url(order, verb), { ...version, ...data }, key);
    if (came.kind === "done") return this.#done(order, verb, came.body, how);
    if (came.kind === "refused") {
      const consent = await this.app.parts.module("consent");
      const more = await consent?.ask(this.app, order, data, came.body);
      if (more) return this.#send(order, verb, { ...data, ...more }, how, before);
      before.back();
      this.#take(came.body);
      if (more !== null) await this.#refused(order, came);
      return "refused";
    }
    before.back();
    const again = () => this.#again(order, verb, data, how, came.key);
    say(sentence(came.kind), { tone: "error", ways: [{ label: sentence("try_again"), act: again }] });
    return "lost";
  }

  /** The same act once more with the same key: if it got through the first time, nothing happens twice (H-N3). */
  async #again(order, verb, data, how, key) {
    const { store } = this.app;
    this.busy.add(order.id);
    const before = this.#show(store.orders.get(order.id) ?? order, how.shown);
    try {
      return await this.#send(order, verb, data, how, before, key);
    } finally {
      this.busy.delete(order.id);
      before.settle();
    }
  }

  /** Draw it as if it were done. Returns {back(), settle()}: put back, unless the board has heard something newer. */
  #show(order, changes) {
    const { store } = this.app;
    const known = store.orders.has(order.id) ? { ...store.orders.get(order.id) } : null;
    if (!known && !changes.technician) return { back() {}, settle() {} }; // of another day: there is nothing to draw
    const drawn = { ...(known ?? order), ...changes, pending: true };
    store.put(drawn);
    const ours = () => store.orders.get(order.id)?.pending && store.orders.get(order.id).version === drawn.version;
    const back = () => ours() && (known ? store.put({ ...known, pending: false }) : store.apply({ gone: [order.id] }));
    const settle = () => ours() && store.put({ ...store.orders.get(order.id), pending: false });
    return { back, settle };
  }

  #take(body) {
    if (body.orders || body.gone) this.app.store.apply({ orders: body.orders, gone: body.gone ?? [] });
  }

  #done(order, verb, body, how) {
    this.#take(body);
    const { store } = this.app;
    const now = store.orders.get(order.id);
    const where = standing(store, now ?? how.shown); // on another day it is not in the store any more
    const name = verb === "undo_place" && !where ? "done_undo_place_bare" : `done_${verb}`;
    const said = sentence(name, { order: nameOf(now ?? order), where });
    if (how.undo) this.undoing.push({ order: order.id, name: nameOf(order), verb: how.undo });
    const ways = how.undo ? [{ label: sentence("undo"), act: () => this.undo() }] : [];
    if (verb === "place" && !now && how.shown.starts != null) ways.unshift(this.#there(order, how.shown.starts));
    say(said, { ways });
    return "done";
  }

  /** The way to the day on which it stands now, when that is not the one in view. */
  #there(order, starts) {
    const { date } = fieldsOf(this.app.store.view, starts);
    const act = async () => {
      await this.app.toDay(date);
      this.app.store.select(order.id);
      this.app.grid.reveal(order.id);
    };
    return { label: sentence("show"), act };
  }

  /** Say why not: beside the bar, and as a note with the way out. Who was quicker is named, with where it is now. */
  async #refused(order, { status, body }) {
    const { store } = this.app;
    const lines = (body.lacks ?? []).map((lack) => lack.message);
    for (const texts of Object.values(body.errors ?? {})) lines.push(...[texts].flat().map(String));
    if (!lines.length && body.detail) lines.push(body.detail);
    const now = store.orders.get(order.id);
    if (status === 409) lines.push(sentence("now", { where: now ? standing(store, now) || sentence("in_queue") : sentence("elsewhere") }));
    const title = sentence("went_back", { order: nameOf(order), title: status === 422 ? "" : (body.title ?? "") });
    const said = await this.app.parts.module("refused");
    said?.refusalBeside(this.app, order.id, lines);
    say(title, { tone: "error", reasons: lines, ways: said?.waysOut(this, now ?? order, body) ?? [] });
  }

  #url(order, verb) {
    const { store } = this.app;
    return `${this.app.url("board_do", order.id, verb)}?${store.query ?? ""}`;
  }
}

/** The words for a minute of the view, for labels. */
export const timeOf = (store, minute) => dayClock(store.view, minute);
