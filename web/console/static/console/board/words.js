/* What is said about moving visits: sentences from the page's <template id="hands-words">, filled with facts. */

import { clock, dayClock } from "./clock.js";

let pool = null;

/** One sentence of the page by its name, with {facts} put in; "" when the page has none. */
export function sentence(name, facts = {}) {
  pool ??= document.getElementById("hands-words")?.content ?? document.createDocumentFragment();
  const found = pool.querySelector(`[data-word="${name}"]`);
  return (found?.textContent.trim() ?? "").replace(/\{(\w+)\}/g, (_, key) => facts[key] ?? "");
}

/** An order's number as people know it. */
export const numberOf = (id) => String(id).padStart(6, "0");

/** An order as people know it: its number and the customer. */
export const nameOf = (order) => [numberOf(order.id), order.customer].filter(Boolean).join(" ");

/** A reason of feasible.js in words. */
export function reasonWords(store, reason) {
  const { view, technicians } = store;
  const facts = { ...reason };
  if (reason.technician) facts.technician = technicians.get(reason.technician)?.name ?? "";
  if (reason.skills) facts.skills = reason.skills.map((id) => view.skills?.[id] ?? id).join(", ");
  if (reason.order) facts.order = numberOf(reason.order);
  for (const name of ["to", "at"]) if (reason[name] != null) facts[name] = clock(view, reason[name]);
  if (reason.from != null) facts.from = dayClock(view, reason.from); // a wish may be for another day
  const which = reason.code === "away" && !reason.reason ? "away_bare" : reason.code;
  const exact = reason.code === "promised" && reason.from === reason.to ? "promised_at" : which;
  return sentence(exact, facts);
}

/** Who has an order and when, in words; "" while nobody has it. */
export function standing(store, order) {
  const technician = store.technicians.get(order?.technician)?.name;
  if (!technician) return "";
  if (order.starts == null) return sentence("stands_with", { technician });
  const until = order.ends == null ? "" : `–${clock(store.view, order.ends)}`; // how long it is may be what was changed
  return sentence("stands_at", { technician, time: dayClock(store.view, order.starts) + until });
}
