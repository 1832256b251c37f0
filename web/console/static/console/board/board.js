/* The board's page: reads its data, draws it, and lets the parts hang themselves in. */

import { warm } from "./clock.js";
import { filters } from "./filters.js";
import { drawn, painted } from "./frames.js";
import { Grid } from "./grid.js";
import { Parts } from "./parts.js";
import { Pieces } from "./pieces.js";
import { printing } from "./printing.js";
import { Store } from "./store.js";
import { Sync } from "./sync.js";
import { tips } from "./tip.js";
import { walk } from "./walk.js";
import { start as queue } from "./queue.js";

const LATER = ["hands", "keys"]; // read while the board is looked at already
const AGAIN = 4_000;

class App {
  constructor(root) {
    this.urls = JSON.parse(document.getElementById("board-urls").textContent);
    this.may = root.dataset.may === "yes";
    this.pieces = new Pieces();
    this.store = new Store((query) => `${this.url("board_data")}?${query}`);
    this.grid = new Grid(root, this.store, this.pieces);
    this.sync = new Sync(this);
  }

  /** An element of the page by its id. */
  el(id) {
    return document.getElementById(id);
  }

  /** A sentence of the board. */
  words(name, facts) {
    return this.pieces.word(name, facts);
  }

  /** The address of a page by its name, its blanks filled in order. */
  url(name, ...blanks) {
    return (this.urls[name] ?? "").replace(/\/(0|what)(?=\/)/g, (blank) => (blanks.length ? `/${blanks.shift()}` : blank));
  }

  /** Read another view; keeps trying while the server is away. */
  async go(query) {
    clearTimeout(this.retry);
    try {
      await this.store.load(query);
      this.el("board-unread").hidden = true;
    } catch {
      this.el("board-unread").hidden = false;
      this.retry = setTimeout(() => this.go(query), AGAIN);
    }
  }
}

const root = document.getElementById("board");
const app = new App(root);
filters(app);
begin("queue", queue);
walk(app);
tips(app);
printing(app);
let begun;
app.parts = new Parts(app, new Promise((done) => { begun = done; }));
root.app = app; // for whoever asks in the console, and for tests
const reading = app.go(location.search.slice(1));
warm(root.dataset.zone); // while the data are on their way
await reading;
drawn().then(timed);
await painted();
await Promise.all([app.sync.begin(), ...LATER.map(later)]);
begun();
await app.grid.settled;
root.dataset.ready = "yes";

/** Say in the browser's own timings how long it took from the data in hand to the first picture. */
function timed() {
  const [read] = performance.getEntriesByName("board-data");
  if (read) performance.measure("board-first", { start: read.startTime });
}

/** Start a part; one that fails must not take the board with it. */
function begin(name, start) {
  try {
    start(app);
  } catch (error) {
    console.error(name, error);
  }
}

/** Read a part that everybody needs, and begin it; it is tried again until it is there. */
async function later(name) {
  for (;;) {
    const part = await app.parts.module(name);
    if (part) return begin(name, part.start);
    await new Promise((done) => setTimeout(done, AGAIN));
  }
}
