/* One technician's row: the head with name and load, and the line with hours, breaks, ways and visits. */

import { lanes } from "./axis.js";
import { BAR, Bars, ROOM } from "./bars.js";

export { BAR, ROOM };
export const HEADING = 26;
const FULL = 100; // per cent: more than there are hours for

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
    this.bars = new Bars(store, axis, pieces);
  }

  /** Make an empty row. */
  make(technician) {
    const node = this.pieces.clone("row");
    node.dataset.technician = technician.id;
    node.bars = new Map();
    node.line = node.querySelector(".row-bars");
    this.head(node, technician);
    this.hours(node, technician);
    return node;
  }

  /** Make the heading of a group; `fold` is what pressing it does. */
  heading({ label }, fold) {
    const node = this.pieces.clone("group");
    node.querySelector("[data-put=label]").textContent = label;
    node.querySelector("button").addEventListener("click", fold);
    return node;
  }

  /** Write name, load and signs. */
  head(node, technician) {
    const visits = this.store.visitsOf(technician.id);
    if (node.headOf === technician && node.visits === visits) return;
    node.headOf = technician;
    node.visits = visits;
    const { pieces } = this;
    const head = node.querySelector(".row-head");
    const load = loadOf(technician, visits);
    head.querySelector("[data-put=name]").textContent = technician.name;
    head.querySelector("[data-put=load]").textContent = load == null ? "–" : `${load} %`;
    head.classList.toggle("over", load > FULL);
    const off = !technician.spans.length;
    head.querySelector("[data-put=sign]").hidden = !off;
    node.classList.toggle("off", off);
    const ahead = visits.filter((order) => order.status !== "done").length;
    const said = [technician.name, pieces.word("n_visits", { n: ahead })];
    if (off) said.push(pieces.word(technician.away.length ? "away" : "no_shift"));
    node.setAttribute("aria-label", said.join(". "));
    const skills = technician.skills.map((skill) => this.store.view.skills[skill]).filter(Boolean).join(", ");
    head.title = [...said, load == null ? "" : pieces.word("load", { n: load }), pieces.word(`area_${technician.area}`), skills]
      .filter(Boolean).join(" · ");
  }

  /** Draw shift, absences and breaks. */
  hours(node, technician) {
    const found = technician.spans.map(([from, to]) => this.#span("shift", from, to));
    for (const [from, to, reason] of technician.away) {
      const away = this.#span("away", from, to);
      const words = document.createElement("span");
      words.textContent = reason || this.pieces.word("away");
      away.append(words);
      found.push(away);
    }
    for (const [earliest, latest, minutes] of technician.rests) found.push(this.#span("rest", earliest, latest + minutes));
    node.querySelector(".row-hours").replaceChildren(...found);
  }

  /** What a moment of somebody's row is besides visits, as lines: away and why, a break, outside the shift. */
  facts(technician, minute) {
    const { pieces } = this;
    const within = ([from, to]) => from <= minute && minute < to;
    const away = technician.away.filter(within).map(([, , reason]) => reason || pieces.word("away"));
    const rest = technician.rests.filter(([from, to, minutes]) => within([from, to + minutes]));
    return [...away, ...rest.map(([, , minutes]) => pieces.word("rest", { n: minutes }))];
  }

  /** Draw the visits between two minutes: what is there is changed in place, so that it keeps focus and pointer.
      `bare`: without what the eye misses last (see Bars). */
  visits(node, technician, from = -Infinity, to = Infinity, bare = false) {
    const visits = this.store.visitsOf(technician.id);
    const { lanes: where } = lanes(visits);
    const seen = new Set();
    const fresh = [];
    visits.forEach((order, index) => {
      let parts = node.bars.get(order.id);
      const near = order.starts - (order.travel ?? 0) < to && Math.max(order.ends, order.until ?? 0) > from;
      if (!near && !(parts && (parts.nodes.bar === document.activeElement || parts.nodes.bar.classList.contains("held")))) return;
      seen.add(order.id);
      if (!parts) {
        parts = this.bars.make(order.id);
        node.bars.set(order.id, parts);
        fresh.push(parts.nodes.bar);
      }
      this.bars.dress(parts, order, where[index], node.line, bare);
    });
    node.line.append(...fresh);
    for (const [id, { nodes }] of node.bars) {
      if (seen.has(id)) continue;
      for (const part of Object.values(nodes)) part.remove();
      node.bars.delete(id);
    }
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
}

/** Work and travel on a row against its hours, in per cent; null where there are no hours. */
function loadOf(technician, visits) {
  const hours = technician.spans.reduce((sum, [from, to]) => sum + to - from, 0);
  if (!hours) return null;
  const work = visits.reduce((sum, order) => sum + (order.ends - order.starts) + (order.travel ?? 0), 0);
  return Math.round((100 * work) / hours);
}
