/* A refusal, said where the bar went back to, and the ways out of it. */

import { sentence } from "./words.js";

const STAYS = 9_000;
let shown = null;

/** Put the reasons beside an order's bar; they go by themselves, or with any press. Over the queue they would hide others. */
export function refusalBeside(app, id, lines) {
  dismiss();
  if (!lines.length) return;
  const beside = app.grid.bar(id);
  if (!beside?.isConnected) return;
  const box = beside.getBoundingClientRect();
  if (box.bottom < 0 || box.top > innerHeight) return;
  shown = document.createElement("div");
  shown.className = "hands-said";
  shown.setAttribute("aria-hidden", "true"); // the note says it to screen readers
  for (const line of lines) {
    const text = document.createElement("p");
    text.textContent = line;
    shown.append(text);
  }
  document.body.append(shown);
  const width = shown.offsetWidth;
  const height = shown.offsetHeight;
  const left = Math.max(8, Math.min(box.left, innerWidth - width - 8));
  const above = box.bottom + height + 12 > innerHeight;
  shown.style.transform = `translate(${Math.round(left)}px, ${Math.round(above ? box.top - height - 6 : box.bottom + 6)}px)`;
  beside.classList.add("went-back");
  const gone = shown;
  setTimeout(() => beside.classList.remove("went-back"), 1_200);
  setTimeout(() => gone === shown && dismiss(), STAYS);
  addEventListener("pointerdown", dismiss, { once: true, capture: true });
}

/** Take the reasons away. */
export function dismiss() {
  shown?.remove();
  shown = null;
}

/** The ways out of a refusal as [{label, act}]: another time or technician, or the verb that mends it. */
export function waysOut(acts, order, body) {
  const ways = new Map();
  const given = acts.tried?.id === order.id ? acts.tried : {};
  for (const lack of body.lacks ?? []) {
    if (["place", "undo_place", ""].includes(lack.fix)) {
      if (acts.placeable(order)) ways.set("place", { label: sentence("another_place"), act: () => acts.app.moving.open(order, given) });
    } else if (lack.fix_label) {
      ways.set(lack.fix, { label: lack.fix_label, act: () => acts.form(order, lack.fix) });
    }
  }
  return [...ways.values()].slice(0, 2);
}
