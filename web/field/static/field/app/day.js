// @ts-check
/* My day: visits in their order, what is new or changed, and the next step as one large button. */

import { flow } from "./flow.js";
import { h, when } from "./build.js";
import { badge } from "./header.js";

const LISTS = ["new", "today", "record", "bench", "later", "waiting"];
const TICK = 15_000;

/** @param {any} app @param {HTMLElement} root */
export function draw(app, root) {
  const again = () => kept(root, () => root.replaceChildren(...page(app)));
  again();
  const timer = setInterval(again, TICK);
  return { again, leave: () => clearInterval(timer) };
}

/** Draw anew, and leave open what is open, and the focus where it is. @param {HTMLElement} root @param {() => void} work */
export function kept(root, work) {
  const open = new Set([...root.querySelectorAll("details[open]")].map((one) => /** @type {HTMLElement} */ (one).dataset.name));
  const href = root.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
  work();
  for (const one of root.querySelectorAll("details")) one.open = open.has(one.dataset.name);
  if (href) /** @type {HTMLElement|undefined} */ ([...root.querySelectorAll("a")].find((one) => one.getAttribute("href") === href))?.focus({ preventScroll: true });
}

/** @param {any} app @returns {any[]} */
function page(app) {
  const { store } = app;
  if (!store.read) return unread(app);
  const orders = store.orders();
  const foreign = store.foreign().length;
  const found = [
    foreign ? h("p.note.late", { role: "alert" }, app.words("shell.other_person", { n: foreign })) : null,
    store.signedOut ? h("div.note.late.app-card", { role: "alert" }, h("p", {}, app.words("shell.signed_out")), h("a.button.primary.wide", { href: app.urls.sign_in }, app.words("shell.sign_in"))) : null,
    consent(app),
    ...(store.about.asked ?? []).map((/** @type {any} */ one) => h("a.card.app-stop", { href: `/console/help/${one.id}/` }, h("strong", {}, `${app.words("day.asked")}: ${one.who}`), h("span", {}, one.question))),
    ...LISTS.flatMap((name) => listed(app, name, orders.filter((/** @type {any} */ order) => listOf(order) === name))),
  ].filter(Boolean);
  if (!orders.length) found.push(h("div.app-empty", {}, h("h2", {}, app.words("day.empty")), h("p.quiet", {}, app.words("day.empty_why"))));
  return [h("h1.app-title", {}, app.words("shell.day"), " ", h("span.quiet", {}, date(app))), ...found, thumb(app, orders)].filter(Boolean);
}

/** Asked once: may the position go along with what is recorded? @param {any} app */
function consent(app) {
  if (!app.place?.open?.(app)) return null;
  const answer = (/** @type {boolean} */ on) => () => {
    app.place.share(app, on);
    app.store.dispatchEvent(new Event("change"));
  };
  return h("div.note.app-card", { "data-consent": true }, h("p", {}, app.words("capture.consent")),
    h("div.app-two", {}, h("button.button", { onclick: answer(true) }, app.words("capture.yes")), h("button.button", { onclick: answer(false) }, app.words("capture.no"))));
}

/** @param {any} app @returns {any[]} */
function unread(app) {
  if (app.store.elsewhere) return [h("p.app-loading", {}, app.words("shell.elsewhere")), h("a.button.wide", { href: "/" }, app.words("shell.leave"))];
  const foreign = app.store.foreign().length;
  const said = app.store.signedOut ? "shell.signed_out" : navigator.onLine && !app.failed ? "shell.loading" : "shell.unread";
  return [foreign ? h("p.note.late", {}, app.words("shell.other_person", { n: foreign })) : null,
    h("p.app-loading", { role: "status" }, app.words(said)),
    app.store.signedOut ? h("a.button.primary.wide", { href: app.urls.sign_in }, app.words("shell.sign_in")) : null].filter(Boolean);
}

/** @param {any} app */
function date(app) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", month: "short", day: "numeric", timeZone: app.who.zone }).format(app.now());
}

const AFTER = new Set(["consulting", "in_workshop", "awaiting_parts", "follow_up"]);

/** Where an order stands in the day, with what was done here. @param {any} order */
function listOf(order) {
  if (["record", "bench"].includes(order.list) && !order.here) return order.list;
  if (order.state === "assigned") return "new";
  if (AFTER.has(order.state)) return "waiting";
  return order.list === "later" ? "later" : "today";
}

