/** Done here: what is still owed of this visit, and the way to the next one. */
import { facts, h, w, when } from "../build.js";
import { flow } from "../flow.js";

/** @param {any} app @param {any} order @param {string} _step @param {HTMLElement} host */
export function draw(app, order, _step, host) {
  const next = app.store.orders().find((/** @type {any} */ one) => one.id !== order.id && !["waiting", "record", "bench"].includes(one.list) && !["follow_up", "charged"].includes(one.state));
  const owed = flow(order, app.verbs).step;
  host.replaceChildren(h("section.g-screen", { "data-screen": "left", "data-step": "left" },
    h("h1.g-title", { tabindex: "-1" }, w(app, "left_title")),
    h("div.g-body", {}, h("p", {}, w(app, "left_note")),
      owed === "act:complete_record" ? h("a.button.wide", { href: `#/order/${order.id}/step/${owed}` }, w(app, "record_now")) : null,
      next ? h("section.g-list", {}, h("h2", {}, w(app, "next_visit")), facts([
        [w(app, "time"), next.at ? when(app, next.at, "day") : ""], [w(app, "leave"), next.leave_by ? when(app, next.leave_by) : ""],
        [w(app, "who"), next.customer.name], [w(app, "where"), next.address.full], [w(app, "what"), next.appliance.title],
      ])) : null),
    h("div.g-foot", {}, next
      ? h("a.button.primary.wide.g-go", { href: `#/order/${next.id}` }, w(app, "to_next"))
      : h("a.button.primary.wide.g-go", { href: "#/" }, w(app, "to_day")))));
  return { leave() {} };
}
