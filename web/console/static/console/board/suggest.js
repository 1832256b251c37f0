/* Who could go, and when: five answers with their reasons. One press places it; or the window is said on the phone,
   and who agreed is written down with it (H-C2). What is pointed at is shown on the board as a ghost. */

import { read } from "./panel.js";
import { shortcut } from "./keys.js";

const LAYER = "suggest"; // of the board's ghosts

/** Begin. Gives the page app.suggest. */
export function start(app) {
  const box = document.getElementById("board-order");
  if (!box) return;
  app.suggest = new Suggest(app, box);
  if (app.suggestFor) app.suggest.ask(app.suggestFor);
}

class Suggest {
  constructor(app, box) {
    this.app = app;
    this.box = box;
    this.wanted = 0; // the order whose suggestions are open
    box.addEventListener("panel", (event) => this.#opened(event.detail));
    box.addEventListener("click", (event) => this.#click(event));
    box.addEventListener("submit", (event) => this.#agreed(event));
    for (const kind of ["pointerover", "focusin"]) box.addEventListener(kind, (event) => this.#point(event.target));
    for (const kind of ["pointerout", "focusout"]) box.addEventListener(kind, (event) => this.#leave(event.relatedTarget));
    app.store.addEventListener("select", () => this.#chosen());
    shortcut("s", () => this.#key());
  }

  /** Open an order and ask for suggestions; the first gets the focus. */
  ask(id) {
    this.wanted = id;
    this.focus = true;
    if (this.app.panel) this.app.panel.tab = "order";
    if (this.#place(id)) this.#load(id);
    else this.app.store.select(id); // the panel tells when it is there
  }

  #key() {
    const id = Number(document.activeElement?.closest?.("[data-order]")?.dataset.order) || Number(this.app.store.selected);
    if (!id) return false;
    this.ask(id);
    return true;
  }

  #chosen() {
    if (Number(this.app.store.selected) === this.wanted) return;
    this.wanted = 0;
    this.#clear();
  }

  #opened({ order }) {
    if (order === this.wanted) this.#load(order);
  }

  #place(id) {
    const section = this.box.querySelector("#panel-suggest");
    return Number(section?.dataset.suggestOrder) === id ? section.querySelector("#suggest-body") : null;
  }

  async #load(id) {
    const body = this.#place(id);
    if (!body) return;
    body.closest("section").hidden = false;
    body.setAttribute("aria-busy", "true");
    const came = await read(this.app.url("board_suggest", id), this.box.dataset);
    const still = this.#place(id);
    if (!still || this.wanted !== id) return;
    still.removeAttribute("aria-busy");
    if (came.html) still.innerHTML = came.html;
    else still.textContent = came.words ?? "";
    window.htmx?.process(still);
    this.#attend(still);
  }

  #attend(body) {
    if (!this.focus) return;
    this.focus = false;
    body.closest("section").scrollIntoView({ block: "nearest" });
    (body.querySelector("[data-take]") ?? body.querySelector("button, a"))?.focus({ preventScroll: true });
  }

  #click(event) {
    const asks = event.target.closest("[data-suggest]");
    if (asks) this.ask(Number(asks.dataset.suggest));
    const offer = event.target.closest(".desk-offer");
    if (!offer) return;
    if (event.target.closest("[data-take]")) this.#take(offer);
    else if (event.target.closest("[data-offer]")) this.#say(offer, true);
    else if (event.target.closest("[data-not-this]")) this.#say(offer, false);
  }

  /** Place it as only proposed: the technician still asks the customer. */
  #take(offer) {
    return this.#put(offer, {});
  }

  /** Fold the sentence for the phone out or in; one at a time. */
  #say(offer, open) {
    for (const other of this.box.querySelectorAll(".desk-offer")) this.#unfold(other, open && other === offer);
    const field = offer.querySelector("input[name=consent]");
    if (open) field?.focus();
    else offer.querySelector("[data-offer]")?.focus();
  }

  #unfold(offer, open) {
    const said = offer.querySelector(".desk-say");
    if (!said) return;
    said.hidden = !open;
    offer.toggleAttribute("data-offering", open); // while it is open the panel is not read again
    offer.querySelector("[data-offer]")?.setAttribute("aria-expanded", String(open));
  }

  #agreed(event) {
    const offer = event.target.closest(".desk-offer");
    if (!offer) return;
    event.preventDefault();
    const who = event.target.elements.consent.value.trim();
    if (!who) {
      event.target.elements.consent.focus();
      return;
    }
    this.#put(offer, { consent: who, until: this.#minute(offer.dataset.until) });
  }

  async #put(offer, more) {
    const { app } = this;
    const { technician, starts, minutes, order, version } = offer.dataset;
    const known = app.store.orders.get(Number(order));
    // The version the suggestion was made for: if anybody was quicker, the server says so.
    const row = { state: "ready", status: "", ...known, id: Number(order), version: Number(version) };
    const buttons = [...offer.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    const how = { technician: Number(technician), starts: this.#minute(starts), minutes: Number(minutes), ...more };
    const done = await app.acts.place(row, how);
    for (const button of buttons) button.disabled = false;
    if (!done) return;
    this.wanted = 0;
    this.#clear();
    this.#unfold(offer, false);
    app.panel?.refresh({ now: true });
    app.hands?.focus(Number(order));
  }

  /** A moment (seconds since 1970) as a minute of the view; undefined for none. */
  #minute(epoch) {
    return epoch ? (Number(epoch) - this.app.store.view.from) / 60 : undefined;
  }

  #point(target) {
    const offer = target.closest?.(".desk-offer");
    if (!offer || offer === this.shown) return;
    this.shown = offer;
    const { order, technician, starts, minutes, label } = offer.dataset;
    const from = this.#minute(starts);
    if (from < 0 || from >= this.app.store.view.days * 1440) { // a day that is not in view
      this.app.grid.clearGhosts(LAYER);
      return;
    }
    const ghost = { order: Number(order), technician: Number(technician), starts: from, ends: from + Number(minutes), kind: "suggest", label };
    this.app.grid.ghosts([ghost], LAYER);
    this.#reveal(ghost);
  }

  /** Scroll the board to where the ghost stands. */
  #reveal({ technician, starts }) {
    const { grid } = this.app;
    const at = grid.placeOf(technician, starts);
    if (!at) return;
    const { box, axisHeight, headWidth, scroll } = grid;
    if (at.y < box.top + axisHeight || at.y + grid.barHeight > box.bottom) scroll.scrollTop += at.y - box.top - box.height / 2;
    if (at.x < box.left + headWidth || at.x > box.right - 80) scroll.scrollLeft += at.x - box.left - headWidth - (box.width - headWidth) / 3;
  }

  #leave(to) {
    if (this.shown && !this.shown.contains(to)) this.#clear();
  }

  #clear() {
    if (!this.shown) return;
    this.shown = null;
    this.app.grid.clearGhosts(LAYER);
  }
}
