// @ts-check
/* The calls that are mine to make, the one due first on top (H-R1). */

import { h, when } from "./build.js";
import { relative } from "./day.js";

/** @param {any} app @param {HTMLElement} root */
export function draw(app, root) {
  const again = () => root.replaceChildren(...page(app));
  again();
  return { again };
}

/** @param {any} app @returns {any[]} */
function page(app) {
  const calls = app.store.about.calls ?? [];
  const now = app.now().getTime();
  return [
    h("h1.app-title", {}, app.words("shell.calls")),
    calls.length ? null : h("p.note", {}, app.words("van.no_calls")),
    ...calls.map((/** @type {any} */ call) => {
      const left = (new Date(call.due).getTime() - now) / 1000;
      return h("section.card.app-card", {},
        h("span.app-line", {}, h("strong.app-name", {}, call.customer), h("span", { class: `app-leave ${left < 0 ? "late" : left < 900 ? "soon" : ""}` }, `${when(app, call.due)} · ${relative(app, left)}`)),
        h("p.quiet", {}, call.appliance),
        h("a.button.wide", { href: `tel:${call.phone}` }, `${app.words("day.call")} ${call.phone}`),
        h("div.app-two", {}, ["callback_satisfied", "callback_unhappy", "callback_no_answer"].filter((verb) => app.verbs[verb]).map((verb) =>
          h("a.button", { href: `#/order/${call.order}/step/act:${verb}` }, app.verbs[verb].short))));
    }),
  ].filter(Boolean);
}
