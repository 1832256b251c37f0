/** The checklists: entering before the work, clean-up after it; a screen a list (H-E6, H-F6, H-F12). */
import { w } from "../build.js";
import { answersOf, drawList, shortOf, touched } from "../checklist.js";
import { checkSteps, undone } from "../items.js";
import { guide } from "../guide.js";

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
export function draw(app, order, step, host) {
  const now = checkSteps(order);
  const parts = (order.checks ?? []).filter((/** @type {any} */ one) => now.includes(one.step) && (one.step === Math.max(...now) || undone(order, [one.step]).length));
  const words = (/** @type {any} */ g, /** @type {any} */ part) => w(app, touched(part, g.draft.answers) ? "as_ticked" : part.items.every((/** @type {any} */ one) => one.kind === "tick") ? "all_in_order" : "all_ticks");
  return guide(app, order, step, host, (g) => (parts.length ? parts : [{ step: 0, title: w(app, "no_list"), items: [] }]).map((/** @type {any} */ part) => ({
    key: String(part.step), title: part.title, button: part.items.length ? words(g, part) : w(app, "next"),
    draw: (/** @type {HTMLElement} */ box) => box.append(...drawList(g, part, () => document.querySelector(".g-go")?.replaceChildren(words(g, part)))),
    lacks: () => shortOf(app, part, g.draft.answers),
  })), { start: { answers: {} }, finish: (g) => done(g, parts) });
}

/** @param {any} g @param {any[]} parts */
async function done(g, parts) {
  if (parts.length) await g.act("check_off", answersOf(g.order, g.draft.answers, parts.map((part) => part.step)));
  await g.forget();
  g.onwards();
}
