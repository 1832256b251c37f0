/** Nobody opens: the guide at a closed door, its clocks counted from what is recorded (H-E2, H-C7). */
import { callLink, h, w } from "../build.js";
import { photoRow } from "../captured.js";
import { guide } from "../guide.js";
import { clock, knocking } from "../knocking.js";

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
export function draw(app, order, step, host) {
  const walk = guide(app, order, step, host, (g) => [screen(g)], { start: { photos: [] } });
  const timer = setInterval(() => tickOver(app, host, () => app.store.order(order.id) ?? order), 500);
  return { ready: walk.ready, leave: () => { clearInterval(timer); walk.leave(); } };
}

/** @param {any} g */
function screen(g) {
  const { app } = g;
  const order = app.store.order(g.order.id) ?? g.order;
  const now = knocking(order.knock, new Date()); // the phone's clock on both ends, right or wrong
  const next = order.knock.steps.find((/** @type {any} */ one) => one.code === now.next);
  return {
    key: "knock", title: w(app, "knock_title"), button: now.next === "leave" ? w(app, "no_access") : next?.label ?? "",
    draw: (/** @type {HTMLElement} */ box) => box.append(...body(g, order, now)),
    press: () => { // the clock may have gone on since it was drawn
      const { next: code } = knocking((app.store.order(g.order.id) ?? order).knock, new Date());
      return code === "leave" ? away(g) : did(g, code);
    },
  };
}

/** @param {any} g @param {any} order @param {any} now */
function body(g, order, now) {
  const { app } = g;
  return [
    h("div.g-clocks", {},
      h("p", {}, h("span.g-note", {}, w(app, "since_first")), h("strong", { "data-clock": "first" }, clock(now.sinceFirst)), h("span.quiet", {}, ` / ${clock(order.knock.long_enough)}`)),
      h("p", {}, h("span.g-note", {}, w(app, "since_last")), h("strong", { "data-clock": "last" }, clock(now.sinceLast)), h("span.quiet", {}, ` / ${clock(order.knock.every)}`))),
    h("p.g-say", { "data-told": true }, w(app, `knock_${now.hint}`)),
    h("ol.g-plain", {}, order.knock.steps.map((/** @type {any} */ one) => line(g, order, one, now))),
    order.knock.done.some((/** @type {any} */ one) => one.step === "note") ? null : photoRow(app, order, {
      name: "photos", label: w(app, "note_photo"), most: 1, value: g.draft.photos, change: (photos) => g.set({ photos }),
    }),
    ...order.customer.phones.slice(0, 1).map((/** @type {string} */ phone) => callLink(phone, w(app, "call", { phone }))),
    h("button.button.wide", { onclick: () => app.go(`#/order/${order.id}/step/door`, true) }, w(app, "opens")),
  ].filter(Boolean);
}

/** @param {any} g @param {any} order @param {any} one @param {any} now */
function line(g, order, one, now) {
  const times = order.knock.done.filter((/** @type {any} */ done) => done.step === one.code).length;
  return h("li.g-line", { "data-knock": one.code, class: times ? "g-line g-done" : "g-line" },
    h("span.g-grow", {}, one.label, times > 1 ? ` · ${times}×` : "", !one.needed ? h("span.g-note", {}, w(g.app, "if_there")) : null),
    times ? h("span.g-tag", {}, w(g.app, "done")) : null,
    one.code === now.next ? null : h("button.button", { onclick: () => g.once(() => did(g, one.code)) }, w(g.app, times ? "again" : "did")));
}

/** @param {any} g @param {string} code */
async function did(g, code) {
  const photos = code === "note" ? g.draft.photos : [];
  await g.act("knock", photos.length ? { step: code, photos } : { step: code });
  g.busy = false;
  g.redraw();
}

/** @param {any} g leave: the centre is told, the customer is called again later */
async function away(g) {
  await g.act("no_access", {});
  await g.forget();
  g.app.toast(w(g.app, "left_no_access"));
  g.app.go("#/", true);
}

/** @param {any} app @param {HTMLElement} host @param {() => any} of */
function tickOver(app, host, of) {
  const order = of();
  const now = knocking(order.knock, new Date());
  for (const [name, value] of [["first", now.sinceFirst], ["last", now.sinceLast]]) {
    const place = host.querySelector(`[data-clock=${name}]`);
    if (place) place.textContent = clock(/** @type {number|null} */ (value));
  }
  const told = host.querySelector("[data-told]");
  if (told) told.textContent = w(app, `knock_${now.hint}`);
  const go = host.querySelector(".g-go");
  const next = now.next === "leave" ? w(app, "no_access") : order.knock.steps.find((/** @type {any} */ one) => one.code === now.next)?.label;
  if (go && next && go.textContent !== next) go.textContent = next;
}
