/* The map over the board: the same orders and people, where they are. What is chosen on one side is chosen on the other.
   The map's library is fetched when the map is first opened; without it the list beside the map still tells it all. */

import { shortcut } from "./keys.js";
import { metres } from "./map_geo.js";
import { MapList } from "./map_list.js";
import { Placing } from "./map_place.js";
import { dayShown, sceneOf, survey } from "./map_scene.js";
import { MapView } from "./map_view.js";
import { pool } from "./pool.js";

const ASK_EVERY = 60_000;
const SETTLE = 120;
const MOVES = 1_500;

/** Begin. Gives the page app.map. */
export function start(app) {
  const root = document.getElementById("board-map-box");
  if (root) app.map = new BoardMap(app, root);
}

class BoardMap {
  constructor(app, root) {
    Object.assign(this, { app, root, seen: new Map(), chosen: { order: 0, technician: 0 } });
    this.slide = root.closest("#board-map") ?? root;
    this.words = pool("map-words");
    this.time = JSON.parse(document.getElementById("client-words")?.textContent ?? "{}");
    this.list = new MapList(root.querySelector("[data-part=list]"), this.words, this.time, (kind, id) => this.#pressed(kind, id));
    this.states = new Map([...root.querySelectorAll("[data-state]")].map((node) => [node.dataset.state, node.textContent.trim()]));
    shortcut("v", () => this.toggle());
    this.#listen();
    this.#select(app.store.selected);
    if (new URLSearchParams(location.search).get("map")) this.open();
  }

  /** Open or close it. */
  toggle() {
    if (this.shown) this.close();
    else this.open();
  }

  get shown() {
    return !this.slide.hidden;
  }

  /** Slide it over the board. */
  async open() {
    if (this.shown) return;
    this.#slid(true);
    this.root.querySelector("h2").focus({ preventScroll: true });
    this.#show();
    this.#ask();
    await this.#begin();
    this.#show();
    if (!this.chosen.technician && !this.chosen.order) this.view?.fit(this.found.box);
    else this.#toChosen();
  }

  /** Take it away; the focus goes back to what opened it. */
  close() {
    if (!this.shown) return false;
    this.placing?.end();
    this.#slid(false);
    this.#mark();
    document.querySelector("[data-map=open]")?.focus({ preventScroll: true });
    return true;
  }

  /** Choose a technician (0: nobody) on map and board. */
  technician(id) {
    this.chosen = { order: 0, technician: id };
    this.#mark();
    this.#show();
    this.#toChosen();
    this.list.reveal();
  }

  /** Open the map and ask where an order is. */
  async place(id) {
    if (matchMedia("(width <= 900px)").matches) this.app.panel?.close(); // it would lie over the map
    await this.open();
    this.placing?.begin(this.app.store.orders.get(id) ?? { id });
  }

  /** Open the map at a technician. */
  async at(technician) {
    this.chosen = { order: 0, technician };
    await this.open();
    this.technician(technician);
  }

  #listen() {
    const { store } = this.app;
    for (const kind of ["change", "view", "filter"]) store.addEventListener(kind, () => this.#soon());
    store.addEventListener("view", () => { this.refit = true; });
    store.addEventListener("select", () => this.#select(store.selected));
    store.addEventListener("position", () => this.#moved());
    document.addEventListener("click", (event) => {
      const button = event.target.closest?.("[data-map=open]");
      if (button?.dataset.mapPlace) this.place(Number(button.dataset.mapPlace));
      else if (button) this.toggle();
    });
    this.root.addEventListener("click", (event) => this.#click(event));
    this.root.addEventListener("keydown", (event) => this.#key(event));
    new MutationObserver(() => store.technician && this.#rows()).observe(this.app.grid.body, { childList: true });
    document.addEventListener("visibilitychange", () => this.#ask());
    setInterval(() => this.#ask(), ASK_EVERY);
  }

  #click(event) {
    const part = event.target.closest("[data-part]")?.dataset.part;
    if (part === "close") this.close();
    else if (part === "fit") this.view?.fit(this.found.box);
    else if (part === "again") this.view?.tilesAgain();
  }

  #key(event) {
    if (event.key === "Escape") {
      if (this.placing?.end() || this.close()) {
        event.preventDefault();
        event.stopPropagation();
      }
    } else if (event.key === "Enter" && this.placing?.on && event.target.matches(".leaflet-container")) {
      event.preventDefault();
      this.placing.take(this.view.middle());
    }
  }

  #pressed(kind, id) {
    const { store } = this.app;
    if (kind === "technician") this.technician(this.chosen.technician === id ? 0 : id);
    else if (kind === "order") store.select(id);
    else if (kind === "place" && store.orders.has(id)) this.placing?.begin(store.orders.get(id));
  }

  /** What was chosen on the board, or here, is shown here. */
  #select(id) {
    const order = this.app.store.orders.get(Number(id));
    this.chosen = { order: order?.id ?? 0, technician: order?.technician || (order ? 0 : this.chosen.technician) };
    if (!this.shown) return;
    this.#mark();
    this.#show();
    this.#toChosen();
    this.list.reveal();
  }

  /** The chosen technician's row is marked on the board too. */
  #mark() {
    const { store } = this.app;
    store.technician = this.shown ? this.chosen.technician : 0;
    this.#rows();
  }

  #rows() {
    const { grid, store } = this.app;
    for (const [key, node] of grid.drawn) node.classList.toggle("is-chosen", key === `t${store.technician}`);
  }

  #toChosen() {
    const { order, technician } = this.chosen;
    const { places, stops, homes } = this.found;
    if (order && places.has(order)) this.view?.reveal(places.get(order));
    else if (technician) {
      const mine = (stops.get(technician) ?? []).map((one) => places.get(one.id)).filter(Boolean);
      const last = this.seen.get(technician)?.place;
      this.view?.revealAll([...mine, homes.get(technician), last].filter(Boolean));
    }
  }

  #soon() {
    clearTimeout(this.later);
    if (this.shown) this.later = setTimeout(() => this.#show(), SETTLE);
  }

  #shows = (order) => this.app.store.shows?.(order) ?? true;
  #knows = (one) => this.app.store.knows?.(one) ?? true;

  /** Draw map and list from the store as it is now. */
  #show() {
    const { store } = this.app;
    if (!this.shown || !store.view) return;
    const now = Date.now();
    const filter = { shows: this.#shows, knows: this.#knows };
    this.found = survey(store, now, filter);
    const people = [...store.technicians.values()].filter(this.#knows);
    const seen = dayShown(store.view, now).today ? this.seen : new Map();
    this.list.show(store, this.found, seen, { now, chosen: this.chosen, states: this.states, may: this.app.may, people });
    if (!this.view?.ready) return;
    const how = { now, words: this.time, put: (place) => this.view.put(place), knows: this.#knows };
    this.view.draw(sceneOf(store, this.found, this.seen, how), this.chosen);
    if (this.refit) this.view.fit(this.found.box);
    this.refit = false;
  }

  async #begin() {
    this.beginning ??= this.#library();
    await this.beginning;
  }

  async #library() {
    const note = this.root.querySelector("[data-part=note]");
    this.view = new MapView(this.root, this.words, {
      note: (text, again) => {
        note.hidden = !text;
        note.querySelector("p").textContent = text;
        note.querySelector("[data-part=again]").hidden = !again;
      },
      pressed: (hit) => this.#hit(hit),
      clicked: (place) => this.placing.on && this.placing.take(place),
      busy: () => this.placing.on,
      changed: () => this.#show(),
    });
    this.placing = new Placing(this.app, this.root, this.words, { middle: () => this.view.middle() });
    await this.asking;
    await this.view.begin(this.found?.box, this.tiles);
  }

  /** A mark was pressed: what it stands for is chosen; of several at one place, one after the other. */
  #hit(hit) {
    if (hit.kind === "technician") this.technician(hit.id);
    else if (hit.kind === "order") this.app.store.select(hit.id);
    else {
      const places = hit.orders.map(({ id }) => this.found.places.get(id));
      const apart = places.some((place) => metres(place, places[0]) > 20);
      if (apart && !this.view.deepest()) this.view.fit([[0, 1].map((n) => Math.min(...places.map((p) => p[n]))), [0, 1].map((n) => Math.max(...places.map((p) => p[n])))]);
      else this.#next(hit.orders.map(({ id }) => id));
    }
  }

