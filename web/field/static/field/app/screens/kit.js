/** The bag, one large row an item; what can't be left behind says so (H-D1). */
import { h, tick, w } from "../build.js";
import { guide } from "../guide.js";
import { missing } from "../items.js";

/** @param {any[]} items */
const names = (items) => items.map((one) => one.name).join(", ");

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
export function draw(app, order, step, host) {
  const taken = order.kit_checked ? [...order.taken] : null;
  return guide(app, order, step, host, (g) => [{
    key: "kit", title: w(app, "kit"), button: words(g),
    draw: (box) => list(box, g),
    press: async () => {
      await g.act("check_kit", { items: chosen(g) });
      await g.forget();
      g.onwards();
    },
  }], { start: { items: taken } });
}

/** @param {any} g what is ticked; untouched it is everything: that is what the button says */
const chosen = (g) => g.draft.items ?? g.order.kit.map((/** @type {any} */ one) => one.code);

/** @param {any} g */
function words(g) {
  if (!g.draft.items) return g.order.kit.length ? w(g.app, "kit_all", { n: g.order.kit.length }) : w(g.app, "kit_none");
  return w(g.app, "kit_some", { n: g.draft.items.length, of: g.order.kit.length });
}

/** @param {HTMLElement} box @param {any} g */
function list(box, g) {
  const { app, order, draft } = g;
  const groups = [...new Set(order.kit.map((/** @type {any} */ one) => one.group))];
  const gone = order.kit_checked ? missing(order) : [];
  box.append(gone.length ? h("p.g-warn", {}, w(app, "kit_short", { what: names(gone) })) : h("p.g-note", {}, w(app, "kit_note")));
  for (const group of groups) {
    const items = order.kit.filter((/** @type {any} */ one) => one.group === group).sort((/** @type {any} */ a, /** @type {any} */ b) => Number(b.mandatory) - Number(a.mandatory)); // what is only wanted comes last
    box.append(h("section.g-list", {}, h("h2", {}, group), items.map((/** @type {any} */ one) => tick({
      name: one.code, label: one.name, note: one.hint, extra: one.mandatory ? "" : w(app, "if_you_can"), checked: (draft.items ?? []).includes(one.code),
      change: (on) => {
        const now = new Set(draft.items ?? []);
        if (on) now.add(one.code); else now.delete(one.code);
        g.set({ items: [...now] });
        document.querySelector(".g-go")?.replaceChildren(words(g));
        g.refuse(short(g));
      },
    }))));
  }
}

/** @param {any} g what still stands in the way of leaving */
function short(g) {
  const gone = g.order.kit.filter((/** @type {any} */ one) => one.mandatory && !g.draft.items.includes(one.code));
  return gone.length && gone.length < 4 ? w(g.app, "kit_short", { what: names(gone) }) : "";
}
