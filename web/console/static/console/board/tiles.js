/* The map's background: tiles of the source in the settings, or none. A source that is gone is taken away and said;
   a source in Chinese coordinates (GCJ-02) moves what is shown to fit, never what is kept. */

const PATIENCE = 8_000; // ms until the first tile
const IN_A_ROW = 8; // failures in a row once there were some: the source is gone, not a corner of the sea

/**
 * `tiles`: {url, attribution, link, max_zoom, crs, subdomains} or null. `told(state)` hears "none" (no source is set),
 * "shown" or "lost". Use `shown(place)` for where a WGS-84 place lies on the map, and `kept(place)` for the way back.
 */
export class Ground {
  constructor(L, map, tiles, gcoord, told) {
    Object.assign(this, { L, map, tiles, address: gcoord, told });
    this.state = "none";
    this.turn = null;
  }

  /** Show the tiles, if there is a source. Resolves once it is known in which coordinates the map is. */
  async begin() {
    if (!this.tiles) {
      this.#now("none");
      return;
    }
    if (this.tiles.crs === "gcj02" && !(await this.#turning())) return;
    this.#lay();
  }

  /** Whether tiles cover the ground. */
  get covered() {
    return this.state === "shown";
  }

  /** Where a WGS-84 place lies on this map, [latitude, longitude]. */
  shown(place) {
    return this.#turned(place, "WGS84", "GCJ02");
  }

  /** The WGS-84 place of a point of this map. */
  kept(place) {
    return this.#turned(place, "GCJ02", "WGS84");
  }

  #turned(place, from, to) {
    if (!this.turn || !this.covered) return place;
    const [longitude, latitude] = this.turn.transform([place[1], place[0]], this.turn[from], this.turn[to]);
    return [latitude, longitude];
  }

  /** Without the converter everything would lie half a kilometre off: then rather no tiles. */
  async #turning() {
    try {
      this.turn ??= (await import(this.address)).default;
      return true;
    } catch {
      this.#now("lost");
      return false;
    }
  }

  #lay() {
    const { url, max_zoom: maxZoom, subdomains } = this.tiles;
    this.layer = this.L.tileLayer(url, {
      maxNativeZoom: maxZoom,
      maxZoom: 19,
      subdomains: subdomains || "abc",
      referrerPolicy: "strict-origin-when-cross-origin", // some sources want to know who asks
    });
    this.loaded = 0;
    this.failed = 0;
    this.layer.on("tileload", () => { this.loaded += 1; this.failed = 0; clearTimeout(this.waiting); });
    this.layer.on("tileerror", () => this.#failure());
    this.waiting = setTimeout(() => this.loaded || this.#gone(), PATIENCE);
    this.#now("shown");
    this.layer.addTo(this.map);
  }

  #failure() {
    this.failed += 1;
    if (this.failed >= (this.loaded ? IN_A_ROW : 3)) this.#gone();
  }

  /** Take the tiles away: a plain ground says more than grey squares. */
  #gone() {
    clearTimeout(this.waiting);
    if (!this.layer) return;
    this.layer.remove();
    this.layer = null;
    this.#now("lost");
  }

  #now(state) {
    this.state = state;
    this.told(state);
  }
}
