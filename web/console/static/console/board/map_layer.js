/* What lies on the map, on one canvas: ground and names where there are no tiles, routes, orders, people. One drawing of
   2,000 orders takes a few milliseconds, so everything is drawn anew with every move. */

import { lines, Room, stepOf, thin } from "./map_geo.js";
import { REACH, SIDE } from "./map_marks.js";

const CROWDED = 160; // orders in sight, from which on those too close to tell apart become one
const LABELS = 260;

/**
 * The layer. `scene` is {orders: [{id, at, state, label, risk, loose, over, technician}], people: [{id, at, name, age, stale,
 * home}], routes: [{technician, points}], names: [{at, text}]}, `at` as [latitude, longitude] on the map;
 * `chosen`: {order, technician}; `bare`: draw a ground of our own.
 */
export class MapLayer {
  constructor(L, map, marks) {
    Object.assign(this, { L, map, marks });
    this.scene = { orders: [], people: [], routes: [], names: [] };
    this.chosen = { order: 0, technician: 0 };
    this.bare = true;
    this.hits = [];
    this.canvas = document.createElement("canvas");
    this.canvas.className = "map-canvas";
    this.canvas.setAttribute("aria-hidden", "true"); // the list beside the map says it all
    map.getPanes().overlayPane.append(this.canvas);
    for (const event of ["move", "viewreset", "resize"]) map.on(event, () => this.soon());
    this.soon();
  }

