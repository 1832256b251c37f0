/* From the board's store to what the map shows. Nothing here touches the page or the map. */

import { clock } from "./clock.js";
import { boxAround, doubt, middle } from "./map_geo.js";

const DAY = 1440;
const STALE = 30 * 60; // seconds after which a position says where somebody was, not where they are
const OVER = new Set(["closed", "cancelled", "rejected"]);
/** Somebody has still to find the way there. */
const AHEAD = new Set(["requested", "needs_info", "ready", "assigned", "accepted", "contacted", "consulting", "en_route"]);

/** The minutes of the view that the map shows: today's where today is in view, else the first day's. */
export function dayShown(view, now) {
  const minute = Math.floor((now / 1000 - view.from) / 60);
  const today = Math.floor(minute / DAY) * DAY;
  const first = today >= 0 && today < view.days * DAY ? today : 0;
  return { first, last: first + DAY, today: first === today };
}

/** Say how long ago a moment (seconds) was, in the page's words. */
export function ageOf(at, now, words) {
  const minutes = Math.max(0, Math.floor((now / 1000 - at) / 60));
  if (minutes < 1) return words.now;
  const fill = (pattern, facts) => pattern.replace(/\{(\w+)\}/g, (_, key) => facts[key]);
  const hours = Math.floor(minutes / 60);
  const time = hours ? fill(words.h_min, { h: hours, m: minutes % 60 }) : fill(words.min, { n: minutes });
  return fill(words.past, { time });
}

/**
 * What is to be shown: {stops: Map technician → orders in visit order, loose: orders nobody has, missing: [[order,
 * doubt]], places: Map order → place, homes: Map technician → place, names: [{place, text}], centre, box}.
 * `shows(order)` and `knows(technician)` are the board's filter.
 */
export function survey(store, now, { shows = () => true, knows = () => true } = {}) {
  const { view } = store;
  const { first, last } = dayShown(view, now);
  const stops = new Map();
  const found = { stops, loose: [], missing: [], places: new Map(), homes: new Map() };
  const orders = [...store.orders.values()].filter((order) => shows(order) && within(order, first, last));
  const centre = view.outlet?.place ?? middle(orders.map((order) => order.place).filter((place) => !doubt(place, null)));
  for (const order of orders) {
    const wrong = doubt(order.place, centre);
    if (!wrong) found.places.set(order.id, order.place);
    else if (AHEAD.has(order.state)) found.missing.push([order, wrong]);
    if (order.technician && order.starts != null) list(stops, order.technician).push(order);
    else found.loose.push(order);
  }
  for (const mine of stops.values()) mine.sort((a, b) => a.starts - b.starts || a.id - b.id);
  for (const one of store.technicians.values()) {
    if (knows(one) && !doubt(one.place, centre)) found.homes.set(one.id, one.place);
  }
  found.centre = centre;
  found.names = districts(orders, found.places);
  found.box = boxAround([...found.places.values(), ...[...stops.keys()].map((id) => found.homes.get(id)).filter(Boolean)]);
  return found;
}

function within(order, first, last) {
  if (order.starts == null) return !OVER.has(order.state);
  return order.starts < last && order.ends > first;
}

function list(map, key) {
  if (!map.has(key)) map.set(key, []);
  return map.get(key);
}

function districts(orders, places) {
  const by = new Map();
  for (const order of orders) if (order.district && places.has(order.id)) list(by, order.district).push(places.get(order.id));
  return [...by].sort(([, a], [, b]) => b.length - a.length).map(([text, all]) => ({ text, place: middle(all) }));
}

/** The survey as the layer draws it. `seen`: Map technician → {place, at}; `put(place)`: where it lies on the map. */
export function sceneOf(store, found, seen, { now, words, put, knows = () => true }) {
  const { view } = store;
  const { today } = dayShown(view, now);
  const orders = [];
  const routes = [];
  for (const order of found.loose) {
    const place = found.places.get(order.id);
    if (place) orders.push({ ...drawn(order, put(place)), loose: true, label: "" });
  }
  for (const [technician, mine] of found.stops) {
    const home = found.homes.get(technician);
    const points = home ? [put(home)] : [];
    mine.forEach((order, index) => {
      const place = found.places.get(order.id);
      if (!place) return;
      points.push(put(place));
      orders.push({ ...drawn(order, put(place)), label: `${index + 1} · ${clock(view, order.starts)}` });
    });
    if (points.length > 1) routes.push({ technician, points });
  }
  const people = [...store.technicians.values()].filter(knows).map((one) => {
    const last = today ? seen.get(one.id) : null;
    const home = found.stops.has(one.id) || last ? found.homes.get(one.id) : null;
    const person = { id: one.id, name: one.name, home: home && put(home), at: last && put(last.place) };
    if (last) Object.assign(person, { age: ageOf(last.at, now, words), stale: now / 1000 - last.at > STALE });
    return person;
  });
  return { orders, routes, people, names: found.names.map(({ text, place }) => ({ text, at: put(place) })) };
}

function drawn(order, at) {
  const over = order.status === "done";
  return { id: order.id, at, state: order.state, risk: Boolean(order.risk), over, technician: order.technician };
}
