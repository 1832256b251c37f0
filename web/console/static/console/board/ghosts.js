/* A plan on the board: what it would do as ghosts, what it would move made pale; or, to compare, neither. */

import { minuteOf } from "./plan_words.js";

const LEAD = 60; // minutes of what is before the first ghost

/** What a move does, for its look: an order that stands nowhere yet, one that goes to another, one at another time. */
export function kindOf(move) {
  if (!move.from_technician) return "new";
  return move.from_technician.id === move.technician.id ? "time" : "change";
}

/** Draws the moves of an option that are chosen and still open. */
export class Ghosts {
  constructor(app) {
    this.app = app;
    this.sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.sheet];
  }

  /** Show these moves; what stands of their orders grows pale. */
  show(moves) {
    const { grid, store } = this.app;
    const shown = moves.filter((move) => move.state === "open");
    grid.ghosts(shown.filter((move) => !move.off).map((move) => ({
      order: move.order,
      technician: move.technician.id,
      starts: minuteOf(store.view, move.starts_at),
      ends: minuteOf(store.view, move.ends_at),
      kind: kindOf(move),
      label: move.customer || move.number,
    })));
    const bars = shown.filter((move) => move.from_starts_at).map((move) => `#board .bar[data-order="${Number(move.order)}"]`);
    this.sheet.replaceSync(bars.length ? `${bars.join(",")}{opacity:.4}` : "");
  }

  /** Scroll sideways to the first of these moves that lies ahead, when a plan is seen for the first time. */
  begin(moves) {
    const { grid, store } = this.app;
    const minutes = moves.filter((move) => !move.off).map((move) => minuteOf(store.view, move.starts_at));
    if (minutes.length) grid.scroll.scrollLeft = Math.max(0, grid.axis.x(Math.min(...minutes) - LEAD));
  }

  /** Scroll the board to where a move would put its order, and let that ghost be seen. */
  reveal(move) {
    const { grid, store } = this.app;
    const row = grid.layout.find((one) => one.technician === move.technician.id);
    if (!row) return;
    const room = grid.box.height - grid.axisHeight;
    const left = grid.axis.x(minuteOf(store.view, move.starts_at));
    const seen = row.top >= grid.top && row.top + row.height <= grid.top + room;
    grid.scroll.scrollTo({ top: seen ? grid.top : Math.max(0, row.top - room / 2), left: Math.max(0, left - 160) });
    requestAnimationFrame(() => {
      document.querySelector(".ghost.shown")?.classList.remove("shown");
      document.querySelector(`#board .ghost[data-ghost="${Number(move.order)}"]`)?.classList.add("shown");
    });
  }

  /** Take them away. */
  clear() {
    this.app.grid.clearGhosts();
    this.sheet.replaceSync("");
  }
}
