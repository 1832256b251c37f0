/** The work: what was done, the parts with their numbers, and the test run or why there was none (H-F2, H-F7, H-F11). */
import { choices, h, tick, w } from "../build.js";
import { guide } from "../guide.js";
import { drawRow, start } from "../rows.js";

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
export function draw(app, order, step, host) {
  const form = order.forms?.repair ?? { rows: [] };
  const rows = form.rows.filter((/** @type {any} */ row) => ["measure", "cause"].includes(row.name));
  const same = order.repair?.fault && order.repair.fault === order.likely?.code;
  const begun = { ...start(form.rows), ...(same ? { measure: order.likely.measure } : {}) };
  const said = !order.has_table && order.repair?.quoted && !order.repair.quote_accepted;
  return guide(app, order, step, host, (g) => [
    {
      key: "work", title: w(app, "group_work"),
      draw: (box) => box.append(...[
        ...rows.map((/** @type {any} */ row) => drawRow({ app, order, rows, values: g.draft.rows, change: (name, value) => g.set({ rows: { ...g.draft.rows, [name]: value } }) }, row)),
        h("h2", {}, w(app, "parts_in")),
        ...used(app, order),
        h("a.button.wide", { href: `#/order/${order.id}/step/part` }, w(app, "put_in")),
        said ? tick({ name: "quote_accepted", label: w(app, "fee_accepted"), checked: g.draft.rows.quote_accepted === "on", change: (on) => g.set({ rows: { ...g.draft.rows, quote_accepted: on ? "on" : "" } }) }) : null,
      ].filter(Boolean)),
      lacks: () => (said && g.draft.rows.quote_accepted !== "on" ? w(app, "fee_first") : ""),
    },
    {
      key: "test", title: w(app, "test_title"), button: "",
      draw: (box) => box.append(choices([
        { value: "sure", label: w(app, "test_sure") },
        { value: "unsure", label: w(app, "test_unsure"), note: w(app, "callback_3h") },
        { value: "not", label: w(app, "test_not"), note: w(app, "callback_2h") },
      ], "", (how) => g.once(() => done(g, how)), w(app, "test_title"))),
    },
  ], { start: { rows: begun } });
}

/** @param {any} app @param {any} order the parts put in on this visit */
function used(app, order) {
  const found = order.used ?? [];
  if (!found.length) return [h("p.g-note", {}, w(app, "no_parts"))];
  return [h("ul.g-plain", {}, found.map((/** @type {any} */ one) => h("li", {}, `${one.quantity ?? 1} × ${one.name ?? one.code}`, one.serial_in ? h("span.g-note", {}, one.serial_in) : null)))];
}

/** @param {any} g @param {string} how */
async function done(g, how) {
  const { measure, cause, parts, quote_accepted: yes } = g.draft.rows;
  const values = /** @type {Record<string, any>} */ ({ measure, cause, parts, quote_accepted: yes, tested: how === "not" ? "" : "on", certain: how === "sure" || how === "not" ? "on" : "" });
  for (const name of Object.keys(values)) if (!values[name]) delete values[name];
  await g.act("repair", values);
  if (how !== "sure") g.app.toast(w(g.app, how === "not" ? "callback_2h" : "callback_3h"));
  await g.forget();
  g.onwards();
}
