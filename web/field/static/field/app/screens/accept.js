/** A new visit: what it probably is, what was tried before, and the one tap that takes it on (H-A1, H-A4, H-A5). */
import { facts, h, w, when } from "../build.js";
import { guide } from "../guide.js";

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
export function draw(app, order, step, host) {
  return guide(app, order, step, host, () => [{
    key: "accept", title: order.appliance.title, button: w(app, "accept"),
    draw: (box) => box.append(...about(app, order)),
    press: async (g) => { await g.act("accept", {}); g.onwards(); },
  }]);
}

/**
 * Return what is known about a visit before anybody goes there.
 * @param {any} app
 * @param {any} order
 * @returns {any[]}
 */
export function about(app, order) {
  const { likely, own, help, fixed } = order;
  return [
    h("p.g-large", {}, order.symptom),
    facts([
      [w(app, "time"), order.at ? `${when(app, order.at, "day")}${order.until ? ` – ${when(app, order.until)}` : ""}` : w(app, "no_time")],
      [w(app, "where"), order.address.full],
      [w(app, "wish"), order.wish],
      [w(app, "likely"), likely?.name],
      [w(app, "cause"), likely?.cause],
      [w(app, "measure"), likely?.measure],
      [w(app, "parts"), likely?.parts],
      [w(app, "warranty"), order.warranty?.headline],
    ]),
    likely?.by_phone ? h("p.g-say", {}, w(app, "by_phone")) : null, // H-A2
    ...(fixed ?? []).slice(0, 3).map((/** @type {any} */ one) => h("p.g-note", {}, w(app, "fixed", { n: one.count }), " ", one.measure, one.parts ? ` · ${one.parts}` : "")),
    own ? h("p.g-note", {}, own.repairs ? w(app, "own", { n: own.repairs, again: own.again }) : w(app, "own_none")) : null, // H-A5
    help?.answered ? h("div.g-say", {}, h("p.g-note", {}, help.answered.question), h("p", {}, help.answered.answer)) : null,
    ...(help?.before ?? []).slice(0, 2).map((/** @type {any} */ one) => h("details.g-more", {}, h("summary", {}, one.question), h("p", {}, one.answer))),
  ].filter(Boolean);
}
