/* What lies over the rows: places lit up while something is in hand, and ghosts of where orders would stand. */

/** The lights and ghosts of a board. `drawn`: the grid's Map of row nodes by key. */
export class Over {
  constructor(axis, drawn) {
    this.axis = axis;
    this.drawn = drawn;
    this.lit = new Map(); // technician → Map(kind → spans)
    this.layers = new Map(); // layer → ghosts
    this.turn = { lit: 0, haunted: 0 }; // what was drawn in an earlier one is drawn again
  }

  /** Light up spans of a row; paint(null) puts all lights out. */
  paint(technician, spans, kind) {
    if (technician === null) {
      this.lit.clear();
    } else {
      if (!this.lit.has(technician)) this.lit.set(technician, new Map());
      this.lit.get(technician).set(kind, spans);
    }
    this.turn.lit += 1;
    clearTimeout(this.painting);
    this.painting = setTimeout(() => this.#light(), 0); // many rows at once, drawn once
  }

  /** Show ghosts on a layer. */
  ghosts(list, layer) {
    this.layers.set(layer, list);
    this.turn.haunted += 1;
    this.#haunt();
  }

  /** Take a layer's ghosts away. */
  clear(layer) {
    if (!this.layers.delete(layer)) return;
    this.turn.haunted += 1;
    this.#haunt();
  }

  /** Draw it all on the rows that are in the page now. */
  draw() {
    this.#light();
    this.#haunt();
  }

  /** The drawn rows whose lights or ghosts are not what they should be: new ones, or all after a change. */
  #rows(what) {
    const turn = `${this.turn[what]} ${this.axis.pixels}`;
    const found = [];
    for (const [key, node] of this.drawn) {
      if (!key.startsWith("t") || node[what] === turn) continue;
      node[what] = turn;
      found.push([Number(key.slice(1)), node]);
    }
    return found;
  }

  #light() {
    for (const [technician, node] of this.#rows("lit")) {
      const line = node.querySelector(".row-lights");
      const kinds = this.lit.get(technician);
      node.classList.toggle("never", Boolean(kinds?.has("never")));
      if (!kinds) {
        if (line.firstChild) line.replaceChildren();
        continue;
      }
      const found = [];
      for (const [kind, spans] of kinds) for (const [from, to] of spans) found.push(this.#span(`light ${kind}`, from, to));
      line.replaceChildren(...found);
    }
  }

  #haunt() {
    const stale = this.#rows("haunted");
    if (!stale.length) return;
    const rows = new Map();
    for (const ghost of [...this.layers.values()].flat()) {
      if (!rows.has(ghost.technician)) rows.set(ghost.technician, []);
      rows.get(ghost.technician).push(ghost);
    }
    for (const [technician, node] of stale) {
      const line = node.querySelector(".row-ghosts");
      const here = rows.get(technician) ?? [];
      if (here.length || line.firstChild) line.replaceChildren(...here.map((ghost) => this.#ghost(ghost)));
    }
  }

  #ghost(ghost) {
    const made = this.#span(`ghost ${ghost.kind ?? ""}`, ghost.starts, ghost.ends);
    made.dataset.ghost = ghost.order;
    made.textContent = ghost.label ?? "";
    return made;
  }

  #span(kind, from, to) {
    const node = document.createElement("div");
    node.className = kind;
    node.style.left = `${this.axis.x(from)}px`;
    node.style.width = `${Math.max(4, this.axis.x(to - from))}px`;
    return node;
  }
}
