/* The board's page: reads its data, draws it, and lets the parts hang themselves in. */

import { filters } from "./filters.js";
import { Grid } from "./grid.js";
import { Pieces } from "./pieces.js";
import { Store } from "./store.js";
import { Sync } from "./sync.js";
import { tips } from "./tip.js";
import { walk } from "./walk.js";
import { start as queue } from "./queue.js";

const LATER = ["hands", "panel", "suggest", "plan", "map", "absences", "keys"]; // read while the board is looked at already
const HIDDEN = 400; // ms: a tab that nobody looks at draws no frames
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
root.app = app; // for whoever asks in the console, and for tests
await app.go(location.search.slice(1));
await Promise.race([painted(), new Promise((done) => setTimeout(done, HIDDEN))]);
const [, ...parts] = await Promise.all([app.sync.begin(), ...LATER.map((name) => import(`./${name}.js`).catch(unread))]);
parts.forEach((part, index) => part && begin(LATER[index], part.start));
root.dataset.ready = "yes";

/** Start a part; one that fails must not take the board with it. */
function begin(name, start) {
  try {
    start(app);
  } catch (error) {
    console.error(name, error);
  }
}

function unread(error) {
  console.error("part", error);
}

/** Say in the browser's own timings how long it took from the data in hand to the first picture; done once it is drawn. */
function painted() {
  return new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel(); // what is posted in a frame is heard after it has been drawn
    port1.onmessage = () => {
      if (performance.getEntriesByName("board-data").length) performance.measure("board-first", "board-data");
      done();
    };
    port2.postMessage(0);
  }));
}
