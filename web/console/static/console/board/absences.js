/* Sick or away: written down from a technician's row; at once it says which visits that strikes (H-A4, H-D3). */

import { dayClock, fieldsOf, minuteFrom, momentOf } from "./clock.js";
import { shortcut } from "./keys.js";
import { pool } from "./pool.js";
import { RowMenu } from "./row_menu.js";
import { send } from "./send.js";
import { say } from "./toasts.js";
import { numberOf } from "./words.js";

const REST = 250;
const DAY = 1440;

/** Begin. Gives the page app.away (the dialog) and app.rowMenu. */
export function start(app) {
  const dialog = document.getElementById("board-away");
  if (!dialog) return;
  app.away = new AwayDialog(app, dialog);
  app.rowMenu = new RowMenu(app);
  shortcut("a", () => app.away.openFor(app.rowMenu.here()));
}

class AwayDialog {
  constructor(app, dialog) {
    Object.assign(this, { app, dialog, words: pool("away-words-pool") });
    this.form = dialog.querySelector("form");
    this.part = (name) => dialog.querySelector(`[data-part="${name}"]`);
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#submit(); });
    this.form.addEventListener("input", () => this.#typed());
    dialog.addEventListener("click", (event) => this.#click(event));
  }

  /** Open it for a technician's number; says why not when nobody is meant, or the person may only look. */
  openFor(id) {
    const one = this.app.store.technicians.get(id);
    if (!one || !this.app.may) {
      say(this.words(this.app.may ? "nobody" : "look_only"), { tone: "error" });
      return;
    }
    this.one = one;
    this.dialog.querySelector("[data-put=name]").textContent = one.name;
    this.#fresh();
    this.dialog.showModal();
    this.form.elements.why[0].focus();
  }

  /** The form as for a new absence: from now, or the day's beginning, to the end of the shift. */
  #fresh() {
    this.changing = null;
    this.form.reset();
    this.form.hidden = false;
    this.part("done").hidden = true;
    this.part("submit").textContent = this.words("record");
    this.#known();
    this.#span("shift");
  }

  get #now() {
    return Math.floor((Date.now() / 1000 - this.app.store.view.from) / 60);
  }

