/** The end of a visit: tools counted, the customer's word, and leaving well (H-F12, H-H1 to H-H4). Nobody is forced. */
import { field, h, tick, w } from "../build.js";
import { signatureRow } from "../captured.js";
import { answersOf, drawList, shortOf, touched } from "../checklist.js";
import { guide } from "../guide.js";
import { qr } from "../qr.js";

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
export function draw(app, order, step, host) {
  const tools = (order.kit ?? []).filter((/** @type {any} */ one) => one.counted && (order.taken ?? []).includes(one.code));
  const part = (order.checks ?? []).find((/** @type {any} */ one) => one.states.includes("charged"));
  /** @type {any} */
  let walk;
  const path = (/** @type {any} */ g) => {
    walk = g;
    return [...(tools.length ? [count(g, tools)] : []), word(g, !part), ...(part ? [leaving(g, part)] : [])];
  };
  const drawn = guide(app, order, step, host, path, {
    start: { back: null, tools_reason: "", rating_repair: "", rating_manner: "", signed_by: "", signature: null, unsigned_reason: "", own_phone: false, remarks: "", answers: {} },
    finish: (g) => done(g, tools, part),
  });
  return { ...drawn, again: () => heard(walk) };
}

/**
 * The customer's own word came in while this is open: it is shown, there is nothing left to ask (H-R4).
 * @param {any} walk
 */
function heard(walk) {
  const now = walk?.app.store.order(walk.order.id);
  if (!now?.repair?.own_word || walk.order.repair?.own_word) return;
  walk.order = now;
  walk.redraw();
}

/** @param {any} g @param {any[]} tools */
function count(g, tools) {
  const { app, draft } = g;
  const words = () => (draft.back ? w(app, "tools_some", { n: draft.back.length, of: tools.length }) : w(app, "tools_all", { n: tools.length }));
  return {
    key: "tools", title: w(app, "tools_title"), button: words(),
    draw: (/** @type {HTMLElement} */ box) => box.append(h("p.g-note", {}, w(app, "tools_note")), ...tools.map((one) => tick({
      name: one.code, label: one.name, checked: (draft.back ?? []).includes(one.code),
      change: (on) => {
        const now = new Set(draft.back ?? []);
        if (on) now.add(one.code); else now.delete(one.code);
        g.set({ back: [...now] });
        document.querySelector(".g-go")?.replaceChildren(words());
      },
    })), field(w(app, "tools_reason"), h("input.input", { name: "tools_reason", maxlength: 240, value: draft.tools_reason, oninput: (/** @type {any} */ event) => g.set({ tools_reason: event.target.value }) }), { optional: w(app, "optional") })),
    lacks: () => {
      const gone = draft.back && tools.filter((one) => !draft.back.includes(one.code));
      return gone?.length && !draft.tools_reason.trim() ? w(app, "tools_short", { what: gone.map((/** @type {any} */ one) => one.name).join(", ") }) : "";
    },
  };
}

/** @param {any} g @param {boolean} last */
function word(g, last) {
  const { app, draft, order } = g;
  const input = (/** @type {string} */ name, /** @type {string} */ text, /** @type {number} */ most) => field(text, h("input.input", { name, maxlength: most, value: draft[name], autocomplete: "off", oninput: (/** @type {any} */ event) => g.set({ [name]: event.target.value }) }), { optional: w(app, "optional") });
  return {
    key: "word", theirs: true, title: w(app, "word_title"), ...(last ? { button: w(app, "leave") } : {}),
    draw: (/** @type {HTMLElement} */ box) => order.repair?.own_word && order.repair.signed_by ? box.append(h("p.g-note", {}, w(app, "own_phone_done"))) : box.append(h("p.g-note", {}, w(app, "hand_over")),
      stars(g, "rating_repair", w(app, "rate_repair")), stars(g, "rating_manner", w(app, "rate_manner")),
      signatureRow(app, { label: w(app, "signature"), value: draft.signature, change: (signature) => signed(g, signature) }),
      ownPhone(g),
      h("details.g-more", { open: Boolean(draft.unsigned_reason) }, h("summary", {}, w(app, "not_signing")), h("div.g-chips", {}, ["declined", "away", "paper"].map((why) => h("button.button.g-chip", { onclick: () => { g.set({ unsigned_reason: w(app, `unsigned_${why}`) }); g.redraw(); } }, w(app, `unsigned_${why}`)))),
        input("unsigned_reason", w(app, "unsigned"), 240)),
      h("details.g-more", { open: Boolean(draft.remarks) }, h("summary", {}, w(app, "name_remarks")), input("signed_by", w(app, "signed_by"), 120), input("remarks", w(app, "remarks"), 1000))),
    lacks: () => (draft.signature || draft.signed_by.trim() || draft.unsigned_reason.trim() || draft.own_phone || order.repair?.signed_by ? "" : w(app, "sign_or_say")),
  };
}

