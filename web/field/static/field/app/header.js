// @ts-check
/* What is always in sight: where and when, what is not sent, whether there is a signal, the alarm, and the five pages. */

import { h, when } from "./build.js";

const PAGES = [["day", "#/", "calendar"], ["calls", "#/calls", "phone"], ["van", "#/van", "box"], ["me", "#/me", "user"]];

/** An icon of the sprite. @param {any} app @param {string} name */
export function icon(app, name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("width", "20");
  svg.setAttribute("height", "20");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${app.icons}#${name}`);
  svg.append(use);
  return svg;
}

/** A state as colour, shape and word. @param {any} app @param {any} order */
export function badge(app, order) {
  const look = app.store.about.states?.[order.state] ?? { label: order.state, class: "", shape: "s-ring" };
  const shape = icon(app, look.shape);
  shape.setAttribute("class", "shape");
  return h(`span.badge.${look.class || "state-ready"}`, {}, shape, look.label);
}

/** Draw the header, now and whenever something in it changes. @param {any} app */
export function header(app) {
  const head = /** @type {HTMLElement} */ (document.getElementById("head"));
  const draw = () => head.replaceChildren(h("div.app-where", {}, where(app)), h("div.app-signs", {}, ...signs(app)));
  for (const name of ["change", "fresh"]) app.store.addEventListener(name, draw);
  for (const name of ["online", "offline", "hashchange"]) addEventListener(name, draw);
  draw();
}

/** The order that is looked at: whose, where, when. @param {any} app @returns {any[]} */
function where(app) {
  const order = open(app);
  if (!order) return [h("span", {}, h("strong", {}, app.who.name || "Doorstep"))];
  const at = order.at ? `${when(app, order.at)}${order.until ? `–${when(app, order.until)}` : ""}` : "";
  return [h("a.app-back", { href: `#/order/${order.id}` }, h("strong", {}, order.customer.name), h("span.app-at", {}, [at, order.address.district].filter(Boolean).join(" · ")))];
}

/** @param {any} app */
function open(app) {
  const id = location.hash.match(/^#\/order\/(\d+)/)?.[1];
  return id ? app.store.order(Number(id)) : null;
}

/** @param {any} app @returns {any[]} */
function signs(app) {
  const { store } = app;
  const [waits, refused] = [store.waiting().length, store.refused().length + store.questions().length];
  const order = open(app);
  const at = order && FRONT.has(order.state) ? order : store.orders().find((/** @type {any} */ one) => THERE.has(one.state));
  return [
    store.signedOut ? h("a.app-sign.late", { href: app.urls.sign_in }, app.words("shell.sign_in")) : null,
    navigator.onLine ? null : h("span.app-sign.off", {}, app.words("shell.offline")),
    refused ? h("a.app-sign.late", { href: "#/unsent" }, app.words("shell.refused", { n: refused })) : null,
    h("a.app-sign", { href: "#/unsent", class: `app-sign${waits ? " waits" : ""}`, "data-unsent": waits }, waits ? app.words("shell.unsent", { n: waits }) : app.words("shell.all_sent")),
    at ? h("a.app-sos", { href: `#/order/${at.id}/step/act:sos`, "data-sos": at.id }, icon(app, "alert"), app.words("shell.sos")) : null,
  ];
}

const THERE = new Set(["on_site", "diagnosed", "charged", "en_route"]); // with somebody, whichever page is looked at
const FRONT = new Set(["contacted", "en_route", "on_site", "diagnosed", "charged"]); // H-F10: in front of people

/** @type {ResizeObserver|undefined} */
let sized;

/** The pages, below the thumb. Within a visit they step aside for its button. @param {any} app @param {string} page */
export function tabs(app, page) {
  const bar = /** @type {HTMLElement} */ (document.getElementById("tabs"));
  bar.hidden = page === "step";
  sized ??= new ResizeObserver(() => document.documentElement.style.setProperty("--tabs", `${bar.offsetHeight}px`)); // the thumb's button lies above them
  sized.observe(bar);
  bar.replaceChildren(...PAGES.map(([name, href, sign]) =>
    h("a", { href, "aria-current": name === page ? "page" : null }, icon(app, sign), h("span", {}, app.words(`shell.${name}`)))));
}
