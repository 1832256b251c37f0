/* The marks of the map, each drawn once and stamped as often as needed: colour and shape are the page's own,
   read from the legend (look.md: colour + shape + word), so that board and map can't differ. */

const SIDE = 24; // pixels of a mark with its rim
const BODY = 20;

/** Reads states from a legend: nodes [data-state] with a .shape inside. `load()` once; `mark(state, how)` is an image. */
export class Marks {
  constructor(legend) {
    this.legend = legend;
    this.shapes = new Map();
    this.made = new Map();
  }

  /** Fetch the shapes of the icon sprite. Without them marks are plain discs in their colours. */
  async load() {
    const address = this.legend.querySelector(".shape use")?.getAttribute("href")?.split("#")[0];
    if (!address) return;
    try {
      const answer = await fetch(address);
      const sprite = new DOMParser().parseFromString(await answer.text(), "image/svg+xml");
      for (const symbol of sprite.querySelectorAll('symbol[id^="s-"]')) this.shapes.set(symbol.id, [...symbol.children].map(pathOf));
    } catch {
      // The colours stay, and the words beside the map.
    }
    this.made.clear();
  }

  /** Forget what was drawn: the theme has changed, or the window moved to another screen. */
  forget() {
    this.made.clear();
    this.palette = null;
  }

  /** The page's colours as the canvas takes them. */
  get colours() {
    this.palette ??= Object.fromEntries([...this.legend.querySelectorAll("[data-colour]")].map((node) => [node.dataset.colour, getComputedStyle(node).color]));
    return this.palette;
  }

  /** The image of a state; `risk`: rimmed as late, `loose`: nobody has it (dashed), `chosen`: rimmed by the accent. */
  mark(state, { risk = false, loose = false, chosen = false } = {}) {
    const key = `${state} ${risk} ${loose} ${chosen}`;
    if (!this.made.has(key)) this.made.set(key, this.#draw(state, { risk, loose, chosen }));
    return this.made.get(key);
  }

  #draw(state, { risk, loose, chosen }) {
    const node = this.legend.querySelector(`[data-state="${state}"]`) ?? this.legend.querySelector("[data-state]");
    const look = getComputedStyle(node);
    const ink = getComputedStyle(node.querySelector(".shape") ?? node).fill;
    const scale = devicePixelRatio || 1;
    const image = document.createElement("canvas");
    image.width = image.height = SIDE * scale;
    const pen = image.getContext("2d");
    pen.scale(scale, scale);
    pen.translate(SIDE / 2, SIDE / 2);
    pen.beginPath();
    pen.roundRect(-BODY / 2, -BODY / 2, BODY, BODY, 6);
    pen.fillStyle = look.backgroundColor;
    pen.fill();
    pen.lineWidth = chosen || risk ? 3 : 1.5;
    pen.strokeStyle = chosen ? this.colours.accent : risk ? this.colours.late : ink;
    pen.setLineDash(loose && !chosen ? [4, 3] : []);
    pen.stroke();
    pen.setLineDash([]);
    this.#shape(pen, node, ink);
    return image;
  }

  #shape(pen, node, ink) {
    const name = node.querySelector(".shape use")?.getAttribute("href")?.split("#")[1];
    pen.translate(-6, -6);
    pen.fillStyle = pen.strokeStyle = ink;
    pen.lineWidth = 1.5;
    pen.lineCap = pen.lineJoin = "round";
    for (const { path, filled } of this.shapes.get(name) ?? []) {
      if (filled) pen.fill(path);
      pen.stroke(path);
    }
  }
}

/** How far around its middle a mark can be hit, in pixels. */
export const REACH = SIDE / 2 + 2;
export { SIDE };

function pathOf(node) {
  const path = new Path2D(node.tagName === "path" ? node.getAttribute("d") : "");
  if (node.tagName === "circle") {
    const [x, y, r] = ["cx", "cy", "r"].map((name) => Number(node.getAttribute(name)));
    path.arc(x, y, r, 0, 2 * Math.PI);
  }
  return { path, filled: node.getAttribute("fill") !== "none" };
}
