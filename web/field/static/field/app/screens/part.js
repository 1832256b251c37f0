/** A part goes in, with its number and the old one's (H-F7, H-W4). */
import { choices, h, w } from "../build.js";
import { guide } from "../guide.js";
import { drawRow, posted, start, unfilled } from "../rows.js";

const REST = ["quantity", "serial_in", "serial_out", "old", "warehouse"];

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
export function draw(app, order, step, host) {
  const form = order.forms?.use_part ?? { rows: [] };
  const row = form.rows.find((/** @type {any} */ one) => one.name === "part");
  const loaded = new Map((order.load ?? []).map((/** @type {any} */ one) => [one.code, one]));
  const van = new Map((app.store.about?.van?.rows ?? []).map((/** @type {any} */ one) => [one.code, one]));
  const options = (row?.options ?? []).map((/** @type {any} */ one) => ({ value: one[0], label: one[1], note: [one[0], loaded.has(one[0]) ? w(app, "for_this") : van.has(one[0]) ? w(app, "in_van", { n: van.get(one[0]).free }) : ""].filter(Boolean).join(" · ") }));
  options.sort((/** @type {any} */ a, /** @type {any} */ b) => rank(b.value, loaded, van) - rank(a.value, loaded, van));
  return guide(app, order, step, host, (g) => {
    const sheet = { app, order, rows: form.rows, values: g.draft.rows, change: (/** @type {string} */ name, /** @type {any} */ value) => g.set({ rows: Object.assign(g.draft.rows, { [name]: value }) }) };
    return [
      {
        key: "which", title: w(app, "which_part"), button: w(app, "next"),
        draw: (box) => {
          if (row) box.append(drawRow(sheet, { ...row, options: row.options }));
          if (options.length) box.append(choices(options.slice(0, 12), g.draft.rows.part, (part) => { sheet.change("part", part); g.next(); }, w(app, "which_part")));
        },
        lacks: () => (g.draft.rows.part ? "" : w(app, "still", { what: row?.label ?? "" })),
      },
      {
        key: "numbers", title: options.find((/** @type {any} */ one) => one.value === g.draft.rows.part)?.label ?? g.draft.rows.part ?? "", button: w(app, "it_is_in"),
        draw: (box) => box.append(h("p.g-note", {}, w(app, "serials_note")), ...form.rows.filter((/** @type {any} */ one) => REST.includes(one.name)).map((/** @type {any} */ one) => drawRow(sheet, one))),
        lacks: () => { const open = unfilled(form.rows, g.draft.rows)[0]; return open ? w(app, "still", { what: open.label }) : ""; },
        press: async () => {
          await g.act("use_part", posted("use_part", form.rows, g.draft.rows));
          await g.forget();
          app.go(`#/order/${order.id}/step/repair`, true);
        },
      },
    ];
  }, { start: { rows: start(form.rows) } });
}

/** @param {string} code @param {Map<string, any>} loaded @param {Map<string, any>} van what is meant for this visit first, then the van */
const rank = (code, loaded, van) => (loaded.has(code) ? 2 : van.has(code) ? 1 : 0);
