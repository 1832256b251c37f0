/* The dialog that does what every drag does: whom, when, how long, who agreed. Usable by keyboard alone. */

import { fieldsOf, minuteFrom } from "./clock.js";
import { Judge, minuteOf, minutesOf } from "./feasible.js";
import { nameOf, reasonWords, sentence } from "./words.js";

const ROUND = 5;

/** The move dialog of a page. `app.moving` is one of these. */
export class MoveDialog {
  constructor(app) {
    this.app = app;
    this.dialog = document.getElementById("hands-move");
    this.form = this.dialog?.querySelector("form");
    this.order = null;
    this.form?.addEventListener("submit", (event) => { event.preventDefault(); this.#submit(); });
    this.form?.addEventListener("input", () => this.#judge());
  }

  /** Open it for an order, filled with where it is, or with what is given: {technician, starts, minutes …}. */
  open(order, given = {}) {
    if (!this.dialog || !order) return;
    const { store } = this.app;
    this.order = order;
    this.judge = new Judge(store, order, minuteOf(store.view));
    this.form.reset();
    const fields = this.form.elements;
    this.#choices(fields.technician, given.technician ?? order.technician);
    const starts = given.starts ?? order.starts ?? this.#firstFree(Number(fields.technician.value), order);
    const { date, time } = fieldsOf(store.view, starts);
    Object.assign(fields.date, { value: date });
    Object.assign(fields.time, { value: time });
    fields.minutes.value = Math.round(given.minutes ?? minutesOf(order));
    fields.consent.value = given.consent ?? "";
    fields.overtime.checked = Boolean(given.overtime);
    fields.until.value = given.until == null ? "" : fieldsOf(store.view, given.until).time;
    this.dialog.querySelector("[data-put=what]").textContent = nameOf(order);
    this.#judge();
    this.dialog.showModal();
    fields.technician.focus();
  }

  #choices(select, chosen) {
    const { technicians } = this.app.store;
    const all = [...technicians.values()].map((one) => [one, this.judge.never(one.id).length > 0]);
    all.sort(([a, x], [b, y]) => x - y || a.name.localeCompare(b.name));
    select.replaceChildren(...all.map(([one, never]) => {
      const label = never ? sentence("choice_untrained", { technician: one.name }) : one.name;
      return new Option(label, one.id, false, one.id === chosen);
    }));
  }

  /** Where a first guess puts it: the first free place of the day, on a round minute. */
  #firstFree(technician, order) {
    const wish = order.wish_from ?? 0;
    const places = this.app.store.technicians.has(technician) ? this.judge.places(technician) : [];
    const place = places.find(([from, to]) => to - Math.max(from, wish) >= minutesOf(order)) ?? places[0];
    const from = place ? Math.max(place[0], Math.min(wish, place[1] - minutesOf(order))) : Math.max(this.judge.now, 540);
    return Math.ceil(from / ROUND) * ROUND;
  }

  #read() {
    const { view } = this.app.store;
    const fields = this.form.elements;
    return {
      technician: Number(fields.technician.value),
      starts: minuteFrom(view, fields.date.value, fields.time.value),
      minutes: Number(fields.minutes.value),
      consent: fields.consent.value.trim(),
      overtime: fields.overtime.checked,
      until: fields.until.value ? minuteFrom(view, fields.date.value, fields.until.value) : undefined,
    };
  }

  /** Say at once what speaks against what stands in the form. */
  #judge() {
    const read = this.#read();
    const box = this.dialog.querySelector("[data-put=judged]");
    if (!Number.isFinite(read.starts) || !(read.minutes > 0)) {
      box.replaceChildren();
      return;
    }
    const found = this.judge.reasons(read.technician, read.starts, read.minutes).filter((reason) => {
      return !(reason.consent && read.consent) && !(reason.overtime && read.overtime);
    });
    const lines = found.map((reason) => line(reasonWords(this.app.store, reason), reason.hard ? "hard" : "soft"));
    box.replaceChildren(...(lines.length ? lines : [line(sentence("fits"), "fits")]));
  }

  async #submit() {
    if (!this.form.checkValidity()) {
      this.form.reportValidity();
      return;
    }
    const read = this.#read();
    this.dialog.close();
    const order = this.app.store.orders.get(this.order.id) ?? this.order;
    await this.app.acts.place(order, read);
    this.app.hands?.focus(order.id);
  }
}

function line(text, tone = "") {
  const made = document.createElement("p");
  made.className = tone;
  made.textContent = text;
  return made;
}