  #next(ids) {
    const here = ids.indexOf(this.chosen.order);
    this.app.store.select(ids[(here + 1) % ids.length]);
  }

  /** Read where everybody was last seen; what is shown stays when that fails. */
  #ask() {
    if (!this.shown || document.hidden) return;
    this.asking = this.#positions();
  }

  async #positions() {
    const { store } = this.app;
    const outlet = store.view?.outlet?.code ?? "";
    const line = this.root.querySelector("[data-part=positions]");
    try {
      const answer = await fetch(`${this.app.url("board_map")}?outlet=${encodeURIComponent(outlet)}`, { redirect: "manual", signal: AbortSignal.timeout(15_000) });
      if (!answer.ok) throw new Error(String(answer.status));
      const { positions, tiles } = await answer.json();
      this.tiles = tiles;
      this.seen = new Map(positions.rows.map(([id, latitude, longitude, , at]) => [id, { place: [latitude, longitude], at }]));
      line.textContent = this.seen.size ? "" : this.words("nobody_seen");
    } catch {
      line.textContent = this.words("positions_lost");
    }
    this.#soon();
  }

  /** Somebody's phone has told where it is: asked for once for all that come together. */
  #moved() {
    this.moving ??= setTimeout(() => {
      this.moving = null;
      this.#ask();
    }, MOVES);
  }

  #slid(open) {
    this.slide.hidden = !open;
    document.body.classList.toggle("map-open", open);
    document.querySelector("[data-map=open]")?.setAttribute("aria-expanded", String(open));
    const address = new URL(location.href);
    if (open) address.searchParams.set("map", "1");
    else address.searchParams.delete("map");
    history.replaceState(history.state, "", address);
  }
}
