// @ts-check
/* The service worker keeps the app's files, so that it opens without a signal. A new version waits until nobody is at work. */

import { h } from "./build.js";

/** @type {any} */
let offered = null; // the browser's own offer to put the app on the home screen
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offered = event;
});

/** Begin, where there are workers. @param {any} app */
export async function worker(app) {
  if (!navigator.serviceWorker) return; // as a plain page it works as well, with a signal
  try {
    const registered = await navigator.serviceWorker.register(app.urls.worker, { scope: location.pathname, updateViaCache: "none" });
    const look = async () => {
      if (!registered.waiting || !navigator.serviceWorker.controller) return;
      if ((await languages()) > 1 && !inStep()) registered.waiting.postMessage("take over"); // the page shall be read in it at once
      else ready(app, registered.waiting);
    };
    look();
    registered.addEventListener("updatefound", () => registered.installing?.addEventListener("statechange", look));
    let ours = Boolean(navigator.serviceWorker.controller);
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      if (ours) renew();
      ours = true;
    });
    setInterval(() => document.hidden || registered.update().catch(() => {}), 3_600_000);
    /** @type {any} */ (registered).sync?.register("send").catch(() => {});
  } catch (wrong) {
    console.warn(wrong);
  }
}

/** Use the new version: at once where nobody is in the middle of a step, else as soon as they leave it. */
function renew() {
  if (!inStep()) location.reload();
  else addEventListener("hashchange", renew, { once: true });
}

const inStep = () => location.hash.includes("/step/");

/** In how many languages the app lies here: two, where somebody has just chosen another. */
async function languages() {
  const names = (await caches.keys()).filter((name) => name.startsWith("field-"));
  return new Set(names.map((name) => name.slice("field-".length, name.lastIndexOf("-")))).size;
}

/** A new version is there: used at a tap, never in the middle of something. @param {any} app @param {ServiceWorker} waiting */
function ready(app, waiting) {
  document.querySelector(".app-version")?.remove();
  const box = h("p.app-toast.app-version", {}, app.words("shell.new_version"), " ",
    h("button.button", { onclick: () => waiting.postMessage("take over") }, app.words("shell.reload")));
  app.root.before(box);
}

/** The button that puts the app on the home screen, where the browser offers it. @param {any} app */
export function installing(app) {
  return offered ? h("button.button.wide", { onclick: () => offered.prompt() }, app.words("shell.install")) : null;
}
