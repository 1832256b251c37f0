{% load i18n %}{% autoescape off %}/* The app's files are kept under one version: all of them or none. Nothing of a person is ever kept here. */

const VERSION = "field-{{ version }}";
const PAGE = "{{ page }}";
const FILES = [{% for file in files %}"{{ file }}",
  {% endfor %}];
const KEPT = new Set(FILES);

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});
self.addEventListener("sync", (event) => event.waitUntil(wake()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(url, request));
  else if (KEPT.has(url.pathname)) event.respondWith(kept(url.pathname, request));
});

/** Read everything anew, past the browser's own cache: a version that is half old is worse than none. */
async function keep() {
  const cache = await caches.open(VERSION);
  await cache.addAll([PAGE, ...FILES].map((file) => new Request(file, { cache: "reload", credentials: "same-origin" })));
}

/** Only now, when no page uses them any more, earlier versions go. */
async function takeOver() {
  for (const name of await caches.keys()) if (name.startsWith("field-") && name !== VERSION) await caches.delete(name);
  await self.clients.claim();
}

/** With a query the page is asked for anew, in another language; the one that is kept stands in where there is no signal. */
function page(url, request) {
  return url.search ? fetch(request).catch(() => kept(PAGE, request)) : kept(PAGE, request);
}

async function kept(name, request) {
  const cache = await caches.open(VERSION);
  return (await cache.match(name)) ?? fetch(request);
}

/** The phone has a signal again: whichever page is open sends what waits. */
async function wake() {
  for (const client of await self.clients.matchAll({ includeUncontrolled: true })) client.postMessage("send");
}
{% endautoescape %}