/** @param {any} app @param {string} name @param {any[]} orders @returns {any[]} */
function listed(app, name, orders) {
  if (!orders.length) return [];
  const rows = orders.map((order) => stop(app, order));
  if (name === "waiting" || name === "later") {
    return [h("details.app-fold", { "data-name": name }, h("summary", {}, app.words(`day.${name}`), " ", h("span.quiet", {}, String(rows.length))), rows)];
  }
  return [h("section.app-list", {}, h("h2", {}, app.words(`day.${name}`)), rows)];
}

/** One order at a glance. @param {any} app @param {any} order */
export function stop(app, order) {
  const at = order.at ? `${when(app, order.at)}${order.until ? `–${when(app, order.until)}` : ""}` : "";
  const waits = app.store.of(order.id).length;
  return h("a.card.app-stop", { href: `#/order/${order.id}`, "data-order": order.id },
    h("span.app-line", {}, at ? h("strong", {}, at) : null, badge(app, order), waits ? h("span.app-here", {}, app.words("shell.here")) : null),
    h("span.app-line", {}, h("strong.app-name", {}, order.customer.name), h("span.quiet", {}, order.address.district)),
    h("span.quiet", {}, [order.appliance.title, order.symptom].filter(Boolean).join(" · ")),
    leave(app, order),
    load(app, order),
    order.changed && order.state !== "assigned" ? h("span.app-changed", {}, app.words("day.changed", { who: order.changed.who, what: [order.changed.words, ...order.changed.notes].filter(Boolean).join(" · ") })) : null);
}

/** When to leave at the latest, counting down (H-D2). @param {any} app @param {any} order */
export function leave(app, order) {
  if (order.state !== "contacted" || !order.leave_by) return null;
  const left = (new Date(order.leave_by).getTime() - app.now().getTime()) / 1000;
  const tone = left < 0 ? "late" : left < 900 ? "soon" : "";
  return h("span", { class: `app-leave ${tone}` }, `${app.words("day.leave")} ${when(app, order.leave_by)} · ${relative(app, left)}`,
    order.travel ? h("span.quiet", {}, ` · ${app.words("day.travel", { n: order.travel })}`) : null);
}

/** "in 12 min", "late 4 min". @param {any} app @param {number} seconds ahead */
export function relative(app, seconds) {
  if (Math.abs(seconds) < 60) return app.words("time.now");
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const span = minutes < 60 ? app.words("time.min", { n: minutes }) : hours < 10 && rest ? app.words("time.h_min", { h: hours, m: rest })
    : hours < 24 ? app.words("time.h", { n: hours }) : app.words("time.d", { n: Math.floor(hours / 24) });
  return app.words(seconds > 0 ? "time.future" : "time.late", { time: span });
}

/** What is still to be loaded for it (H-A3). @param {any} app @param {any} order */
function load(app, order) {
  const open = (order.load ?? []).filter((/** @type {any} */ one) => !one.loaded);
  if (!open.length || !["accepted", "contacted", "awaiting_parts"].includes(order.state)) return null;
  return h("span.app-load", {}, `${app.words("day.load")}: ${open.map((/** @type {any} */ one) => `${one.quantity} × ${one.name}`).join(", ")}`);
}

const UNDER_WAY = ["charged", "diagnosed", "on_site", "en_route"];

/** The next step of the day under the thumb. @param {any} app @param {any[]} orders */
function thumb(app, orders) {
  const mine = orders.filter((order) => ["today", "new", "record"].includes(listOf(order)));
  const rank = (/** @type {any} */ order) => (UNDER_WAY.includes(order.state) ? UNDER_WAY.indexOf(order.state) : order.state === "assigned" ? 8 : 5);
  for (const order of [...mine].sort((a, b) => rank(a) - rank(b))) {
    const found = button(app, order, true);
    if (found) return found;
  }
  return null;
}

/** The button of an order's next step. @param {any} app @param {any} order @param {boolean} [named] with whose it is */
export function button(app, order, named = false) {
  const found = flow(order, app.verbs);
  if (!found.step || order.sos) return null;
  const verb = app.verbs[found.verb];
  return h("div.app-thumb", {}, named ? h("p.quiet.app-whose", {}, `${order.at ? `${when(app, order.at)} ` : ""}${order.customer.name}`) : null,
    h("a.button.primary.wide", { href: `#/order/${order.id}/step/${found.step}`, "data-next": found.step }, verb?.short ?? verb?.label ?? app.words("day.go_on")));
}