  /** Draw with the next frame. */
  soon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  /** Draw everything now. */
  draw() {
    const { map, canvas, L } = this;
    const size = map.getSize();
    if (!size.x || !size.y) return;
    const scale = devicePixelRatio || 1;
    if (canvas.width !== size.x * scale || canvas.height !== size.y * scale) {
      canvas.width = size.x * scale;
      canvas.height = size.y * scale;
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
    }
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    const pen = canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, size.x, size.y);
    const font = getComputedStyle(map.getContainer()).fontFamily;
    Object.assign(this, { pen, size, font, room: new Room(), hits: [], labels: 0 });
    if (this.bare) this.#ground();
    this.#routes();
    if (this.bare) this.#names();
    this.#orders();
    this.#people();
  }

  /** What lies under a point of the window's map, nearest first: {kind: "order"|"technician"|"crowd", …} or null. */
  under(x, y) {
    let best = null;
    for (const hit of this.hits) {
      const away = Math.hypot(hit.x - x, hit.y - y);
      if (away <= hit.reach && (!best || away <= best.away)) best = { ...hit, away };
    }
    return best;
  }

  #at(place) {
    return this.map.latLngToContainerPoint(place);
  }

  #seen({ x, y }, margin = 40) {
    return x > -margin && y > -margin && x < this.size.x + margin && y < this.size.y + margin;
  }

  /** A graticule with its degrees. */
  #ground() {
    const { pen, size, map } = this;
    const { colours } = this.marks;
    const bounds = map.getBounds();
    const step = stepOf(bounds.getEast() - bounds.getWest(), size.x);
    const middle = bounds.getCenter();
    pen.lineWidth = 1;
    pen.strokeStyle = colours.line;
    pen.fillStyle = colours.quiet;
    pen.font = `11px ${this.font}`;
    pen.textBaseline = "bottom";
    for (const degree of lines(bounds.getWest(), bounds.getEast(), step)) {
      const x = Math.round(this.#at([middle.lat, degree]).x) + 0.5;
      this.#stroke([[x, 0], [x, size.y]]);
      pen.fillText(`${degree}°`, x + 3, size.y - 22);
    }
    for (const degree of lines(bounds.getSouth(), bounds.getNorth(), step)) {
      const y = Math.round(this.#at([degree, middle.lng]).y) + 0.5;
      this.#stroke([[0, y], [size.x, y]]);
      pen.fillText(`${degree}°`, 3, y - 2);
    }
  }

  /** The districts' names above where most of their orders lie, clear of the marks. */
  #names() {
    const { pen, room } = this;
    this.room = new Room(); // only names among themselves
    for (const { at, text } of this.scene.names) {
      const { x, y } = this.#at(at);
      pen.font = `650 15px ${this.font}`;
      const width = pen.measureText(text).width;
      if (this.#seen({ x, y })) this.#text(text, x - width / 2, y - 26, "650 15px", this.marks.colours.quiet);
    }
    this.room = room;
  }

  #stroke(points) {
    const { pen } = this;
    pen.beginPath();
    for (const [x, y] of points) pen.lineTo(x, y);
    pen.stroke();
  }

  /** Straight from visit to visit; the chosen technician's above the others, with the way it goes. */
  #routes() {
    const { pen, chosen } = this;
    const { colours } = this.marks;
    const mine = (route) => route.technician === chosen.technician;
    pen.lineJoin = "round";
    for (const route of [...this.scene.routes].sort((a, b) => mine(a) - mine(b))) {
      const points = route.points.map((place) => this.#at(place)).map(({ x, y }) => [x, y]);
      pen.globalAlpha = mine(route) ? 1 : chosen.technician ? 0.2 : 0.5;
      pen.lineWidth = mine(route) ? 3 : 1;
      pen.strokeStyle = mine(route) ? colours.accent : colours.route;
      this.#stroke(points);
      if (mine(route)) this.#arrows(points, colours.accent);
    }
    pen.globalAlpha = 1;
  }

  #arrows(points, colour) {
    const { pen } = this;
    pen.fillStyle = colour;
    points.slice(1).forEach(([x, y], index) => {
      const [fromX, fromY] = points[index];
      if (Math.hypot(x - fromX, y - fromY) < 50) return;
      pen.save();
      pen.translate((x + fromX) / 2, (y + fromY) / 2);
      pen.rotate(Math.atan2(y - fromY, x - fromX));
      pen.beginPath();
      pen.moveTo(6, 0);
      pen.lineTo(-5, -5);
      pen.lineTo(-5, 5);
      pen.fill();
      pen.restore();
    });
  }

  #orders() {
    const points = [];
    for (const order of this.scene.orders) {
      const { x, y } = this.#at(order.at);
      if (this.#seen({ x, y })) points.push({ x, y, order });
    }
    const { chosen } = this;
    const mine = ({ order }) => order.id === chosen.order || (chosen.technician && order.technician === chosen.technician);
    const picked = points.filter(mine);
    const rest = points.filter((point) => !mine(point));
    const { single, crowds } = points.length > CROWDED ? thin(rest, 30) : { single: rest, crowds: [] };
    for (const crowd of crowds) this.#crowd(crowd);
    for (const point of [...single, ...picked]) this.#mark(point, point.order.id === chosen.order);
    for (const point of [...picked, ...single]) this.#label(point);
  }

  #mark({ x, y, order }, chosen) {
    const { pen } = this;
    const image = this.marks.mark(order.state, { risk: order.risk, loose: order.loose, chosen });
    const size = chosen ? SIDE + 8 : SIDE;
    const others = this.chosen.technician && order.technician !== this.chosen.technician && !chosen;
    pen.globalAlpha = others ? 0.35 : order.over && !chosen ? 0.5 : 1;
    pen.drawImage(image, x - size / 2, y - size / 2, size, size);
    pen.globalAlpha = 1;
    this.hits.push({ kind: "order", id: order.id, x, y, reach: REACH });
  }

  #label({ x, y, order }) {
    if (!order.label || this.labels > LABELS) return;
    const others = this.chosen.technician && order.technician !== this.chosen.technician;
    if (others && order.id !== this.chosen.order) return;
    this.labels += this.#text(order.label, x + SIDE / 2 + 2, y, "650 12px") ? 1 : 0;
  }

  /** Write on the map with a rim of the ground's colour; false where another label is. */
  #text(text, x, y, font, colour = this.marks.colours.text) {
    const { pen } = this;
    pen.font = `${font} ${this.font}`;
    pen.textBaseline = "middle";
    const width = pen.measureText(text).width;
    if (!this.room.take(x - 2, y - 8, width + 4, 16)) return false;
    pen.lineWidth = 4;
    pen.strokeStyle = this.marks.colours.ground;
    pen.strokeText(text, x, y);
    pen.fillStyle = colour;
    pen.fillText(text, x, y);
    return true;
  }

  #crowd({ x, y, points }) {
    const { pen } = this;
    const { colours } = this.marks;
    const late = points.some(({ order }) => order.risk);
    const loose = points.some(({ order }) => order.loose);
    const radius = Math.min(18, 11 + Math.log2(points.length));
    pen.globalAlpha = this.chosen.technician ? 0.35 : 1;
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.fillStyle = colours.surface;
    pen.fill();
    pen.lineWidth = late ? 3 : 2;
    pen.strokeStyle = late ? colours.late : colours.route;
    pen.setLineDash(loose ? [4, 3] : []);
    pen.stroke();
    pen.setLineDash([]);
    pen.font = `650 12px ${this.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = colours.text;
    pen.fillText(String(points.length), x, y + 0.5);
    pen.textAlign = "start";
    pen.globalAlpha = 1;
    this.hits.push({ kind: "crowd", orders: points.map(({ order }) => order), x, y, reach: radius + 2 });
  }

  /** Where each technician was last seen; pale when that is long ago. The house is where the day starts. */
  #people() {
    const { pen, chosen } = this;
    const { colours } = this.marks;
    for (const one of this.scene.people) {
      const mine = one.id === chosen.technician;
      pen.globalAlpha = chosen.technician && !mine ? 0.45 : 1;
      if (one.home) this.#home(this.#at(one.home), mine ? colours.accent : colours.route);
      if (!one.at) continue;
      const { x, y } = this.#at(one.at);
      if (!this.#seen({ x, y })) continue;
      pen.globalAlpha *= one.stale ? 0.55 : 1;
      pen.beginPath();
      pen.arc(x, y, mine ? 9 : 7, 0, 2 * Math.PI);
      pen.fillStyle = one.stale ? colours.surface : colours.accent;
      pen.fill();
      pen.lineWidth = 2.5;
      pen.strokeStyle = one.stale ? colours.accent : colours.surface;
      pen.stroke();
      const [words, font] = mine ? [`${one.name} · ${one.age}`, "650 12px"] : [one.name, "12px"];
      if (!this.#text(words, x + 11, y, font)) this.#text(words, x - 11 - pen.measureText(words).width, y, font);
      this.hits.push({ kind: "technician", id: one.id, x, y, reach: 13 });
    }
    pen.globalAlpha = 1;
  }

  #home(point, colour) {
    if (!this.#seen(point)) return;
    const { pen } = this;
    const { x, y } = point;
    pen.beginPath();
    for (const [dx, dy] of [[-7, 0], [0, -7], [7, 0], [5, 0], [5, 7], [-5, 7], [-5, 0]]) pen.lineTo(x + dx, y + dy);
    pen.closePath();
    pen.fillStyle = this.marks.colours.surface;
    pen.fill();
    pen.lineWidth = 1.5;
    pen.strokeStyle = colour;
    pen.stroke();
  }
}
