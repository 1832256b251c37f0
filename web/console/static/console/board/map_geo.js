/* The sums behind the map. Places are [latitude, longitude] in degrees, WGS-84; nothing here touches the page. */

const EARTH = 6_371_000; // metres
const RAD = Math.PI / 180;
const FAR = 400_000; // metres from the outlet: nobody drives there for a visit, so the place is wrong

/** The great-circle distance of two places in metres. */
export function metres([latA, lonA], [latB, lonB]) {
  const north = Math.sin(((latB - latA) * RAD) / 2) ** 2;
  const east = Math.cos(latA * RAD) * Math.cos(latB * RAD) * Math.sin(((lonB - lonA) * RAD) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(north + east)));
}

/**
 * Whether a place can be believed: "" when it can, "none" when there is none, "zero" for 0, 0 (what forms and phones
 * send when they know nothing), "swapped" when it would be right with its figures the other way round, "far" when
 * it lies beyond any drive from `centre` (null: nothing to compare with).
 */
export function doubt(place, centre) {
  if (!Array.isArray(place) || place.some((figure) => !Number.isFinite(figure))) return "none";
  const [latitude, longitude] = place;
  if (Math.abs(latitude) < 0.001 && Math.abs(longitude) < 0.001) return "zero";
  const possible = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  if (possible && (!centre || metres(place, centre) <= FAR)) return "";
  const other = [longitude, latitude];
  const mirrored = Math.abs(longitude) <= 90 && centre && metres(other, centre) <= FAR;
  if (mirrored) return "swapped";
  return "far";
}

/** The middle of places, by median, so that a wrong one does not pull it away; null without any. */
export function middle(places) {
  if (!places.length) return null;
  const at = (index) => places.map((place) => place[index]).sort((a, b) => a - b)[Math.floor(places.length / 2)];
  return [at(0), at(1)];
}

/** The smallest box around places as [[south, west], [north, east]]; null without any. */
export function boxAround(places) {
  if (!places.length) return null;
  const box = [[90, 180], [-90, -180]];
  for (const [latitude, longitude] of places) {
    box[0][0] = Math.min(box[0][0], latitude);
    box[0][1] = Math.min(box[0][1], longitude);
    box[1][0] = Math.max(box[1][0], latitude);
    box[1][1] = Math.max(box[1][1], longitude);
  }
  return box;
}

const STEPS = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

/** How many degrees lie between two lines of the graticule, when `degrees` are seen across `pixels`. */
export function stepOf(degrees, pixels, apart = 150) {
  const wanted = (degrees * apart) / pixels;
  return STEPS.findLast((step) => step >= wanted) ?? STEPS[0];
}

/** The multiples of `step` from `low` to `high`, free of rounding dust. */
export function lines(low, high, step) {
  const found = [];
  for (let n = Math.ceil(low / step); n * step <= high && found.length < 60; n += 1) found.push(Number((n * step).toFixed(6)));
  return found;
}

/**
 * Put points that lie too close into one. `points`: [{x, y, …}] in pixels. Returns {single: [point], crowds: [{x, y,
 * points}]}; fewer than `least` in a cell stay by themselves. One pass over the points.
 */
export function thin(points, cell = 36, least = 3) {
  const cells = new Map();
  for (const point of points) {
    const key = `${Math.floor(point.x / cell)} ${Math.floor(point.y / cell)}`;
    if (cells.has(key)) cells.get(key).push(point);
    else cells.set(key, [point]);
  }
  const single = [];
  const crowds = [];
  for (const inside of cells.values()) {
    if (inside.length < least) single.push(...inside);
    else crowds.push({ points: inside, x: mean(inside, "x"), y: mean(inside, "y") });
  }
  return { single, crowds };
}

const mean = (points, name) => points.reduce((sum, point) => sum + point[name], 0) / points.length;

/** Room for labels: `take(x, y, width, height)` is true, and the room gone, unless another label is there. */
export class Room {
  #cells = new Map();

  take(x, y, width, height) {
    const keys = [];
    for (let column = Math.floor(x / 64); column <= Math.floor((x + width) / 64); column += 1) {
      for (let row = Math.floor(y / 24); row <= Math.floor((y + height) / 24); row += 1) keys.push(`${column} ${row}`);
    }
    const box = [x, y, x + width, y + height];
    const free = keys.every((key) => !(this.#cells.get(key) ?? []).some((other) => meet(box, other)));
    if (free) for (const key of keys) this.#cells.set(key, [...(this.#cells.get(key) ?? []), box]);
    return free;
  }
}

const meet = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
