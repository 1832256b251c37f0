/* Where what is in hand could go, lit on every row, and the ghost of where it would stand. */

/** The lights of a board: on while something is in hand. */
export class Lights {
  constructor(app) {
    this.app = app;
    this.lit = false;
  }

  /** Light up every row for one order, by its judge (feasible.js). */
  on(judge, minutes) {
    const { grid, store } = this.app;
    this.off();
    this.lit = true;
    for (const id of store.technicians.keys()) {
      const places = judge.places(id, minutes);
      for (const kind of ["fits", "tight", "ask"]) grid.paint(id, places.filter((place) => place[2] === kind), kind);
      if (!places.length) grid.paint(id, [[0, store.view.days * 1440]], "never");
    }
  }

  /** Dark again. */
  off() {
    if (!this.lit) return;
    this.lit = false;
    this.app.grid.paint(null);
    this.app.grid.clearGhosts("hand");
  }

  /** Show where it would stand, on the row itself: {order, technician, starts, ends, kind, label}. */
  ghost(ghost) {
    this.app.grid.ghosts([ghost], "hand");
  }
}
