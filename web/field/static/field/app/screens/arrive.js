/** At the address: looked over before the door, and the time of arrival recorded with one tap (H-E1, H-E3, H-D3). */
import { callLink, facts, h, w, when } from "../build.js";
import { answersOf, drawList, shortOf, touched } from "../checklist.js";
import { undone } from "../items.js";
import { guide } from "../guide.js";
import { lateness } from "./door.js";

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
export function draw(app, order, step, host) {
  const part = undone(order, [1]).length ? (order.checks ?? []).find((/** @type {any} */ one) => one.step === 1) : null;
  return guide(app, order, step, host, (g) => [{
    key: "arrive", title: order.customer.name, button: words(g, part),
    draw: (box) => box.append(...before(g, part)),
    lacks: () => (part ? shortOf(app, part, g.draft.answers) : ""),
    press: async () => {
      if (part) await g.act("check_off", answersOf(order, g.draft.answers, [1]));
      await g.act("arrive", {});
      await g.forget();
      app.go(`#/order/${order.id}/step/door`, true);
    },
  }], { start: { answers: {} } });
}

/** @param {any} g @param {any} part */
const words = (g, part) => w(g.app, !part ? "arrived" : touched(part, g.draft.answers) ? "arrived_as_ticked" : "arrived_all");

/** @param {any} g @param {any} part */
function before(g, part) {
  const { app, order } = g;
  const how = lateness(order, app.now());
  return [
    facts([
      [w(app, "time"), order.at ? when(app, order.at) + (order.until ? ` – ${when(app, order.until)}` : "") : ""],
      [w(app, "where"), order.address.full],
      [w(app, "access"), order.address.note],
      [w(app, "hour"), how ? order.lateness.words[how].label : ""],
    ]),
    how === "late" || how === "very_late" ? h("p.g-warn", {}, w(app, "late_call")) : null, // H-E4
    ...order.customer.phones.slice(0, 1).map((/** @type {string} */ phone) => callLink(phone, w(app, "call", { phone }))),
    ...(part ? [h("h2", {}, part.title), ...drawList(g, part, () => document.querySelector(".g-go")?.replaceChildren(words(g, part)))] : []),
  ].filter(Boolean);
}
