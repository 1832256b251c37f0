/** Something is different at the door: what it is, what to say, and what may be done about it (H-E5, H-E4). */
import { callLink, choices, h, label, w } from "../build.js";
import { keepDraft } from "../drafts.js";
import { may, stepOf } from "../flow.js";
import { guide } from "../guide.js";

const HAVE_CALLED = ["customer_out", "wont_open"];
const ESCALATES = /** @type {Record<string, string>} */ ({ doubts_us: "doubt", late_refused: "late" });

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
export function draw(app, order, step, host) {
  return guide(app, order, step, host, (g) => [{
    key: "which", title: w(app, "different_title"), button: "",
    draw: (box) => box.append(choices(order.exceptions.map((/** @type {any} */ one) => ({ value: one.code, label: one.label })), g.draft.exception ?? "", (exception) => noted(g, exception), w(app, "different_title"))),
  }, ...(g.draft.exception ? [{ key: "then", title: find(g).label, button: "", draw: (/** @type {HTMLElement} */ box) => box.append(...ways(g)) }] : [])]);
}

/** @param {any} g */
const find = (g) => g.order.exceptions.find((/** @type {any} */ one) => one.code === g.draft.exception);

/** @param {any} g @param {string} exception */
function noted(g, exception) {
  return g.once(async () => {
    await g.act("note_exception", { exception });
    g.set({ exception });
    g.go("then");
  });
}

/** @param {any} g */
function ways(g) {
  const { app, order } = g;
  const found = find(g);
  const fresh = app.store.order(order.id) ?? order;
  const verbs = found.verbs.filter((/** @type {string} */ verb) => may(fresh, verb, app.verbs));
  return [
    h("p.g-say", {}, found.words),
    found.code === "doubts_us" ? h("div.g-permit", {}, h("span", {}, w(app, "permit")), h("strong", {}, app.who.permit), h("span", {}, app.who.name)) : null,
    found.code === "doubts_us" && app.who.outlet.phone ? callLink(app.who.outlet.phone, w(app, "complaints", { phone: app.who.outlet.phone })) : null,
    HAVE_CALLED.includes(found.code) ? order.customer.phones.slice(0, 1).map((/** @type {string} */ phone) => callLink(phone, w(app, "call", { phone }))) : null,
    verbs.map((/** @type {string} */ verb, /** @type {number} */ index) => h(index ? "button.button.wide" : "button.button.primary.wide", { onclick: () => lead(g, found, verb) }, label(app, verb))),
    h("button.button.wide", { onclick: () => g.forget().then(() => app.go(`#/order/${order.id}/step/door`, true)) }, w(app, "goes_on")),
  ].flat(2).filter(Boolean);
}

/** @param {any} g @param {any} found @param {string} verb with what the exception says already */
async function lead(g, found, verb) {
  const rows = { reason: found.label, ...(ESCALATES[found.code] ? { escalation: ESCALATES[found.code] } : {}) };
  if (["reschedule", "escalate"].includes(verb)) await keepDraft(g.app, `${g.order.id}/${stepOf(verb)}`, { at: "", values: { rows } });
  await g.forget();
  g.app.go(`#/order/${g.order.id}/step/${verb === "diagnose" ? "door" : stepOf(verb)}`, true);
}
