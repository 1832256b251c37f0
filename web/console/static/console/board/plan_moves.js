/* The moves of an option as a list: by technician, in the order of the day, each with its box. */

import { clockOf, piece, put, say, word } from "./plan_words.js";

/** Moves by the technician who would go, by name: [[moves of one], …]. */
export function group(moves) {
  const of = new Map();
  for (const move of moves) {
    if (!of.has(move.technician.id)) of.set(move.technician.id, []);
    of.get(move.technician.id).push(move);
  }
  const names = [...of.values()].sort((a, b) => a[0].technician.name.localeCompare(b[0].technician.name));
  for (const some of names) some.sort((a, b) => a.starts_at.localeCompare(b.starts_at));
  return names;
}

/** One technician's moves. */
export function groupBox(app, moves) {
  const made = piece("group");
  say(made, "name", moves[0].technician.name);
  say(made, "count", String(moves.length));
  const box = made.querySelector("[data-plan-group]");
  box.dataset.planGroup = moves[0].technician.id;
  if (!app.may || !moves.some((move) => move.state === "open")) box.remove();
  put(made, "rows").append(...moves.map((move) => moveRow(app, move, !app.may)));
  return made.firstElementChild;
}

/** One visit: where it stands, where it would. What was refused says why. `bare`: without a box. */
export function moveRow(app, move, bare = false) {
  const made = piece("move");
  const { view } = app.store;
  say(made, "number", move.number);
  say(made, "customer", move.customer);
  const at = (technician, moment) => word("before_after", { technician, time: moment ? clockOf(view, moment) : word("no_time") });
  const same = move.from_technician?.id === move.technician.id;
  const before = move.from_starts_at ? clockOf(view, move.from_starts_at) : word("no_time");
  say(made, "from", !move.from_technician ? word("nobody") : same ? before : at(move.from_technician.name, move.from_starts_at));
  say(made, "to", move.off ? word("off") : same ? clockOf(view, move.starts_at) : at(move.technician.name, move.starts_at));
  const box = made.querySelector("[data-plan-one]");
  const order = `${move.number} ${move.customer}`;
  box.dataset.planOne = move.order;
  box.setAttribute("aria-label", word("choose", { order }));
  if (bare || move.state !== "open") box.remove();
  made.querySelector("[data-plan-show]").dataset.planShow = move.order;
  const state = put(made, "state");
  state.hidden = move.state === "open";
  state.textContent = move.state_label;
  state.dataset.state = move.state;
  const why = put(made, "why");
  why.hidden = !move.refusal;
  why.textContent = move.refusal ? [move.refusal.title, move.refusal.detail].filter(Boolean).join(": ") : "";
  return made.firstElementChild;
}

/** Tick every box as the choice stands; a box over several is half ticked when some are. */
export function setBoxes(root, left) {
  const ticked = (boxes) => boxes.filter((box) => box.checked).length;
  const all = [...root.querySelectorAll("[data-plan-one]")];
  for (const box of all) box.checked = !left.has(Number(box.dataset.planOne));
  const over = (box, boxes) => {
    if (!box) return;
    const count = ticked(boxes);
    box.checked = Boolean(boxes.length) && count === boxes.length;
    box.indeterminate = count > 0 && count < boxes.length;
  };
  for (const section of root.querySelectorAll(".plan-group")) {
    over(section.querySelector("[data-plan-group]"), [...section.querySelectorAll("[data-plan-one]")]);
  }
  over(root.querySelector("[data-plan-all]"), all);
}
