/** Something else: everything that may be done now, what is likely first (H-F3, H-F7, H-F8, H-F10). */
import { h, label, w } from "../build.js";
import { flow, others, stepOf, verbOf } from "../flow.js";

/** @param {any} app @param {any} order @param {string} _step @param {HTMLElement} host */
export function draw(app, order, _step, host) {
  const link = (/** @type {string} */ step) => h("li", {}, h("a.g-choice", { href: `#/order/${order.id}/step/${step}` }, h("span.g-grow", {}, label(app, verbOf(step)))));
  const { step, exceptions } = flow(order, app.verbs);
  host.replaceChildren(h("section.g-screen", { "data-screen": "else", "data-step": "else" },
    h("div.g-head", {}, h("a.g-back", { href: `#/order/${order.id}${step ? `/step/${step}` : ""}` }, w(app, "back"))),
    h("h1.g-title", { tabindex: "-1" }, w(app, "else")),
    h("div.g-body", {},
      exceptions.length ? h("section.g-list", {}, h("h2", {}, w(app, "instead")), h("ul.g-plain", {}, exceptions.map(link))) : null,
      others(order, app.verbs).map(({ group, verbs }) => {
        const left = verbs.map(stepOf).filter((one) => !exceptions.includes(one));
        return left.length ? h("section.g-list", {}, h("h2", {}, w(app, `group_${group}`)), h("ul.g-plain", {}, left.map(link))) : null;
      }),
      h("p.g-note", {}, w(app, "whole_file_note")), h("a.button.wide", { href: `/field/orders/${order.id}/` }, w(app, "whole_file")))));
  return { leave() {} };
}
