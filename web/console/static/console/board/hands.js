/* Hands on the board: by mouse, finger, pen or key, visits are moved, pinned, taken off, put back. */

import { Acts, PLACEABLE } from "./acts.js";
import { Drag } from "./drag.js";
import { Lights } from "./lights.js";
import { say } from "./toasts.js";
import { nameOf, sentence } from "./words.js";

const ELSEWHERE = "input:not([type=checkbox], [type=radio], [type=range], [type=button]), textarea, select, dialog, [contenteditable]";

/** Begin. Gives the page app.acts, app.moving (the dialog) and app.hands. */
export function start(app) {
  app.acts = new Acts(app);
  app.moving = { // read when it is first opened
    open: async (...what) => {
      const found = await app.parts.module("move_dialog");
      if (!found) return;
      if (!(app.moving instanceof found.MoveDialog)) app.moving = new found.MoveDialog(app);
      app.moving.open(...what);
    },
  };
  app.hands = new Hands(app);
}

class Hands {
  constructor(app) {
    this.app = app;
    this.lights = new Lights(app);
    this.nudge = null; // read when something is first moved by keys
    this.drag = new Drag(app, this.lights);
    document.addEventListener("keydown", (event) => this.#key(event), true); // before who walks from bar to bar
    document.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("focusout", (event) => this.#left(event));
  }

  /** True when the person may move this order now; else says why not. */
  may(order) {
    const { acts } = this.app;
    if (acts.movable(order)) return true;
    const why = !this.app.may ? "look_only" : PLACEABLE.has(order.state) ? "in_hand" : "under_way";
    say(sentence(why, { order: nameOf(order) }), { tone: "error" });
    return false;
  }

  /** Give an order's bar the focus, wherever it stands now. */
  focus(id) {
    const { store, grid } = this.app;
    const order = store.orders.get(id);
    if (order?.technician && order.starts != null) grid.reveal(id);
    (grid.bar(id) ?? document.querySelector(`#board-queue [data-order="${id}"]`))?.focus?.({ preventScroll: true });
  }

  #key(event) {
    if (event.defaultPrevented || event.isComposing || event.target.closest?.(ELSEWHERE) || document.querySelector("dialog[open]")) return;
    const undo = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
    const order = this.#under(event.target);
    const ours = undo ? this.#undo() : order ? this.#act(event, order) : this.#elsewhere(event);
    if (!ours) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #undo() {
    if (this.app.may) this.app.acts.undo();
    return true;
  }

  #act(event, order) {
    if (this.#nudged(event, order)) return true;
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const does = { m: "open", p: "pin", Delete: "withdraw" }[key];
    if (!does || event.repeat) return false;
    if (does === "pin" && order.starts == null) return false;
    if (does === "withdraw" && !order.technician) return false;
    if (!this.may(order)) return true;
    if (does === "open") this.app.moving.open(order);
    else this.app.acts[does](order);
    return true;
  }

  /** What is pressed while moving by keys is still being read is done in its turn. */
  #nudged(event, order) {
    if (this.nudge) return this.nudge.key(event, order);
    if (!this.coming && !(event.altKey && event.key.startsWith("Arrow"))) return false;
    this.coming ??= this.#nudging();
    this.coming.then(() => this.nudge?.key(event, order));
    return true;
  }

  async #nudging() {
    const found = await this.app.parts.module("nudge");
    this.coming = null;
    if (found) this.nudge = new found.Nudge(this.app, this.lights);
  }

  /** What stands on a day that is not shown is moved by the form that every page has. */
  #elsewhere(event) {
    const id = this.#number(event.target);
    if (event.key.toLowerCase() !== "m" || event.ctrlKey || event.metaKey || event.altKey || !id || !this.app.may) return false;
    this.app.acts.form({ id }, "place");
    return true;
  }

  #number(target) {
    return Number(target.closest?.("[data-order]")?.dataset.order ?? this.app.store.selected);
  }

  /** The order that has the focus, else the one that is open beside the board. */
  #under(target) {
    return this.app.store.orders.get(this.#number(target)) ?? null;
  }

  /** Buttons of other parts: <button data-board-move="order"> opens the dialog, data-board-pin, data-board-withdraw act. */
  #click(event) {
    const button = event.target.closest?.("[data-board-move], [data-board-pin], [data-board-withdraw]");
    if (!button) return;
    const { boardMove, boardPin, boardWithdraw } = button.dataset;
    const id = Number(boardMove ?? boardPin ?? boardWithdraw);
    const order = this.app.store.orders.get(id);
    if (!order && this.app.may) this.app.acts.form({ id }, boardMove ? "place" : boardPin ? "pin" : "withdraw");
    if (!order || !this.may(order)) return;
    if (boardMove) this.app.moving.open(order);
    else if (boardPin) this.app.acts.pin(order);
    else this.app.acts.withdraw(order);
  }

  /** A thought-of move ends when the focus goes elsewhere. */
  #left(event) {
    const at = this.nudge?.at;
    if (at && event.relatedTarget && this.#under(event.relatedTarget)?.id !== at.order.id) this.nudge.leave();
  }
}
