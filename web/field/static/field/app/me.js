// @ts-check
/* My figures, today's settlement with the clerk, and the phone's own settings. */

import { facts, h } from "./build.js";
import { installing } from "./worker.js";
import { signOut } from "./signing.js";

/** @param {any} app @param {HTMLElement} root */
export function draw(app, root) {
  const again = () => root.replaceChildren(...page(app, again));
  again();
  return { again };
}

/** @param {any} app @param {() => void} again @returns {any[]} */
function page(app, again) {
  const { figures, settle } = app.store.about;
  const share = (/** @type {number[]} */ [some, all]) => (all ? `${Math.round((100 * some) / all)} % · ${app.words("me.of", { n: some, all })}` : "–");
  return [
    h("h1.app-title", {}, app.who.name),
    h("section.card.app-card", {}, facts([[app.words("me.permit"), app.who.permit], [app.words("me.outlet"), app.who.outlet?.name]])),
    settle ? h("section.card.app-card", {}, h("h2", {}, app.words("me.settlement")), facts([
      [app.words("me.visits"), String(settle.visits)],
      ...settle.money.map((/** @type {any} */ one) => [one.label, `${one.words} (${one.n})`]),
      [app.words("me.total"), settle.money.length ? settle.total : app.words("me.no_money")],
      [app.words("me.old_parts"), String(settle.old_parts)],
      [app.words("me.records"), String(settle.records.length)],
    ]), ...settle.records.map((/** @type {number} */ id) => h("a.button.wide", { href: `#/order/${id}/step/act:complete_record` }, String(id).padStart(6, "0"))), h("a.button.wide", { href: app.urls.books }, app.words("me.books"))) : null,
    figures ? h("section.card.app-card", {}, h("h2", {}, app.words("me.figures", { n: figures.days })), facts([
      [app.words("me.visits"), String(figures.visits)],
      [app.words("me.on_time"), share(figures.on_time)],
      [app.words("me.first_time"), share(figures.first_time)],
      [app.words("me.content"), share(figures.content)],
    ])) : null,
    h("a.button.wide", { href: app.urls.calendar }, app.words("me.calendar")),
    position(app, again),
    installing(app),
    h("h2", {}, app.words("me.theme")),
    h("div.app-three", { role: "group", "aria-label": app.words("me.theme") }, ["auto", "light", "dark"].map((one) => h("button.button", { "data-theme-choice": one, "aria-pressed": String((document.documentElement.dataset.theme ?? "auto") === one) }, app.words(`me.${one}`)))),
    h("h2", {}, app.words("me.language")),
    h("form", { method: "post", action: app.urls.language, class: "app-three", onsubmit: (/** @type {SubmitEvent} */ event) => speak(app, event) }, h("input", { type: "hidden", name: "csrfmiddlewaretoken", value: app.store.about.csrf ?? "" }),
      app.said.languages.map((/** @type {string[]} */ [code, name]) => h("button.button", { type: "submit", name: "language", value: code, lang: code, "aria-pressed": String(code === app.said.language) }, name))),
    h("button.button.wide", { onclick: () => signOut(app), "data-sign-out": true }, app.words("shell.sign_out")),
  ].filter(Boolean);
}

/** Another language: the server is told, and the page asked for past the worker, which keeps the old one until then. @param {any} app @param {SubmitEvent} event */
async function speak(app, event) {
  event.preventDefault();
  const language = /** @type {HTMLButtonElement} */ (event.submitter).value;
  const body = new FormData(/** @type {HTMLFormElement} */ (event.target));
  body.set("language", language);
  const told = await fetch(app.urls.language, { method: "POST", body, credentials: "same-origin", redirect: "manual" }).catch(() => null);
  if (told) location.replace(`${location.pathname}?${language}`);
  else app.toast(app.words("shell.needs_signal"));
}

/** @param {any} app @param {() => void} again */
function position(app, again) {
  const { place } = app;
  if (!place?.shares) return null;
  const on = place.shares(app);
  return h("button.button.wide", { "aria-pressed": String(on), onclick: () => Promise.resolve(place.share(app, !on)).then(again) }, app.words(on ? "me.position_off" : "me.position"));
}