/**
 * Keep a signature. Who signs is the customer unless somebody says otherwise; the name stands there to be seen.
 * @param {any} g @param {any} signature
 */
function signed(g, signature) {
  const named = signature && !g.draft.signed_by;
  g.set({ signature, ...(named ? { signed_by: g.order.customer.name } : {}) });
  const name = /** @type {HTMLInputElement|null} */ (document.querySelector(".g-body [name=signed_by]"));
  if (named && name) name.value = g.draft.signed_by;
}

/**
 * Their own phone proves more than ours (H-R4): the code is on the phone already, whether or not there is a signal.
 * @param {any} g
 */
function ownPhone({ app, draft, order, set, redraw }) {
  if (!order.own) return null;
  const go = () => { set({ own_phone: !draft.own_phone }); redraw(); };
  return h("details.g-more", { open: draft.own_phone }, h("summary", {}, w(app, "own_phone")),
    h("p.g-note", {}, w(app, "own_phone_how")), qr(order.own, order.own.url),
    h("button.button.g-chip", { name: "own_phone", "aria-pressed": String(Boolean(draft.own_phone)), onclick: go }, w(app, "own_phone_go")));
}

/** @param {any} g @param {string} name @param {string} text one to five, or nothing at all */
function stars(g, name, text) {
  const { draft } = g;
  const group = h("div.g-stars", { role: "group", "aria-label": text });
  const show = () => group.replaceChildren(...["1", "2", "3", "4", "5"].map((value) => h("button.g-star", {
    "aria-pressed": draft[name] === value ? "true" : "false", "data-name": name, "data-value": value,
    onclick: () => { g.set({ [name]: draft[name] === value ? "" : value }); show(); },
  }, value)));
  show();
  return h("div.g-field", {}, h("p", {}, text), group);
}

/** @param {any} g @param {any} part */
function leaving(g, part) {
  const { app, draft } = g;
  const words = () => w(app, touched(part, draft.answers) ? "leave_ticked" : "leave_all");
  return {
    key: "leave", title: part.title, button: words(),
    draw: (/** @type {HTMLElement} */ box) => box.append(h("p.g-note", {}, w(app, "goodbye")), ...drawList(g, part, () => document.querySelector(".g-go")?.replaceChildren(words()))),
    lacks: () => shortOf(app, part, draft.answers),
  };
}

/** @param {any} g @param {any[]} tools @param {any} part */
async function done(g, tools, part) {
  const { draft, order, app } = g;
  if (part) await g.act("check_off", answersOf(order, draft.answers, [part.step]));
  if (draft.remarks.trim()) await g.act("add_note", { note: w(app, "remark_note", { words: draft.remarks.trim() }) });
  const values = /** @type {Record<string, any>} */ ({
    rating_repair: draft.rating_repair, rating_manner: draft.rating_manner, signature: draft.signature, signed_by: draft.signed_by,
    unsigned_reason: draft.unsigned_reason, own_phone: draft.own_phone ? "on" : "", tools_back: draft.back ?? tools.map((one) => one.code), tools_reason: draft.tools_reason,
  });
  for (const name of Object.keys(values)) if (!values[name]?.length && !values[name]?.png) delete values[name];
  await g.act("complete", values);
  await g.forget();
  app.go(`#/order/${order.id}/step/left`, true);
}
