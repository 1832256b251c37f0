// @ts-check
/* One visit at a glance: who, where, what; the next step under the thumb; everything else one tap away. */

import { flow } from "./flow.js";
import { facts, h, label, when } from "./build.js";
import { verbOf } from "./flow.js";
import { badge, icon } from "./header.js";
import { button, kept, leave } from "./day.js";

/** @param {any} app @param {HTMLElement} root @param {string} id */
export function draw(app, root, id) {
  const again = () => kept(root, () => root.replaceChildren(...page(app, Number(id))));
  again();
  return { again };
}

/** @param {any} app @param {number} id @returns {any[]} */
function page(app, id) {
  const order = app.store.order(id);
  if (!order) return [h("p.note", {}, app.words("day.gone")), h("a.button.wide", { href: "#/" }, app.words("shell.day"))];
  const found = flow(order, app.verbs);
  return [
    h("div.app-line", {}, h("a.app-up", { href: "#/" }, app.words("shell.day")), badge(app, order)),
    order.sos ? h("p.note.late", { role: "alert" }, app.words("day.sos_on")) : null,
    order.escalated ? h("p.note.warning", {}, app.words("day.escalated", { what: order.escalated })) : null,
    order.state === "en_route" && order.at_risk ? h("p.note.warning", {}, app.words("day.risk")) : null,
    order.changed && order.state !== "assigned" ? h("div.note.app-card", {}, h("p", {}, h("strong", {}, app.words("day.changed", { who: order.changed.who, what: order.changed.words }))), order.changed.notes.map((/** @type {string} */ note) => h("p", {}, note))) : null,
    ...refusals(app, order),
    who(app, order),
    what(app, order),
    seen(app, order),
    found.exceptions.length ? h("nav.app-chips", { "aria-label": app.words("day.else") }, found.exceptions.map((step) => h("a.button", { href: `#/order/${id}/step/${step}` }, label(app, verbOf(step)))),
      h("a.button", { href: `#/order/${id}/step/else` }, app.words("day.else"))) : h("a.button.wide", { href: `#/order/${id}/step/else` }, app.words("day.else")),
    history(app, order),
    h("a.button.wide.app-stack", { href: app.urls.order.replace("/0/", `/${id}/`) }, app.words("shell.full_page"), h("small.quiet", {}, app.words("shell.needs_signal"))),
    found.step ? button(app, order) : h("p.app-thumb.quiet", {}, order.next?.label ? `${app.words("day.next")}: ${order.next.label}` : app.words("day.nothing_to_do"), found.why.map((lack) => h("span", {}, ` ${lack.message}`))),
  ].filter(Boolean);
}

/** What was not taken, here where it belongs. @param {any} app @param {any} order @returns {any[]} */
function refusals(app, order) {
  const refused = app.store.of(order.id).filter((/** @type {any} */ act) => act.state === "refused");
  return refused.map((/** @type {any} */ act) => h("a.note.late", { href: "#/unsent" }, `${act.label}: ${act.why?.title ?? ""}`));
}

/** @param {any} app @param {any} order */
function who(app, order) {
  const { customer, address } = order;
  return h("section.card.app-card", {},
    h("h1.app-title", {}, customer.name),
    order.at ? h("p", {}, h("strong", {}, `${when(app, order.at, "day")}${order.until ? ` – ${when(app, order.until)}` : ""}`)) : null,
    leave(app, order),
    ...customer.phones.map((/** @type {string} */ phone) => h("a.button.wide", { href: `tel:${phone}` }, icon(app, "phone"), `${app.words("day.call")} ${phone}`)),
    h("p", {}, address.full), address.note ? h("p.quiet", {}, address.note) : null,
    h("div.app-two", {},
      h("button.button", { onclick: () => import("./ways.js").then((ways) => ways.choose(app, address)) }, icon(app, "map-pin"), app.words("day.navigate")),
      navigator.clipboard ? h("button.button", { onclick: () => navigator.clipboard.writeText(address.full).then(() => app.toast(app.words("day.copied")), () => {}) }, app.words("day.copy")) : null),
    customer.note ? h("p.quiet", {}, customer.note) : null);
}

/** @param {any} app @param {any} order */
function what(app, order) {
  const { appliance } = order;
  const covered = order.warranty?.headline ?? "";
  return h("section.card.app-card", {}, h("h2", {}, appliance.title), facts([
    [app.words("day.symptom"), order.symptom], [app.words("day.wish"), order.wish], [app.words("day.model"), appliance.model],
    [app.words("day.serial"), appliance.serial], [app.words("day.bought"), appliance.bought], [app.words("day.note"), order.note],
    [app.words("day.warranty"), covered],
    [app.words("day.parts"), (order.load ?? []).map((/** @type {any} */ one) => `${one.quantity} × ${one.name}`).join(", ")],
  ]));
}

/** @param {any} app @param {any} order */
function history(app, order) {
  const here = app.store.of(order.id).map((/** @type {any} */ act) => h("li", {}, h("strong", {}, act.label), " ", h("span.quiet", {}, `${when(app, act.device_at)} · ${app.words("shell.here")}`)));
  const told = (order.story ?? []).map((/** @type {any} */ line) => h("li", {}, h("strong", {}, line.words), " ", h("span.quiet", {}, `${when(app, line.at, "day")} · ${line.who}`),
    line.notes.filter(Boolean).map((/** @type {string} */ note) => h("p.quiet", {}, note))));
  return h("details.app-fold", { "data-name": "history" }, h("summary", {}, app.words("day.history")), h("ul.app-story", {}, ...here.reverse(), ...told));
}

/**
 * What the customer and we have taken of it. Pictures need a signal: those that do not come leave their name.
 * @param {any} app @param {any} order
 */
function seen(app, order) {
  const photos = order.photos ?? [], films = order.films ?? [];
  if (!photos.length && !films.length) return null;
  return h("section.card.app-card", { "data-name": "seen" }, h("h2", {}, app.words("day.photos")), h("ul.app-seen", {},
    ...photos.map((/** @type {any} */ one) => h("li", {}, h("a", { href: one.url.split("?")[0], target: "_blank" }, h("img", { src: one.url, alt: one.label, loading: "lazy", width: 96, height: 96 })))),
    ...films.map((/** @type {any} */ one) => h("li", {}, h("a.button", { href: one.url, target: "_blank" }, icon(app, "image"), `${one.seconds} s`)))));
}
