/** What it costs, shown before any work, and the customer's yes or no (H-F2, H-G1, H-G3, H-W6). */
import { field, h, tick, w } from "../build.js";
import { signatureRow } from "../captured.js";
import { guide } from "../guide.js";
import { reckoned, say } from "../prices.js";

/** @param {any} app @param {any} order @param {string} step "quote" or "consent" @param {HTMLElement} host */
export function draw(app, order, step, host) {
  return step === "consent" ? consent(app, order, step, host) : make(app, order, step, host);
}

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
function make(app, order, step, host) {
  const row = (order.forms?.quote?.rows ?? []).find((/** @type {any} */ one) => one.name === "usual");
  const known = new Set([...(row?.options ?? []).map((/** @type {any} */ one) => one[0]), ...Object.keys(order.prices?.parts ?? {})]);
  const chosen = (row?.options ?? []).filter((/** @type {any} */ one) => one[2]).map((/** @type {any} */ one) => one[0]);
  return guide(app, order, step, host, (g) => [{
    key: "quote", title: w(app, "quote_title"), button: w(app, "show_it"),
    draw(box) {
      const refused = order.quote?.status === "refused" ? h("p.g-warn", {}, w(app, "was_refused")) : null;
      const place = h("div", { "data-quote": true });
      const again = () => place.replaceChildren(...table(app, order, order.prices ? reckoned(order, sent(g)) : null, true));
      const parts = [...known].map((code) => tick({
        name: String(code), label: order.prices?.parts?.[code]?.name ?? String(code), note: String(code), checked: g.draft.parts.includes(code),
        change: (on) => { g.set({ parts: on ? [...g.draft.parts, code] : g.draft.parts.filter((/** @type {string} */ one) => one !== code) }); again(); },
      }));
      box.append(...[refused, parts.length ? h("h2", {}, w(app, "parts_needed")) : null, ...parts,
        tick({ name: "call_out", label: w(app, "call_out"), checked: g.draft.callOut, change: (on) => { g.set({ callOut: on }); again(); } }),
        field(w(app, "other_parts"), h("textarea.input", { rows: 2, value: g.draft.others, oninput: (/** @type {any} */ event) => g.set({ others: event.target.value }) }), { help: w(app, "other_parts_help"), optional: w(app, "optional") }),
        place].filter(Boolean));
      again();
    },
    press: async () => {
      await g.act("quote", sent(g));
      await g.forget();
      g.onwards();
    },
  }], { start: { parts: chosen, others: "", callOut: true } });
}

/** @param {any} g */
function sent(g) {
  const { parts, others, callOut } = g.draft;
  return { fault: faultOf(g.order), usual: parts, parts: others, call_out: callOut ? "on" : "" };
}

/** @param {any} order */
const faultOf = (order) => order.repair?.fault || order.likely?.code || "";

/**
 * Return lines and total; said whether it is the quote or only reckoned by the fee table on this phone.
 * @param {any} app @param {any} order @param {any} found @param {boolean} here
 */
export function table(app, order, found, here) {
  if (!found) return [h("p.g-warn", {}, w(app, "no_prices"))];
  const names = /** @type {Record<string, string>} */ ({ call_out: w(app, "call_out_line"), labour: w(app, "labour_line") });
  return [
    h("ul.g-lines", {}, found.lines.map((/** @type {any} */ line) => h("li", {},
      h("span.g-grow", {}, line.label ?? (names[line.kind] || line.name), line.quantity > 1 ? ` × ${line.quantity}` : ""), h("span", {}, say(line.amount, app.who))))),
    h("p.g-total", {}, h("span.g-grow", {}, w(app, "total")), h("strong", {}, say(found.total, app.who))),
    found.missing ? h("p.g-warn", {}, w(app, "no_price", { what: found.missing })) : null,
    h("p.g-note", {}, here ? w(app, "by_table") : (order.quote?.table ?? "")),
  ].filter(Boolean);
}

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
function consent(app, order, step, host) {
  /** @type {any} */
  let here = null;
  const walk = guide(app, order, step, host, (g) => {
    here = g;
    return [reading(g)];
  }, { start: { name: order.customer.name, signature: null, total: order.quote.total } });
  const watch = () => here && news(here);
  app.store.addEventListener("change", watch);
  return { ready: walk.ready, leave: () => { app.store.removeEventListener("change", watch); walk.leave(); } };
}

/** @param {any} g the server's quote has come, or the customer has answered on their own phone */
function news(g) {
  const { app, order } = g;
  const now = app.store.order(order.id)?.quote;
  if (!now || g.busy) return;
  if (now.status === "accepted") {
    if (order.quote.status !== "accepted") { g.order = { ...order, quote: now }; g.onwards(); }
  } else if (now.url !== order.quote.url || now.total !== order.quote.total) {
    g.order = { ...order, quote: now };
    if (now.total !== order.quote.total) g.set({ signature: null, total: now.total }); // what is signed is what was read
    g.redraw();
  }
}

/** @param {any} g */
function reading(g) {
  const { app, order } = g;
  const quote = order.quote;
  return {
    key: "consent", theirs: true, title: w(app, "consent_title"), button: w(app, "accepts", { total: say(quote.total, app.who) }),
    draw: (/** @type {HTMLElement} */ box) => box.append(...[
      ...table(app, order, quote, !quote.table),
      h("p.g-say", {}, w(app, "consent_say")),
      field(w(app, "accepted_by"), h("input.input", { name: "name", value: g.draft.name, maxlength: 120, autocomplete: "off", oninput: (/** @type {any} */ event) => g.set({ name: event.target.value }) })),
      signatureRow(app, { label: w(app, "signature"), value: g.draft.total === quote.total ? g.draft.signature : null, change: (signature) => g.set({ signature, total: quote.total }) }),
      quote.url ? theirs(app, order, quote) : h("p.g-note", {}, w(app, "own_phone_later")),
      h("a.button.wide", { href: `#/order/${order.id}/step/act:refuse_quote` }, w(app, "refuses")),
      h("a.button.wide", { href: `#/order/${order.id}/step/quote` }, w(app, "change_quote")),
    ].filter(Boolean)),
    lacks: () => {
      if (quote.missing) return w(app, "no_price", { what: quote.missing });
      if (!g.draft.name.trim()) return w(app, "say_name");
      return g.draft.signature && g.draft.total === quote.total ? "" : w(app, "sign_first");
    },
    press: async () => {
      const values = { number: String(quote.number ?? order.next_quote), total: String(quote.total), name: g.draft.name, signature: g.draft.signature };
      await g.act("accept_quote", values);
      await g.forget();
      g.onwards();
    },
  };
}

/** @param {any} app @param {any} order @param {any} quote the customer's own page, as a picture their camera reads */
function theirs(app, order, quote) {
  const url = new URL(quote.url, location.origin).href;
  const picture = h("img.g-qr", { src: app.urls.send.replace("/0/VERB/", `/${order.id}/quote.svg`), alt: url, loading: "lazy" });
  return h("details.g-more", {}, h("summary", {}, w(app, "own_phone")), h("p.g-note", {}, w(app, "own_phone_note")), picture,
    navigator.share ? h("button.button.wide", { onclick: () => navigator.share({ url }).catch(() => undefined) }, w(app, "share")) : null,
    h("p.g-note", {}, h("a", { href: url }, url)),
    h("button.button.wide", { onclick: () => app.store.refresh() }, w(app, "look_again")));
}
