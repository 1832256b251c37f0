/** Leaving: when, where to, and what is still to be loaded (H-D1, H-D2, H-A3, H-C5). */
import { callLink, facts, h, w, when } from "../build.js";
import { relative } from "../day.js";
import { guide } from "../guide.js";
import { verbOf } from "../flow.js";

/** @param {any} app @param {any} order @param {string} step "depart", "go" (never reached) or "load" @param {HTMLElement} host */
export function draw(app, order, step, host) {
  const walk = guide(app, order, step, host, () => [{
    key: step, title: w(app, `${step}_title`), button: w(app, `${step}_do`),
    draw: (box) => box.append(...(step === "load" ? toLoad(app, order) : way(app, order, step))),
    press: async (g) => { await g.act(verbOf(step), {}); g.onwards(); },
  }]);
  const again = () => tell(app, order.id, host);
  const timer = setInterval(again, TICK);
  app.store.addEventListener("change", again);
  return { ready: walk.ready, leave: () => { clearInterval(timer); app.store.removeEventListener("change", again); walk.leave(); } };
}

const TICK = 15_000; // ms

/** The time to leave counts down, and follows what the centre works out anew (H-D2). @param {any} app @param {number} id @param {HTMLElement} host */
function tell(app, id, host) {
  const place = /** @type {HTMLElement|null} */ (host.querySelector("[data-leave-by]"));
  const order = app.store.order(id);
  if (place && order?.leave_by) place.replaceChildren(...leaveBy(app, order));
}

/** @param {any} app @param {any} order */
function leaveBy(app, order) {
  const left = (new Date(order.leave_by).getTime() - app.now().getTime()) / 1000;
  return [w(app, "leave_by", { at: when(app, order.leave_by) }), " ", h("span", { class: `app-leave ${left < 0 ? "late" : left < 900 ? "soon" : ""}` }, relative(app, left))];
}

/** @param {any} app @param {any} order @param {string} step */
function way(app, order, step) {
  const { address } = order;
  const place = address.lat === null ? `geo:0,0?q=${encodeURIComponent(address.full)}` : `geo:${address.lat},${address.lng}?q=${address.lat},${address.lng}(${encodeURIComponent(address.full)})`;
  return [
    step === "go" ? h("p.g-say", {}, w(app, "go_note")) : null, // H-C5, H-C7
    order.leave_by ? h("p.g-large", { "data-leave-by": order.leave_by }, leaveBy(app, order)) : null,
    facts([
      [w(app, "time"), order.at ? when(app, order.at, "day") : ""],
      [w(app, "where"), address.full],
      [w(app, "access"), address.note],
      [w(app, "travel"), order.travel ? w(app, "minutes", { n: order.travel }) : ""],
    ]),
    h("a.button.wide", { href: place }, w(app, "navigate")),
    ...order.customer.phones.slice(0, 1).map((/** @type {string} */ phone) => callLink(phone, w(app, "call", { phone }))),
  ].filter(Boolean);
}

/** @param {any} app @param {any} order */
function toLoad(app, order) {
  const open = order.load.filter((/** @type {any} */ one) => !one.loaded);
  return [
    h("ul.g-plain", {}, open.map((/** @type {any} */ one) => h("li", {}, h("strong", {}, `${one.quantity} × ${one.name}`), h("span.g-note", {}, `${one.code} · ${one.where ?? ""}`)))),
    h("a.button.wide", { href: `#/order/${order.id}/step/act:waive_parts` }, w(app, "without_parts")), // H-A3: an explicit waiver
  ];
}
