/* Saying on the map where an order is (H-C3): a click, or arrow keys and Enter for the cross in the middle. */

import { send } from "./send.js";
import { say } from "./toasts.js";
import { nameOf, sentence } from "./words.js";

/** Setting the place of one order at a time. `at(x, y)` gives the WGS-84 place under a point of the map. */
export class Placing {
  constructor(app, root, words, { at, middle }) {
    Object.assign(this, { app, root, words, at, middle });
    this.order = null;
    this.line = root.querySelector("[data-part=placing]");
    root.querySelector("[data-part=placing-here]").addEventListener("click", () => this.take(this.middle()));
    root.querySelector("[data-part=placing-not]").addEventListener("click", () => this.end());
  }

  /** True while a click on the map means a place. */
  get on() {
    return Boolean(this.order);
  }

  /** Ask for the place of an order. */
  begin(order) {
    this.order = order;
    this.root.classList.add("is-placing");
    this.line.hidden = false;
    this.line.querySelector("p").textContent = this.words(order.district ? "placing" : "placing_bare", { order: nameOf(order), district: order.district });
    this.root.querySelector(".leaflet-container")?.focus();
  }

  /** Ask no more; nothing was changed. Returns false when nothing was asked. */
  end() {
    if (!this.order) return false;
    this.order = null;
    this.root.classList.remove("is-placing");
    this.line.hidden = true;
    return true;
  }

  /** Keep a place [latitude, longitude] for the order asked about. */
  async take(place) {
    const { order } = this;
    if (!order) return;
    this.end();
    const before = order.place ? [...order.place] : null;
    const done = await this.#keep(order, place);
    if (done) say(this.words("placed", { order: nameOf(order) }), { ways: [{ label: sentence("undo"), act: () => this.#back(order.id, before) }] });
  }

  async #back(id, place) {
    const order = this.app.store.orders.get(id);
    if (order && (await this.#keep(order, place ?? [null, null]))) say(this.words("placed_back", { order: nameOf(order) }));
  }

  async #keep(order, [latitude, longitude]) {
    const { store } = this.app;
    const round = (degrees) => (degrees === null ? null : Number(degrees.toFixed(6)));
    const data = { version: store.orders.get(order.id)?.version ?? order.version, latitude: round(latitude), longitude: round(longitude) };
    const came = await send(`${this.app.url("board_do", order.id, "correct")}?${store.query ?? ""}`, data);
    const { body = {} } = came;
    if (body.orders || body.gone) store.apply({ orders: body.orders, gone: body.gone ?? [] });
    if (came.kind === "done") return true;
    const reasons = (body.lacks ?? []).map((lack) => lack.message);
    if (!reasons.length && body.detail) reasons.push(body.detail);
    const title = this.words("not_placed", { order: nameOf(order), title: body.title ?? sentence(came.kind) });
    say(title, { tone: "error", reasons });
    return false;
  }
}
