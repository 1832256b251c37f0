/* Minutes and pixels: how wide a minute is, which hours are marked, where a pointer's minute lies. */

const SNAP = 5;
const LEAST = 0.18; // pixels a minute: a week on a small screen
const READABLE = 0.9; // a day: an hour still holds a name
const MOST = 8;
const DAY = 1440;
const STEPS = [15, 30, 60, 120, 180, 240, 360, 720, 1440]; // minutes between marks
const APART = 46; // pixels between two marks at least
const APART_DAYS = 72; // where some of them say the day

/** The time axis of a board. */
export class Axis {
  constructor() {
    this.pixels = 1.2; // a minute
    this.days = 1;
  }

  /** Width of the whole view in pixels. */
  get width() {
    return this.days * DAY * this.pixels;
  }

  /** Where a minute lies, in pixels from the view's midnight. */
  x(minute) {
    return minute * this.pixels;
  }

  /** Which minute lies there. */
  minute(x) {
    return x / this.pixels;
  }

  /** Zoom by a factor; returns whether anything changed. */
  zoom(factor) {
    const before = this.pixels;
    this.pixels = Math.min(MOST, Math.max(LEAST, before * factor));
    return this.pixels !== before;
  }

  /** Make the minutes from–to as wide as a box of `width` pixels. */
  fit(from, to, width) {
    const least = this.days > 1 ? LEAST : READABLE;
    this.pixels = Math.min(MOST, Math.max(least, width / Math.max(60, to - from)));
  }

  /** Minutes between two marks. */
  get step() {
    const apart = this.days > 1 ? APART_DAYS : APART;
    return STEPS.find((step) => step * this.pixels >= apart) ?? DAY;
  }
}

/** A minute on the nearest five; or on the nearest one. */
export function snap(minute, fine = false) {
  const step = fine ? 1 : SNAP;
  return Math.round(minute / step) * step;
}

/** Put spans [starts, ends] into as few lanes as it takes; returns the lane of each, and how many there are. */
export function lanes(visits) {
  const ends = [];
  const found = visits.map(({ starts, ends: over }) => {
    let lane = ends.findIndex((end) => end <= starts);
    if (lane < 0) lane = ends.length;
    ends[lane] = Math.max(over, starts + 1);
    return lane;
  });
  return { lanes: found, count: Math.max(1, ends.length) };
}
