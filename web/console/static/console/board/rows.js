/* One technician's row: the head with name and load, and the line with hours, breaks, ways and visits. */

import { clock } from "./clock.js";
import { lanes } from "./axis.js";

/** Pixels: a bar, the room round it, and a heading. */
export const BAR = 26;
export const ROOM = 2;
export const HEADING = 26;

/** Height of a row that holds these visits. */
export function heightOf(visits) {
  return lanes(visits).count * (BAR + ROOM) + ROOM + 1; // and the line below it
}

/** Draws rows; one for a board. `pieces` are the page's <template>s and words. */
export class Rows {
  constructor(store, axis, pieces) {
    this.store = store;
    this.axis = axis;
    this.pieces = pieces;
  }

  /** Make an empty row. */
  make(technician) {
    const node = this.pieces.clone("row");
    node.dataset.technician = technician.id;
    node.bars = new Map();
    this.head(node, technician);
    this.hours(node, technician);
    return node;
  }

  /** Write name, load and signs. */
  head(node, technician) {
    const head = node.querySelector(".row-head");
    const visits = this.store.visitsOf(technician.id).filter((order) => order.status !== "done");
    head.querySelector("[data-put=name]").textContent = technician.name;
    head.querySelector("[data-put=load]").textContent = this.#load(technician);
    const off = !technician.spans.length;
    const sign = head.querySelector("[data-put=sign]");
    sign.hidden = !off;
    node.classList.toggle("off", off);
    const said = [technician.name, this.pieces.word("n_visits", { n: visits.length })];
    if (off) said.push(this.pieces.word(technician.away.length ? "away" : "no_shift"));
    node.setAttribute("aria-label", said.join(". "));
    head.title = said.join(" · ");
  }

  /** Work on the row against its hours, as a share. */
  #load(technician) {
    const hours = technician.spans.reduce((sum, [from, to]) => sum + to - from, 0);
    if (!hours) return "–";
    const visits = this.store.visitsOf(technician.id);
    const work = visits.reduce((sum, order) => sum + (order.ends - order.starts) + (order.travel ?? 0), 0);
    return `${Math.round((100 * work) / hours)} %`;
  }

  /** Draw shift, absences and breaks. */
  hours(node, technician) {
    const line = node.querySelector(".row-hours");
    const found = technician.spans.map(([from, to]) => this.#span("shift", from, to));
    for (const [from, to, reason] of technician.away) {
      const away = this.#span("away", from, to);
      away.textContent = reason || this.pieces.word("away");
      found.push(away);
    }
    for (const [earliest, latest, minutes] of technician.rests) {
      const rest = this.#span("rest", earliest, latest + minutes);
      rest.title = this.pieces.word("rest", { n: minutes });
      found.push(rest);
    }
    line.replaceChildren(...found);
  }

  #span(kind, from, to) {
    const node = document.createElement("div");
    node.className = kind;
    const end = Math.min(to, this.store.view.days * 1440);
    const start = Math.max(0, from);
    node.style.left = `${this.axis.x(start)}px`;
    node.style.width = `${Math.max(0, this.axis.x(end - start))}px`;
    return node;
  }

  /** Draw the visits: what is there already is changed in place, so that it keeps the focus and the pointer. */
  visits(node, technician) {
    const line = node.querySelector(".row-bars");
    const visits = this.store.visitsOf(technician.id);
    const { lanes: where } = lanes(visits);
    const seen = new Set();
    visits.forEach((order, index) => {
      seen.add(order.id);
      let parts = node.bars.get(order.id);
      if (!parts) {
        parts = this.#bar(order.id);
        node.bars.set(order.id, parts);
        line.append(...Object.values(parts));
      }
      this.#dress(parts, order, where[index]);
    });
    for (const [id, parts] of node.bars) {
      if (seen.has(id)) continue;
      for (const part of Object.values(parts)) part.remove();
      node.bars.delete(id);
    }
  }

  #bar(id) {
    const bar = this.pieces.clone("bar");
    bar.dataset.order = id;
    const way = document.createElement("div");
    way.className = "way";
    const promise = document.createElement("div");
    promise.className = "promise";
    return { way, promise, bar };
  }

  #dress({ bar, way, promise }, order, lane) {
    const { axis, pieces } = this;
    const top = ROOM + lane * (BAR + ROOM);
    const look = pieces.look(order.state);
    const shape = order.flags.includes("sos") || order.flags.includes("escalated") ? "exception" : order.status || "proposed";
    const classes = ["bar", look.class, "visit", `visit-${shape}`];
    if (order.risk) classes.push("late");
    if (order.priority === 1) classes.push("urgent-bar");
    if (order.pending) classes.push("pending");
    if (!this.store.shows(order)) classes.push("dim");
    if (order.id === this.store.selected) classes.push("chosen");
    if (bar.classList.contains("held")) classes.push("held");
    bar.className = classes.join(" ");
    bar.style.transform = `translate(${axis.x(order.starts)}px, ${top}px)`;
    bar.style.width = `${Math.max(6, axis.x(order.ends - order.starts))}px`;
    bar.querySelector("use").setAttribute("href", `${pieces.icons}#${look.shape}`);
    bar.querySelector(".bar-name").textContent = order.customer || String(order.id).padStart(6, "0");
    bar.querySelector(".bar-place").textContent = order.district ?? "";
    for (const [sign, there] of [["pin", order.pinned], ["lock", order.status === "locked"], ["late", order.risk], ["urgent", order.priority === 1], ["no-place", order.flags.includes("no_place")]]) {
      bar.querySelector(`.bar-${sign}`).hidden = !there;
    }
    bar.setAttribute("aria-label", this.says(order));
    this.#thin(way, order.travel && order.status !== "done", order.starts - (order.travel ?? 0), order.travel, top + BAR / 2 - 2);
    this.#thin(promise, order.until && order.until > order.starts, order.starts, (order.until ?? 0) - order.starts, top + BAR - 2);
  }

  #thin(node, there, from, minutes, top) {
    node.hidden = !there;
    if (!there) return;
    node.style.transform = `translate(${this.axis.x(from)}px, ${top}px)`;
    node.style.width = `${this.axis.x(minutes)}px`;
  }

  /** Everything of an order in one sentence, for who can't see the bar. */
  says(order) {
    return this.facts(order).flat().filter(Boolean).join(", ");
  }

  /** The same as lines: [number and customer, state and time, place and thing, signs]. */
  facts(order) {
    const { view } = this.store;
    const { pieces } = this;
    const at = order.starts == null ? "" : `${clock(view, order.starts)}–${clock(view, order.ends)}`;
    const until = order.until && order.until > order.starts ? pieces.word("until", { at: clock(view, order.until) }) : "";
    const signs = [
      order.risk ? pieces.word("risk") : "",
      order.priority === 1 ? pieces.word("urgent") : "",
      order.pinned ? pieces.word("pinned") : "",
      ...order.flags.map((flag) => pieces.word(`flag_${flag}`)),
      order.pending ? pieces.word("pending") : "",
    ];
    return [
      [String(order.id).padStart(6, "0"), order.customer],
      [at, pieces.look(order.state).label, order.status ? pieces.word(`status_${order.status}`) : "", until],
      [order.district, view.categories[order.category], order.travel ? pieces.word("travel", { n: order.travel }) : ""],
      signs,
    ];
  }
}
