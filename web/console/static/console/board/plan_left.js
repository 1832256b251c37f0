/* The orders that are in no route: by what keeps them out, with what to do. Who has to be called stands first. */

import { piece, put, say, word } from "./plan_words.js";

const URGENT = 2;
const FEW = 6; // so many are shown without being opened

/** Groups of orders left out, as elements. */
export function leftOut(left) {
  const groups = new Map();
  for (const one of left) {
    const key = one.call ? `call ${one.fix}` : one.reason; // why each can't be kept matters less than the call
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(one);
  }
  return [...groups.values()].map(groupOf);
}

function groupOf(some) {
  const made = piece("left-group");
  const [first] = some;
  say(made, "reason", first.call ? word("call") : first.reason);
  say(made, "count", String(some.length));
  say(made, "fix", first.fix);
  put(made, "rows").append(...some.map(rowOf));
  const box = made.firstElementChild;
  box.open = first.call || some.length <= FEW;
  return box;
}

function rowOf(one) {
  const made = piece("left-one");
  for (const name of ["number", "customer", "district"]) say(made, name, one[name]);
  put(made, "urgent").hidden = one.priority > URGENT;
  made.querySelector("[data-plan-open]").dataset.planOpen = one.order;
  const mend = made.querySelector("[data-plan-mend]");
  mend.hidden = !one.verb;
  Object.assign(mend.dataset, { planMend: one.order, verb: one.verb });
  mend.textContent = word(one.verb);
  return made.firstElementChild;
}
