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

/** The phone forgets at once; the server is told as soon as it can be. @param {any} app */
async function leave(app) {
  const token = app.store.about.csrf ?? "";
  await app.store.purge();
  owe(token);
  location.replace((await settle(app)) ? app.urls.sign_in : location.pathname); // without a signal only this page can be shown
}

const OWED = "doorstep-field-sign-out"; // the session's token, while the server has not heard of it

/** @param {string|null} token */
function owe(token) {
  try {
    if (token === null) localStorage.removeItem(OWED);
    else localStorage.setItem(OWED, token);
  } catch {
    // A closed storage: then only now.
  }
}

/** Tell the server of a sign-out that it has not heard of. Resolves to false while it can't be told. @param {any} app */
export async function settle(app) {
  let token = null;
  try {
    token = localStorage.getItem(OWED);
  } catch {
    return true;
  }
  if (token === null) return true;
  for (let turn = 0; turn < 2; turn += 1) {
    const how = { method: "POST", headers: { "X-CSRFToken": token }, credentials: /** @type {const} */ ("same-origin"), redirect: /** @type {const} */ ("manual") };
    const response = await fetch(app.urls.sign_out, how).catch(() => null);
    if (!response) return false; // no signal: asked again at the next start
    if (response.status !== 403) break;
    const said = await fetch(app.urls.bundle, { headers: { Accept: "application/json" } }).then((one) => one.json(), () => ({}));
    token = said.csrf ?? "";
  }
  owe(null);
  return true;
}
