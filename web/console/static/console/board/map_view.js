/* The map itself: the library, the ground, the layer of marks. Knows places, nothing of orders. */

import { MapLayer } from "./map_layer.js";
import { Marks } from "./map_marks.js";
import { Ground } from "./tiles.js";

const NEAREST = 16; // as near as one gets by choosing something
const MARGIN = 48;

/** `told`: {note(text, again), pressed(hit), clicked(place), busy(), changed()}. `begin()` first, then `ready`. */
export class MapView {
  constructor(root, words, told) {
    Object.assign(this, { root, words, told, ready: false });
    this.box = root.querySelector("[data-part=map]");
    this.said = root.dataset;
  }

  /** Fetch the library and draw the ground around a box of places (null: the world). */
  async begin(box, tiles) {
    const L = await library(this.said);
    if (!L) {
      this.told.note(this.words("no_library"), false);
      this.box.hidden = true;
      return;
    }
    this.L = L;
    this.map = L.map(this.box, {
      attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false,
      maxZoom: 19, minZoom: 3, zoomSnap: 0.5, wheelPxPerZoomLevel: 90, keyboardPanDelta: 100,
    });
    L.control.zoom({ position: "topright", zoomInTitle: this.words("zoom_in"), zoomOutTitle: this.words("zoom_out") }).addTo(this.map);
    L.control.scale({ position: "bottomright", imperial: false, maxWidth: 120 }).addTo(this.map);
    this.box.setAttribute("role", "application");
    this.box.setAttribute("aria-label", this.words("map_label"));
    this.marks = new Marks(this.root.querySelector(".map-key"));
    await this.marks.load();
    this.fit(box ?? [[-50, -120], [65, 150]]);
    this.layer = new MapLayer(L, this.map, this.marks);
    this.ground = new Ground(L, this.map, tiles, this.said.gcoord, (state) => this.#ground(state));
    this.ready = true;
    this.#listen();
    await this.ground.begin();
  }

  /** Draw a scene; `chosen`: {order, technician}. */
  draw(scene, chosen) {
    Object.assign(this.layer, { scene, chosen });
    this.layer.soon();
  }

  /** Where a WGS-84 place lies on this map. */
  put(place) {
    return this.ground?.shown(place) ?? place;
  }

  /** The WGS-84 place of the map's middle. */
  middle() {
    const { lat, lng } = this.map.getCenter();
    return this.ground.kept([lat, lng]);
  }

  /** True when one can't get any nearer. */
  deepest() {
    return this.map.getZoom() >= this.map.getMaxZoom();
  }

  /** Show a whole box of places. */
  fit(box) {
    if (!this.map || !box) return;
    this.map.fitBounds(box.map((place) => this.put(place)), { padding: [MARGIN, MARGIN], maxZoom: NEAREST, animate: false });
  }

  /** Bring a place into sight, without more moving than needed. */
  reveal(place) {
    this.map?.panInside(this.put(place), { padding: [MARGIN * 2, MARGIN * 2], animate: false });
  }

  /** Bring all of these places into sight, large enough to tell apart; nothing moves when they are. */
  revealAll(places) {
    if (!this.map || !places.length) return;
    const bounds = this.L.latLngBounds(places.map((place) => this.put(place)));
    const seen = this.map.getBounds();
    const [north, east] = [bounds.getNorth() - bounds.getSouth(), bounds.getEast() - bounds.getWest()];
    const small = north < (seen.getNorth() - seen.getSouth()) / 3 && east < (seen.getEast() - seen.getWest()) / 3;
    if (small || !seen.contains(bounds)) this.map.fitBounds(bounds, { padding: [MARGIN, MARGIN], maxZoom: NEAREST, animate: false });
  }

  /** Try the tiles once more. */
  tilesAgain() {
    this.ground?.begin();
  }

  #ground(state) {
    this.layer.bare = state !== "shown";
    this.root.classList.toggle("has-tiles", state === "shown");
    this.told.note(state === "lost" ? this.words("no_tiles") : "", state === "lost");
    this.#thanks(state === "shown" ? this.ground.tiles : null);
    this.told.changed(); // places may lie elsewhere now
  }

  /** Whose map it is. */
  #thanks(tiles) {
    const line = this.root.querySelector("[data-part=attribution]");
    line.replaceChildren();
    if (!tiles) return;
    const safe = /^https?:\/\//.test(tiles.link ?? "");
    const name = document.createElement(safe ? "a" : "span");
    name.textContent = tiles.attribution;
    if (safe) Object.assign(name, { href: tiles.link, target: "_blank", rel: "noopener" });
    line.append(name);
  }

  #listen() {
    const { map, box, layer } = this;
    map.on("click", ({ containerPoint: { x, y }, latlng }) => {
      if (this.told.busy()) return this.told.clicked(this.ground.kept([latlng.lat, latlng.lng]));
      const hit = layer.under(x, y);
      if (hit) this.told.pressed(hit);
      return undefined;
    });
    map.on("mousemove", ({ containerPoint: { x, y } }) => box.classList.toggle("over-mark", Boolean(layer.under(x, y))));
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(box);
    const repaint = () => { this.marks.forget(); layer.soon(); };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
    new MutationObserver(repaint).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }
}

/** The map's library, fetched once; null where it is not installed or does not come. */
async function library({ leaflet, leafletCss }) {
  if (!leaflet || !leafletCss) return null;
  try {
    await Promise.all([import(leaflet), sheet(leafletCss)]);
    return globalThis.L ?? null;
  } catch {
    return null;
  }
}

function sheet(href) {
  return new Promise((done, failed) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href, onload: done, onerror: failed });
    document.head.prepend(link); // ours come after and win
  });
}
