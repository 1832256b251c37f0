// @ts-check
/* The technician's app: reads what this phone knows, shows it at once, and only then asks the server. */

import { deviceTime, now } from "./clock.js";
import { Store } from "./store.js";
import { Sync } from "./sync.js";
import { header } from "./header.js";
import { route } from "./router.js";
import { worker } from "./worker.js";
import { notices } from "./notices.js";
import { settle } from "./signing.js";

const REREAD = 60_000; // ms between looks at the server while the page is seen

/** What every page and screen is given. */
class App {
  constructor() {
    this.said = JSON.parse(document.getElementById("app-words")?.textContent ?? "{}");
    this.urls = JSON.parse(document.getElementById("app-urls")?.textContent ?? "{}");
    this.icons = document.getElementById("app-icons")?.dataset.icons ?? "";
    this.root = /** @type {HTMLElement} */ (document.getElementById("main"));
    this.plural = new Intl.PluralRules(document.documentElement.lang || "en");
    this.store = new Store(this.urls);
    this.outbox = this.store;
    this.failed = false; // whether the day was asked for in vain
    this.place = /** @type {any} */ (null); // the module that knows where we are, once it was read
    this.sync = new Sync({
      urls: this.urls,
      token: () => this.store.about.csrf ?? "",
      renew: () => this.store.refresh(),
      user: () => (this.store.signedOut ? 0 : this.store.who?.id ?? 0),
      held: (act) => this.store.questions().some((one) => one.key === act.key),
      onState: (state) => {
        if (state === "signed_out") this.store.signedOut = true;
        this.store.dispatchEvent(new Event("change"));
      },
      onChange: () => this.store.soon(),
    });
  }

  get verbs() {
    return this.store.verbs;
  }

  get who() {
    return this.store.who ?? { id: 0, name: "", zone: "UTC", currency: "", digits: 2, permit: "", outlet: {} };
  }

  /** The server's time. */
  now() {
    return now();
  }

  /**
   * A word of the app, its blanks filled; the code itself where there is none, so that it is noticed.
   * @param {string} code
   * @param {Record<string, any>} [facts]
   */
  words(code, facts = {}) {
    const found = this.said[code] ?? code;
    const text = Array.isArray(found) ? found[this.plural.select(Number(facts.n ?? 0)) === "one" ? 0 : 1] : found;
    return text.replace(/\{(\w+)\}/g, (/** @type {string} */ blank, /** @type {string} */ name) => (name in facts ? String(facts[name]) : blank));
  }

  /** @param {string} hash @param {boolean} [instead] of this page: the phone's own Back does not lead to what is done */
  go(hash, instead = false) {
    if (instead && location.hash !== hash) location.replace(hash);
    else if (location.hash === hash) dispatchEvent(new HashChangeEvent("hashchange"));
    else location.hash = hash;
  }

  /** Say something for a moment. @param {string} text @param {{tone?: string, stay?: boolean}} [how] */
  toast(text, how = {}) {
    const box = document.getElementById("toasts");
    const one = document.createElement("p");
    one.className = `app-toast ${how.tone ?? ""}`;
    one.textContent = text;
    box?.append(one);
    one.addEventListener("click", () => one.remove());
    if (!how.stay) setTimeout(() => one.remove(), 5_000);
  }

  /**
   * Do something to an order: done here at once, and sent when there is a signal.
   * @param {number} order @param {string} verb @param {Record<string, any>} values
   * @param {{blobs?: any[], said?: string, position?: any}} [how]
   */
  async act(order, verb, values, how = {}) {
    const position = how.position ?? this.place?.known?.(this) ?? null;
    const label = this.verbs[verb]?.label ?? verb;
    const act = await this.store.put({ order, verb, values, blobs: how.blobs ?? [], position, label, said: how.said ?? "" });
    this.sync.kick();
    return act;
  }
}

/** Read the day; while there is none on this phone, try again soon. @param {number} [wait] ms */
async function readDay(wait = 1_000) {
  const came = await app.store.refresh();
  app.failed = !came;
  if (!came && !app.store.read) app.store.dispatchEvent(new Event("change"));
  if (!came && !app.store.read) setTimeout(() => readDay(Math.min(2 * wait, 15_000)), wait);
}

const app = new App();
app.store.before = () => settle(app); // somebody signed out here without a signal: first of all the server hears of it
if (location.search) history.replaceState(null, "", `${location.pathname}${location.hash}`); // how the page was asked for past the worker
/** @type {any} */ (window).app = app; // for whoever asks in the console, and for tests
header(app);
// @ts-ignore: it lies beside us only once the static files are collected
import("../../shared/theme.js").catch(() => {});
await app.store.reload(false).catch((wrong) => console.error(wrong));
route(app);
document.body.dataset.ready = "yes";
app.sync.start();
readDay();
setInterval(() => document.hidden || app.store.refresh(), REREAD);
addEventListener("online", () => app.store.refresh());
document.addEventListener("visibilitychange", () => document.hidden || app.store.refresh());
addEventListener("unhandledrejection", ({ reason }) => reason?.code === "full" && app.toast(app.words("notsent.full"), { tone: "late", stay: true }));
notices(app);
worker(app);
import("./place.js").then((place) => {
  app.place = place;
  place.start?.(app);
}, () => {});
navigator.storage?.persist?.().catch(() => {});

export { deviceTime };
