/* What is said about plans: sentences and pieces of the page from its templates, filled with facts. */

import { clock } from "./clock.js";

let pool = null;

/** One sentence of <template id="plan-words"> by its name, with {facts} put in; "" when there is none. */
export function word(name, facts = {}) {
  pool ??= document.getElementById("plan-words").content;
  const found = pool.querySelector(`[data-word="${name}"]`);
  return (found?.textContent.trim() ?? "").replace(/\{(\w+)\}/g, (_, key) => facts[key] ?? "");
}

/** A fresh copy of <template id="plan-…">. */
export const piece = (name) => document.getElementById(`plan-${name}`).content.cloneNode(true);

/** The element of a piece that takes something. */
export const put = (root, name) => root.querySelector(`[data-put="${name}"]`);

/** Put a text into its element. */
export function say(root, name, text) {
  put(root, name).textContent = text;
}

/** A list of sentences as <li>. */
export function lines(root, name, texts) {
  put(root, name).replaceChildren(...texts.map((text) => {
    const line = document.createElement("li");
    line.textContent = text;
    return line;
  }));
}

/** Seconds as people say them. */
export function lasts(seconds) {
  const minutes = Math.round(seconds / 60);
  const facts = { h: Math.floor(minutes / 60), m: minutes % 60 };
  return word(minutes < 60 ? "minutes" : "hours", facts);
}

/** The minute of the view at which a moment (ISO) lies. */
export const minuteOf = (view, moment) => (Date.parse(moment) / 1000 - view.from) / 60;

/** A moment (ISO) on the outlet's clock. */
export const clockOf = (view, moment) => clock(view, minuteOf(view, moment));

const LENGTHS = new Set(["travel", "longest", "spread"]);
const OUT_OF = { served: "orders", urgent: "urgent_orders" };
export const FIGURES = ["served", "urgent", "travel", "changes", "moved", "off", "calls", "longest", "spread"];

/** One figure in words: "12 of 30", "2 h 5 min", "3". */
export function figure(figures, name) {
  const value = figures[name] ?? 0;
  if (LENGTHS.has(name)) return lasts(value);
  return name in OUT_OF ? word("of", { n: value, all: figures[OUT_OF[name]] ?? 0 }) : String(value);
}
