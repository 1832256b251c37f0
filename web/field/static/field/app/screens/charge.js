/** The money: what is due by the accepted quote, how it was paid, and the receipt (H-G1, H-G3, H-G4). */
import { choices, field, h, w } from "../build.js";
import { guide } from "../guide.js";
import { drawRow } from "../rows.js";
import { plain, say, typed } from "../prices.js";
import { due } from "../flow.js";
import { table } from "./quote.js";

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
export function draw(app, order, step, host) {
  const form = order.forms?.charge ?? { rows: [] };
  const row = (/** @type {string} */ name) => form.rows.find((/** @type {any} */ one) => one.name === name);
  const owed = due(order);
  if (!owed) return nothing(app, order, step, host);
  const methods = (row("method")?.options ?? []).filter((/** @type {any} */ one) => one[0] && one[0] !== "none").map((/** @type {any} */ one) => ({ value: one[0], label: one[1] }));
  return guide(app, order, step, host, (g) => [
    {
      key: "how", title: w(app, "pay_title", { total: say(owed, app.who) }), button: "",
      draw: (box) => box.append(...table(app, order, order.quote?.lines?.length ? order.quote : { lines: [], total: owed }, false),
        choices(methods, g.draft.method, (method) => { g.set({ method }); g.next(); }, w(app, "pay_title", { total: say(owed, app.who) })),
        h("a.button.wide", { href: `#/order/${order.id}/step/act:request_waiver` }, w(app, "wont_pay"))), // H-G4
    },
    {
      key: "amount", title: methods.find((/** @type {any} */ one) => one.value === g.draft.method)?.label ?? "", button: w(app, "took", { total: say(amountOf(g, owed), app.who) }),
      draw: (box) => {
        const change = (/** @type {string} */ name, /** @type {any} */ value) => g.set({ [name]: value });
        const sheet = { app, order, rows: form.rows, values: g.draft, change };
        const control = h("input.input", { name: "amount", inputmode: "decimal", value: g.draft.amount, oninput: (/** @type {any} */ event) => { change("amount", event.target.value); document.querySelector(".g-go")?.replaceChildren(w(app, "took", { total: say(amountOf(g, owed), app.who) })); } });
        box.append(field(w(app, "paid_now"), control, { unit: app.who.currency }));
        if (g.draft.method !== "cash" && row("reference")) box.append(drawRow(sheet, { ...row("reference"), required: true }));
        if (row("rest_by")) box.append(h("details.g-more", {}, h("summary", {}, w(app, "rest_later")), drawRow(sheet, row("rest_by"))));
      },
      lacks: () => lacking(g, owed),
      press: () => pay(g),
    },
  ], { start: { method: "", amount: plain(owed, app.who), reference: "", rest_by: "" } });
}

/** @param {any} g @param {number} owed */
const amountOf = (g, owed) => { const read = typed(g.draft.amount, g.app.who); return Number.isFinite(read) ? read : owed; };

/** @param {any} g @param {number} owed */
function lacking(g, owed) {
  const amount = typed(g.draft.amount, g.app.who);
  if (!Number.isFinite(amount) || amount <= 0) return w(g.app, "amount_unclear");
  if (amount > owed) return w(g.app, "too_much", { total: say(owed, g.app.who) });
  if (amount < owed && !g.draft.rest_by) return w(g.app, "rest_open", { rest: say(owed - amount, g.app.who) });
  return g.draft.method !== "cash" && !g.draft.reference.trim() ? w(g.app, "reference") : "";
}

/** @param {any} g */
async function pay(g) {
  const { method, amount, reference, rest_by: rest } = g.draft;
  const values = { amount: amount.trim(), method, ...(method === "cash" ? {} : { reference }), ...(rest ? { rest_by: rest } : {}) };
  await g.act("charge", values);
  await g.forget();
  g.app.toast(w(g.app, "receipt_note"));
  g.onwards();
}

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
function nothing(app, order, step, host) {
  return guide(app, order, step, host, () => [{
    key: "none", title: w(app, "free_title"), button: w(app, "free"),
    draw: (box) => box.append(h("p.g-large", {}, say(0, app.who)), h("p.g-note", {}, order.warranty?.headline ?? "")),
    press: async (g) => { await g.act("charge", { amount: "0", method: "none" }); g.onwards(); },
  }]);
}
