/** The call: reach them, then item by item confirmed or put right, and the time agreed (H-C1 to H-C5, H-A2). */
import { callLink, h, w, when } from "../build.js";
import { guide } from "../guide.js";
import { drawRow, drawRows, posted, start, unfilled } from "../rows.js";

/** What is confirmed → the rows that put it right (as web/field/bodies.py). @type {[string, string[]][]} */
const ITEMS = [
  ["address", ["address_line", "district", "city", "access_note"]],
  ["model", ["category", "brand", "model_no", "serial"]],
  ["purchase_date", ["purchased_on"]],
  ["symptom", ["symptom", "fault"]],
  ["time", ["starts_at", "minutes", "window_ends_at", "overtime"]],
];
/** What of an item may not be missing (H-I2). @type {Record<string, string>} */
const KEY = { address: "address_line", model: "model_no", purchase_date: "purchased_on", symptom: "symptom" };
const GAPS = { name: "name", phone: "phone", wish: "wish" }; // gaps that are no item of the call

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
export function draw(app, order, step, host) {
  const form = order.forms?.contact ?? { rows: [] };
  const missing = (order.gaps ?? []).map((/** @type {string} */ gap) => GAPS[/** @type {keyof typeof GAPS} */ (gap)]).filter(Boolean);
  return guide(app, order, step, host, (g) => [
    ring(g), ...(missing.length ? [asked(g, form, missing)] : []), ...ITEMS.map(([code, names]) => item(g, form, code, names)),
  ], { start: { rows: start(form.rows), confirmed: [], open: {} }, finish: (g) => agree(g, form) });
}

/** @param {any} g */
function ring(g) {
  const { app, order } = g;
  return {
    key: "ring", title: order.customer.name, button: w(app, "answered"), own: ["act:log_no_answer"],
    draw(/** @type {HTMLElement} */ box) {
      const lack = (order.lacks?.contact ?? []).find((/** @type {any} */ one) => !one.code.startsWith("gap_"));
      box.append(...[
        lack ? h("p.g-warn", {}, lack.message) : null,
        ...order.customer.phones.map((/** @type {string} */ phone) => callLink(phone, w(app, "call", { phone }))),
        h("p.g-say", {}, w(app, "call_say", { name: app.who.name, appliance: order.appliance.title })),
        order.customer.note ? h("p.g-note", {}, order.customer.note) : null,
        h("button.button.wide", { onclick: () => tried(g) }, w(app, "no_answer")), // H-C5
        h("p.g-note", {}, w(app, "no_answer_note")),
      ].filter(Boolean));
    },
  };
}

/** @param {any} g */
async function tried(g) {
  await g.act("log_no_answer", {});
  g.app.toast(w(g.app, "tried"));
  g.app.go("#/", true);
}

/** @param {any} g @param {any} form @param {string[]} names */
function asked(g, form, names) {
  const rows = form.rows.filter((/** @type {any} */ row) => names.includes(row.name));
  return {
    key: "missing", title: w(g.app, "missing"),
    draw: (/** @type {HTMLElement} */ box) => box.append(...drawRows(sheet(g, rows))),
    lacks: () => (unfilled(rows.map((/** @type {any} */ row) => ({ ...row, required: true })), g.draft.rows).length ? w(g.app, "fill_all") : ""),
  };
}

/** @param {any} g @param {any[]} rows */
function sheet(g, rows) {
  return {
    app: g.app, order: g.order, rows, values: g.draft.rows,
    change: (/** @type {string} */ name, /** @type {any} */ value) => g.set({ rows: Object.assign(g.draft.rows, { [name]: value }) }),
  };
}

/** @param {any} g @param {any} form @param {string} code @param {string[]} names */
function item(g, form, code, names) {
  const { app, draft } = g;
  const rows = form.rows.filter((/** @type {any} */ row) => names.includes(row.name));
  const gap = code === "time" ? !draft.rows.starts_at : (g.order.gaps ?? []).includes(code);
  const why = code === "time" ? [...(draft.lacks ?? []), ...(g.order.lacks?.contact ?? [])].filter((/** @type {any} */ one) => one.rule === "H-A4") : [];
  const unfold = gap || draft.open?.[code] || why.length;
  return {
    key: code, title: w(app, `item_${code}`), button: unfold ? w(app, "as_written") : w(app, "right"),
    draw(/** @type {HTMLElement} */ box) {
      if (!unfold) {
        box.append(h("p.g-large", {}, known(g, code) || w(app, "not_known")),
          h("button.button.wide", { onclick: () => { g.set({ open: { ...draft.open, [code]: true } }); g.redraw(); } }, w(app, "different")));
        if (code === "time") box.append(h("p.g-note", {}, w(app, "sorry_time")));
        return;
      }
      if (why.length && !draft.lacks) box.append(h("p.g-warn", {}, why[0].message)); // what was not taken stands above already
      if (code === "time" && g.order.wish) box.append(h("p.g-note", {}, `${w(app, "wish")}: ${g.order.wish}`));
      box.append(...rows.map((/** @type {any} */ row) => drawRow(sheet(g, rows), gap && row.name === KEY[code] ? { ...row, required: true } : row)));
    },
    lacks: () => (rows.some((/** @type {any} */ row) => (row.required || (gap && row.name === KEY[code])) && !draft.rows[row.name]) ? w(app, "fill_all") : ""),
    press: () => {
      g.set({ confirmed: [...new Set([...draft.confirmed, code])] });
      return "next";
    },
  };
}

/** @param {any} g @param {string} code */
function known(g, code) {
  const { order, app, draft } = g;
  const rows = draft.rows;
  if (code === "address") return [order.address.full, order.address.note].filter(Boolean).join(" · ");
  if (code === "model") return [order.appliance.title, order.appliance.serial].filter(Boolean).join(" · ");
  if (code === "purchase_date") return order.appliance.bought;
  if (code === "symptom") return order.symptom;
  const same = order.at && new Date(order.at).getTime() > app.now().getTime();
  return same ? when(app, order.at, "day") + (order.until ? ` – ${when(app, order.until)}` : "") : (rows.starts_at ?? "").replace("T", " ");
}

/** @param {any} g @param {any} form */
async function agree(g, form) {
  await g.act("contact", posted("contact", form.rows, { ...g.draft.rows, confirmed: g.draft.confirmed }));
  await g.forget();
  g.onwards();
}
