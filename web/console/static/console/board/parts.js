/* Parts of the board that are read when they are first wanted: what they do, and the words and looks that only they have.
   What was pressed meanwhile is pressed again once they are there; what could not be read says so, and is tried again. */

import { shortcut } from "./keys.js";

const PARTS = { // name → modules, in the order in which they begin; `frame`: they need something in the page
  order: { modules: ["panel", "suggest"] },
  plan: { modules: ["plan"], frame: true },
  map: { modules: ["map"], frame: true },
  away: { modules: ["absences"], frame: true },
  keys: { modules: [], frame: true },
};
const AGAIN = 5_000; // ms
const PATIENCE = 20_000;

/** The parts of one page. `ready` is a promise: nothing begins before it. */
export class Parts {
  constructor(app, ready) {
    this.app = app;
    this.ready = ready;
    this.begun = new Set();
    this.reading = new Map(); // name → promise
    this.last = new Map(); // name → the event that is to happen again
    this.coming = app.el("board-coming");
    this.unfound = app.el("board-unfound");
    this.#wanted("click", "#plan-open", "plan");
    this.#wanted("click", "[data-map=open]", "map");
    this.#wanted("click", "[data-row-menu]", "away");
    this.#wanted("contextmenu", "[data-row-head]", "away");
    this.#wanted("click", "#alarms a[href]", "order");
    this.#key("a", "away");
    this.#key("s", "order");
    this.#listen(app.store);
  }

  /** Read a part and begin it, once. Resolves to whether it is there; `quiet`: nobody waits for it. */
  async need(name, { quiet = false } = {}) {
    if (this.begun.has(name)) return true;
    if (!quiet) this.coming.hidden = false;
    if (!this.reading.has(name)) this.reading.set(name, this.#read(name));
    const there = await this.reading.get(name);
    this.reading.delete(name);
    this.coming.hidden = this.reading.size > 0 ? this.coming.hidden : true;
    this.unfound.hidden = there;
    return there;
  }

  /** One module, for who needs it only now; null when it could not be read, which is said. */
  async module(name) {
    try {
      const found = await import(`./${name}.js`);
      this.unfound.hidden = true;
      return found;
    } catch (error) {
      console.error(name, error);
      this.unfound.hidden = false;
      return null;
    }
  }

  async #read(name) {
    const { modules, frame } = PARTS[name];
    try {
      const [page, ...found] = await Promise.all([
        frame && this.app.el(`board-part-${name}`) ? this.#frame(name) : null,
        ...modules.map((module) => import(`./${module}.js`)),
        this.ready,
      ]);
      if (page) this.#put(name, page);
      this.begun.add(name);
      for (const part of found.slice(0, modules.length)) part.start(this.app);
      return true;
    } catch (error) {
      console.error(name, error);
      return false;
    }
  }

  /** What a part needs in the page: its styles are read before it is shown. */
  async #frame(name) {
    const answer = await fetch(this.app.url("board_part", name), { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const page = document.createElement("template");
    page.innerHTML = await answer.text();
    await Promise.all([...page.content.querySelectorAll("link")].map(styled));
    return page.content;
  }

  #put(name, page) {
    const place = this.app.el(`board-part-${name}`);
    const parts = [...page.children];
    place.replaceWith(page);
    for (const part of parts) window.htmx?.process(part);
  }

  /** What wants a part that is not there is held back, and happens once it is. */
  #wanted(type, selector, name) {
    const listen = async (event) => {
      if (this.begun.has(name)) {
        document.removeEventListener(type, listen, true);
        return;
      }
      const target = event.target.closest?.(selector);
      if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      this.last.set(name, event); // pressed twice it is meant once
      target.setAttribute("aria-busy", "true");
      const there = await this.need(name);
      target.removeAttribute("aria-busy");
      if (there && this.last.get(name) === event && event.target.isConnected) again(event);
    };
    document.addEventListener(type, listen, true);
  }

  #key(key, name) {
    shortcut(key, (event) => {
      if (this.begun.has(name)) return false;
      this.last.set(name, event);
      this.need(name).then((there) => there && this.last.get(name) === event && again(event));
      return true;
    });
  }

  #listen(store) {
    const asked = new URLSearchParams(location.search);
    const order = () => {
      if (store.selected == null || this.begun.has("order")) return;
      document.body.classList.add("panel-open"); // where it is going to be
      this.need("order");
    };
    store.addEventListener("select", order);
    if (store.selected != null || asked.get("order")) this.need("order", { quiet: true });
    if (asked.get("map")) this.need("map", { quiet: true });
    store.addEventListener("view", () => this.#planned());
    store.addEventListener("plan", () => this.need("plan", { quiet: true }));
    store.addEventListener("plan:again", async ({ detail }) => {
      if (this.begun.has("plan") || !(await this.need("plan"))) return;
      store.dispatchEvent(new CustomEvent("plan:again", { detail }));
    });
    document.addEventListener("htmx:configRequest", stay);
    document.addEventListener("acted", ({ detail }) => detail?.order && this.app.sync.ask([detail.order]));
  }

  /** A plan of the day in view shows on its button: its part is read when there is one. */
  async #planned() {
    clearTimeout(this.asking);
    if (this.begun.has("plan")) return;
    const { view } = this.app.store;
    const asked = new URLSearchParams({ outlet: view.outlet.code, day: view.day });
    try {
      await this.ready;
      const answer = await fetch(`${this.app.url("board_plans")}?${asked}`, { headers: { Accept: "application/json" } });
      if (answer.ok && (await answer.json()).plan && view === this.app.store.view) await this.need("plan", { quiet: true });
    } catch {
      this.asking = setTimeout(() => this.#planned(), AGAIN);
    }
  }
}

/** What is sent from the panel, or from a form opened here, is told to the board and does not leave it. */
function stay(event) {
  const from = event.detail.elt?.closest?.("#board-order, #act-dialog");
  if (from && !event.detail.path.includes("stay=")) event.detail.parameters.stay = "1";
}

function again(event) {
  event.target.dispatchEvent(new event.constructor(event.type, event));
}

function styled(link) {
  const known = document.head.querySelector(`link[href="${CSS.escape(link.getAttribute("href"))}"]`);
  link.remove();
  if (known) return undefined;
  return new Promise((done, failed) => {
    link.addEventListener("load", done);
    link.addEventListener("error", () => { link.remove(); failed(new Error("style")); });
    document.head.append(link);
  });
}
