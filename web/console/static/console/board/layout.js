/* Where each row stands and how high it is; worked out for all rows, drawn or not. */

import { grouped } from "./groups.js";
import { BAR, HEADING, ROOM, heightOf } from "./rows.js";

const LEAST = BAR + 2 * ROOM + 1;

/** Return {rows: [{key, top, height, technician} or {…, group, label, count}], height}. `folded`: Set of groups. */
export function laidOut(store, pieces, folded) {
  let top = 0;
  const rows = [];
  for (const { group, label, technicians } of grouped(store, pieces)) {
    if (label) {
      rows.push({ key: `g${group}`, group, label, count: technicians.length, top, height: HEADING });
      top += HEADING;
      if (folded.has(group)) continue;
    }
    for (const technician of technicians) {
      const height = Math.max(LEAST, heightOf(store.visitsOf(technician.id)));
      rows.push({ key: `t${technician.id}`, technician: technician.id, top, height });
      top += height;
    }
  }
  return { rows, height: top };
}

/** Why there is nothing to see: "nobody" works here, "filter", "off" (nobody works that day), "idle" (no orders), or "". */
export function emptiness(store, rows) {
  const { technicians, orders } = store;
  if (!technicians.size) return "nobody";
  if (!rows.length) return "filter";
  if (![...technicians.values()].some((one) => one.spans.length)) return "off";
  return orders.size ? "" : "idle";
}

/** From an hour before the first shift to an hour after the last; a week is all of its days. */
export function hoursOf({ view, technicians }) {
  if (view.days > 1) return [0, view.days * 1440];
  const spans = [...technicians.values()].flatMap((one) => one.spans);
  if (!spans.length) return [480, 1200];
  const from = Math.max(0, Math.min(...spans.map(([start]) => start)) - 60);
  const to = Math.min(1440, Math.max(...spans.map(([, end]) => end)) + 60);
  return [from, to];
}
