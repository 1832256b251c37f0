/* The list beside the map says in words what the map shows: it is the map, for who uses keys or a screen reader. */

import { clock } from "./clock.js";
import { ageOf } from "./map_scene.js";
import { nameOf } from "./words.js";

const FEW = 3; // a section as short as this is open from the beginning

/** Draws the list into `box`; `pressed(kind, id)` hears "technician", "order" and "place" (set the place). */
export class MapList {
  constructor(box, words, time, pressed) {
    Object.assign(this, { box, words, time, pressed, folds: new Map() });
    box.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-kind]");
      if (button) pressed(button.dataset.kind, Number(button.dataset.id));
    });
  }

  /** Draw it anew; focus and scroll stay. `chosen`: {order, technician}; `states`: state → label; `may` set places. */
  show(store, found, seen, { now, chosen, states, may, people }) {
    Object.assign(this, { store, found, seen, now, chosen, states, may });
    const { box } = this;
    const focus = box.contains(document.activeElement) ? document.activeElement : null;
    const kept = focus && [focus.dataset.kind, focus.dataset.id];
    const top = box.scrollTop;
    const parts = [this.#missing(), this.#people(people), this.#loose()].flat();
    box.replaceChildren(...parts);
    box.scrollTop = top;
    if (kept) box.querySelector(`button[data-kind="${kept[0]}"][data-id="${kept[1]}"]`)?.focus({ preventScroll: true });
  }

  /** Bring the chosen order or technician into sight. */
  reveal() {
    const line = this.box.querySelector('[data-kind="order"][aria-current]') ?? this.box.querySelector('[aria-expanded="true"]');
    line?.scrollIntoView({ block: "nearest" });
  }

  #missing() {
    const { missing } = this.found;
    if (!missing.length) return [];
    const rows = missing.slice(0, 100).map(([order, doubt]) => {
      const row = node("li", "map-missing");
      row.append(this.#order(order), node("p", "quiet", this.words(`doubt_${doubt}`)));
      if (this.may) row.append(button("place", order.id, "button small", this.words("set_place")));
      return row;
    });
    return this.#section("missing", missing.length, rows);
  }

  #people(people) {
    const rows = people.map((one) => {
      const row = node("li");
      const mine = this.found.stops.get(one.id) ?? [];
      const open = this.chosen.technician === one.id;
      const line = button("technician", one.id, "map-person");
      line.setAttribute("aria-expanded", String(open));
      const last = this.seen.get(one.id);
      line.append(node("span", "strong cut", one.name));
      line.append(node("span", "quiet", this.words("visits", { n: mine.length })));
      line.append(node("span", "quiet map-age", last ? ageOf(last.at, this.now, this.time) : this.words("unseen")));
      row.append(line);
      if (open) {
        const stops = node("ol", "map-stops");
        stops.append(...mine.map((order) => item(this.#order(order, true))));
        row.append(mine.length ? stops : node("p", "quiet map-stops", this.words("no_visits")));
      }
      return row;
    });
    return rows.length ? this.#section("people", people.length, rows) : [];
  }

  #loose() {
    const { loose, places } = this.found;
    const placed = loose.filter((order) => places.has(order.id));
    return placed.length ? this.#section("loose", placed.length, placed.slice(0, 100).map((order) => item(this.#order(order)))) : [];
  }

  #order(order, timed = false) {
    const line = button("order", order.id, "map-order");
    if (order.id === this.chosen.order) line.setAttribute("aria-current", "true");
    if (timed) line.append(node("span", "strong", clock(this.store.view, order.starts)));
    line.append(node("span", "cut", nameOf(order)));
    const more = [order.district, this.states.get(order.state), order.risk ? this.words("risk") : ""];
    line.append(node("span", "quiet cut", more.filter(Boolean).join(" · ")));
    return line;
  }

  #section(name, count, rows) {
    const fold = node("details", "map-section");
    fold.open = this.folds.get(name) ?? (name === "people" || count <= FEW);
    fold.addEventListener("toggle", () => this.folds.set(name, fold.open));
    const title = node("summary");
    title.append(node("h3", "", `${this.words(name)} (${count})`));
    const list = node("ul", "map-rows");
    list.append(...rows);
    fold.append(title, list);
    return [fold];
  }
}

function node(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

function button(kind, id, className, text = "") {
  const made = node("button", className, text);
  made.type = "button";
  made.dataset.kind = kind;
  made.dataset.id = id;
  return made;
}

function item(inside) {
  const made = node("li");
  made.append(inside);
  return made;
}
