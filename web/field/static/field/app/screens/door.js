/** At the door: the permit to show, the hour and what to say about it (H-E3, H-E4). What is said is true. */
import { h, w } from "../build.js";
import { offset } from "../clock.js";
import { undone } from "../items.js";
import { guide, onwards } from "../guide.js";

const GRACE = 5 * 60e3; // early is more than five minutes before the time

/**
 * Return the class of an arrival: early, on_time, late or very_late; "" without a time.
 * @param {any} order
 * @param {Date|string|number} arrived
 */
export function lateness(order, arrived) {
  if (!order.lateness?.latest || !order.at) return "";
  const at = new Date(arrived).getTime();
  const latest = new Date(order.lateness.latest).getTime();
  if (at < new Date(order.at).getTime() - GRACE) return "early";
  if (at <= latest) return "on_time";
  return at - latest < order.lateness.very * 1000 ? "late" : "very_late";
}

/**
 * When they came, by the server's clock: what was done here carries this phone's own.
 * @param {any} app
 * @param {any} order
 */
function cameAt(app, order) {
  if (!order.arrived) return app.now().getTime();
  const here = app.store.of?.(order.id).some((/** @type {any} */ act) => act.verb === "arrive");
  return new Date(order.arrived).getTime() + (here ? offset() : 0);
}

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
export function draw(app, order, step, host) {
  const arrived = cameAt(app, order);
  const how = lateness(order, arrived);
  const minutes = order.lateness?.latest ? Math.max(0, Math.floor((arrived - new Date(order.lateness.latest).getTime()) / 60e3)) : 0;
  return guide(app, order, step, host, () => [{
    key: "door", title: w(app, "door_title", { name: order.customer.name }), button: w(app, "let_in"),
    draw: (box) => box.append(...[
      h("div.g-permit", {}, h("span", {}, w(app, "permit")), h("strong", {}, app.who.permit), h("span", {}, app.who.name)),
      how ? h("p.g-hour", { "data-hour": how }, order.lateness.words[how].label, minutes ? ` · ${w(app, "minutes", { n: minutes })}` : "") : null,
      how ? h("p.g-say", {}, order.lateness.words[how].say) : null,
      how === "very_late" ? h("p.g-note", {}, w(app, "gift")) : null,
      h("p.g-note", {}, w(app, "ring_note")),
    ].filter(Boolean)),
    press: () => (undone(app.store.order(order.id) ?? order, [1, 2]).length ? app.go(`#/order/${order.id}/step/check`, true) : onwards(app, order.id)),
  }]);
}
