// @ts-check
/* Signing out: what is not sent stays on the phone for who did it; everything else of them goes. */

import { h } from "./build.js";

/** @param {any} app */
export function signOut(app) {
  const waits = app.store.mine().length;
  const sheet = h("dialog.dialog.app-sheet", { "aria-label": app.words("shell.sign_out") },
    h("p", {}, waits ? app.words("shell.sign_out_unsent", { n: waits }) : app.words("shell.all_sent")),
    h("button.button.primary.wide", { onclick: () => leave(app), "data-leave": true }, app.words(waits ? "shell.sign_out_anyway" : "shell.sign_out")),
    h("button.button.bare.wide", { onclick: () => sheet.close() }, app.words("shell.stay")));
  sheet.addEventListener("close", () => sheet.remove());
  document.body.append(sheet);
  sheet.showModal();
}

/** @param {any} app */
async function leave(app) {
  const form = h("form", { method: "post", action: app.urls.sign_out, hidden: true }, h("input", { name: "csrfmiddlewaretoken", value: app.store.about.csrf ?? "" }));
  document.body.append(form);
  await app.store.purge();
  form.submit();
}
