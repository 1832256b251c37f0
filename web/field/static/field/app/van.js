// @ts-check
/* My van: what to load and for whom, what is in it, what is on its way, what goes back (H-A3, H-W4). */

import { h, when } from "./build.js";

/** @param {any} app @param {HTMLElement} root */
export function draw(app, root) {
  const again = () => root.contains(document.activeElement) && document.activeElement?.matches("input") ? undefined : root.replaceChildren(...page(app));
  sought = "";
  again();
  return { again };
}

/** @param {any} app @returns {any[]} */
function page(app) {
  const van = app.store.about.van ?? { rows: [], load: [], coming: [], old: [] };
  const order = (/** @type {number} */ id) => (id ? app.words("van.for", { order: app.store.order(id)?.customer.name ?? String(id).padStart(6, "0") }) : "");
  const part = (/** @type {any} */ one, /** @type {any[]} */ ...more) => h("li.app-line", {}, h("strong", {}, `${one.quantity ?? one.on_hand} ×`), h("span.app-name", {}, one.name, " ", h("span.quiet", {}, one.code)), ...more.map((text) => h("span.quiet", {}, text)));
  const section = (/** @type {string} */ name, /** @type {any[]} */ rows) => (rows.length ? h("section.card.app-card", {}, h("h2", {}, app.words(`van.${name}`)), h("ul.app-story", {}, rows)) : null);
  return [
    h("h1.app-title", {}, van.name || app.words("shell.van")),
    van.short ? h("p.note.warning", {}, app.words("van.short", { n: van.short })) : null,
    section("load", van.load.map((/** @type {any} */ one) => part(one, one.where, order(one.order)))),
    section("coming", van.coming.map((/** @type {any} */ one) => part(one, one.state, one.at ? when(app, one.at, "day") : "", order(one.order)))),
    section("old", van.old.map((/** @type {any} */ one) => part(one, order(one.order)))),
    van.rows.length || van.load.length ? null : h("p.note", {}, app.words("van.empty")),
    h("a.button.wide.app-stack", { href: app.urls.van }, app.words("van.page"), h("small.quiet", {}, app.words("shell.needs_signal"))),
    held(app, van.rows.filter((/** @type {any} */ one) => one.on_hand > 0), part),
  ].filter(Boolean);
}

/** What is in it, last because there is much of it: found by a word of its name or number. @param {any} app @param {any[]} rows @param {(one: any, ...more: any[]) => any} part */
function held(app, rows, part) {
  if (!rows.length) return null;
  const list = h("ul.app-story");
  const show = () => list.replaceChildren(...rows.filter((one) => `${one.name} ${one.code}`.toLowerCase().includes(sought.toLowerCase())).map((one) => part(one, app.words("van.free", { n: one.free }))));
  const input = h("input.input", { type: "search", "aria-label": app.words("visit.search"), placeholder: app.words("visit.search"), value: sought, oninput: () => { sought = input.value; show(); } });
  show();
  return h("section.card.app-card", {}, h("h2", {}, app.words("van.in")), rows.length > FEW ? input : null, list);
}

const FEW = 10; // parts that are seen at a glance
let sought = ""; // kept while the page is drawn anew