  #span(kind) {
    const { view } = this.app.store;
    const now = this.#now;
    const day = now >= 0 && now < view.days * DAY ? Math.floor(now / DAY) * DAY : 0;
    const spans = (this.one.spans ?? []).filter(([from, to]) => from < day + DAY && to > day);
    const open = spans.length ? [spans[0][0], spans.at(-1)[1]] : [day, day + DAY];
    const start = kind === "day" ? open[0] : Math.max(open[0], Math.min(now, day + DAY - 1));
    const from = start < open[1] ? start : Math.max(now, open[0]); // after the shift: until midnight
    const until = { shift: from < open[1] ? open[1] : day + DAY, day: open[1], week: day + 7 * DAY }[kind];
    this.#fill(from, until);
  }

  #fill(from, until) {
    const { view } = this.app.store;
    const fields = this.form.elements;
    const [begin, end] = [fieldsOf(view, from), fieldsOf(view, until)];
    Object.assign(fields.from_day, { value: begin.date });
    Object.assign(fields.from, { value: begin.time });
    Object.assign(fields.to_day, { value: end.date });
    Object.assign(fields.to, { value: end.time });
    this.#typed();
  }

  /** The absences that run or come, each with its way back. */
  #known() {
    const { view } = this.app.store;
    const rows = (this.one.away ?? []).filter(([, to]) => to > this.#now).map(([from, to, reason, id]) => {
      const running = from <= this.#now;
      const said = { from: dayClock(view, from), to: dayClock(view, to), reason };
      const row = node("div", "away-known");
      row.append(node("p", "", this.words(running ? "running" : "coming", said)));
      const end = button(this.words(running ? "back" : "take_back"), () => this.#end(id, running));
      row.append(end, button(this.words("change"), () => this.#change([from, to, reason, id])));
      return row;
    });
    this.part("known").replaceChildren(...rows);
  }

  #change([from, to, reason, id]) {
    this.changing = id;
    const radios = [...this.form.elements.why];
    const radio = radios.find((one) => one.value === reason || one.parentElement.textContent.trim() === reason) ?? radios.at(-1);
    radio.checked = true;
    this.form.elements.words.value = radio.value ? "" : reason;
    this.part("submit").textContent = this.words("keep");
    this.#fill(from, to);
    this.form.elements.to.focus();
  }

  #read() {
    const { view } = this.app.store;
    const fields = this.form.elements;
    const at = (day, time) => (day.value && time.value ? minuteFrom(view, day.value, time.value) : NaN);
    const [from, to] = [at(fields.from_day, fields.from), at(fields.to_day, fields.to)];
    if (!Number.isFinite(from) || !Number.isFinite(to)) return null;
    const iso = (minute) => new Date(momentOf(view, minute)).toISOString();
    return { from, to, data: { starts_at: iso(from), ends_at: iso(to), reason: fields.why.value || fields.words.value.trim() } };
  }

  #typed() {
    const own = !this.form.elements.why.value;
    this.part("words").hidden = !own;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.#look(), REST);
  }

  /** Ask what it would strike. An answer that comes too late is dropped. */
  async #look() {
    const read = this.#read();
    const asked = (this.asked = Symbol("asked"));
    if (!read) {
      this.#struck([]);
      this.#lacks([this.words("unread")]);
      return;
    }
    const { starts_at, ends_at } = read.data;
    const query = new URLSearchParams({ starts_at, ends_at, ...(this.changing ? { absence: this.changing } : {}) });
    try {
      const answer = await fetch(`${this.app.url("board_absence", this.one.id)}?${query}`, { redirect: "manual", signal: AbortSignal.timeout(10_000) });
      if (!answer.ok || asked !== this.asked) return;
      const { struck, lacks, errors = {} } = await answer.json();
      this.#struck(struck);
      this.#lacks([...lacks.map((lack) => lack.message), ...Object.values(errors).flat()]);
    } catch {
      // It is said again when it is recorded.
    }
  }

  #struck(rows) {
    this.part("struck-title").textContent = this.words(rows.length ? "struck" : "none_struck", { n: rows.length });
    this.part("struck").replaceChildren(...rows.map((row) => this.#line(row)));
    this.rows = rows;
  }

  #line(row) {
    const line = node("li");
    line.append(node("span", "strong", row.clock), node("span", "", [row.number ?? numberOf(row.order), row.customer].join(" ")));
    const more = [row.district, row.state_label, row.promised ? this.words("promised") : ""];
    line.append(node("span", "quiet", more.filter(Boolean).join(" · ")));
    return line;
  }

  #lacks(lines) {
    this.part("lacks").textContent = lines.join(" ");
  }

  async #submit() {
    const read = this.#read();
    if (!read) return this.#lacks([this.words("unread")]);
    if (!read.data.reason) {
      this.#lacks([this.words("reason")]);
      this.form.elements.words.focus();
      return undefined;
    }
    const url = this.changing ? this.app.url("board_absence_do", this.changing, "change") : this.app.url("board_absence", this.one.id);
    const answer = await this.#send(url, read.data);
    if (answer) this.#done(answer, read);
    return undefined;
  }

  /** Send it once; null and the reasons on the form when it was refused. */
  async #send(url, data) {
    const submit = this.part("submit");
    submit.disabled = true;
    try {
      const came = await send(url, data, this.key);
      this.key = came.kind === "lost" ? came.key : undefined; // unknown what became of it: the same act again (H-N3)
      if (came.kind === "done") {
        this.app.store.refresh();
        return came.body;
      }
      const { lacks = [], errors = {}, detail } = came.body ?? {};
      const lines = [...lacks.map((lack) => lack.message), ...Object.values(errors).flat()];
      this.#lacks(lines.length ? lines : [detail ?? this.words("lost")]);
      return null;
    } finally {
      submit.disabled = false;
    }
  }

  #done(answer, read) {
    const { view } = this.app.store;
    const facts = { technician: this.one.name, from: dayClock(view, read.from), to: dayClock(view, read.to) };
    this.struckOrders = answer.struck;
    this.form.hidden = true;
    this.part("known").replaceChildren();
    this.part("done").hidden = false;
    this.part("done-words").textContent = this.words("recorded", facts);
    const rows = (this.rows ?? []).filter((row) => answer.struck.includes(row.order));
    this.part("done-title").textContent = this.words(answer.struck.length ? "wait" : "none_struck", { n: answer.struck.length });
    this.part("done-struck").replaceChildren(...rows.map((row) => this.#line(row)));
    this.part("plan").hidden = !answer.struck.length;
    (answer.struck.length ? this.part("plan") : this.part("done")).focus();
  }

  async #end(id, running) {
    const answer = await this.#send(this.app.url("board_absence_do", id, "end"), {});
    if (!answer) return;
    this.dialog.close();
    say(this.words(running ? "ended" : "taken_back", { technician: this.one.name }));
  }

  #click(event) {
    const span = event.target.closest("[data-span]")?.dataset.span;
    if (span) this.#span(span);
    if (event.target.closest("[data-part=plan]")) {
      this.dialog.close();
      const detail = { reason: "absence", technician: this.one.id, orders: this.struckOrders };
      this.app.store.dispatchEvent(new CustomEvent("plan:again", { detail }));
    }
  }
}

function node(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

function button(label, act) {
  const made = node("button", "button small", label);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}
