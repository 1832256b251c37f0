/* Dragging a visit: from the queue, between rows and times, back to the queue, or by its end. Every frame moves by
   transform alone; what the rows look like is read once when the drag begins and when the board scrolls. */

import { announce } from "./announce.js";
import { clock } from "./clock.js";
import { Judge, minuteOf, minutesOf } from "./feasible.js";
import { Tip, linesOf, toneOf } from "./said.js";
import { say } from "./toasts.js";
import { Presses } from "./touch.js";
import { nameOf, numberOf, sentence, standing } from "./words.js";

const SNAP = 5;
const LEAST = 5;
const EDGE = 36; // pixels
const LINGER = 250; // ms
const ROOMY = 96; // pixels that hold time and number
const TIP = 16; // pixels between the pointer and what is said

/** What is in the hand of one page. */
export class Drag {
  constructor(app, lights) {
    this.app = app;
    this.lights = lights;
    this.held = null;
    this.frame = 0;
    const handlers = {
      start: (what, event) => this.#start(what, event),
      move: (event) => this.#point(event),
      drop: (event) => this.#drop(event),
      cancel: () => this.cancel(),
    };
    this.presses = ["board", "board-queue"]
      .map((id) => document.getElementById(id))
      .filter(Boolean)
      .map((root) => new Presses(root, (event) => this.#which(event), handlers));
    app.store.addEventListener("change", (event) => this.#changed(event.detail));
    addEventListener("blur", () => this.held && this.cancel());
  }

  /** Leave it where it was. */
  cancel(words = sentence("left_it")) {
    if (!this.held) return;
    this.#away();
    for (const presses of this.presses) presses.release();
    announce(words);
  }

  #which(event) {
    const bar = event.target.closest?.("[data-order]");
    if (!bar || bar.classList.contains("ghost")) return null;
    if (event.target.closest("input, select, textarea")) return null; // buttons may be dragged by: a click stays a click
    const order = this.app.store.orders.get(Number(bar.dataset.order));
    if (!order) return { elsewhere: Number(bar.dataset.order) };
    const resize = Boolean(event.target.closest(".bar-end")) && order.starts != null;
    return { order, bar, kind: resize ? "resize" : bar.classList.contains("bar") ? "move" : "queue" };
  }

  #start({ order, bar, kind, elsewhere }, event) {
    if (elsewhere) { // it stands on a day that is not shown
      say(sentence("other_day", { order: numberOf(elsewhere) }), { tone: "error" });
      return false;
    }
    if (!this.app.hands.may(order)) return false;
    const { store, grid } = this.app;
    document.querySelector('[data-drawer="queue"][aria-expanded="true"]')?.click(); // folded out it lies over the board
    grid.measure(); // the last time that anything is
    const now = minuteOf(store.view);
    const minutes = minutesOf(order);
    const grip = kind === "move" ? grid.minuteAt(event.clientX) - order.starts : 0;
    this.held = { order, kind, minutes, grip, judge: new Judge(store, order, now), x: event.clientX, y: event.clientY, alt: event.altKey };
    this.#dress(bar);
    if (kind !== "resize") this.lights.on(this.held.judge, minutes);
    announce(sentence("lifted", { order: nameOf(order) }));
    this.#next();
    return true;
  }

  #dress(bar) {
    const { held } = this;
    held.ghost = made("div", "hands-ghost");
    held.title = made("span");
    held.title.textContent = numberOf(held.order.id);
    held.time = made("strong");
    held.ghost.append(held.time, held.title);
    document.body.append(held.ghost);
    held.tip = new Tip();
    document.body.classList.add("in-hand");
    document.body.classList.toggle("resizing", held.kind === "resize");
    held.bar = bar;
    bar.classList.add("held");
    const queue = document.getElementById("board-queue");
    const there = queue?.checkVisibility({ visibilityProperty: true });
    held.queue = held.kind === "move" && there ? queue : null;
    held.queue?.classList.add("takes");
    held.queueBox = there ? queue.getBoundingClientRect() : null;
    held.height = this.app.grid.barHeight ?? 26;
    held.keys = (event) => this.#key(event);
    addEventListener("keydown", held.keys, true);
    addEventListener("keyup", held.keys, true);
  }

  #key(event) {
    if (event.key === "Escape" && event.type === "keydown") {
      event.preventDefault();
      event.stopPropagation();
      this.cancel();
    } else if (event.key === "Alt") {
      event.preventDefault();
      this.held.alt = event.type === "keydown";
    }
  }

  #point(event) {
    const { held } = this;
    if (!held) return;
    held.x = event.clientX;
    held.y = event.clientY;
    held.alt = event.altKey;
  }

  #next() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      if (!this.held) return;
      this.#draw();
      this.#next();
    });
  }

  #draw() {
    const { held } = this;
    const { grid } = this.app;
    if (this.#lingers()) grid.scrollEdge(held.x, held.y);
    const at = this.#where();
    const key = `${at.over} ${at.technician} ${at.starts} ${at.minutes} ${at.x} ${at.y}`;
    if (key !== held.key) {
      held.key = key;
      this.#ghost(at);
    }
    held.tip.at(held.x, held.y, TIP);
  }

  /** True once the hand has stayed at an edge: who only crosses it on the way in is not scrolled away from. */
  #lingers() {
    const { held } = this;
    const { box, headWidth } = this.app.grid;
    const left = box.left + headWidth;
    const there = held.x > left && held.x < box.right && held.y > box.top && held.y < box.bottom;
    const inside = held.x > left + EDGE && held.x < box.right - EDGE && held.y > box.top + 2 * EDGE && held.y < box.bottom - EDGE;
    held.edge = inside || !there ? 0 : held.edge || performance.now();
    return held.edge > 0 && performance.now() - held.edge > LINGER;
  }

  /** What is under the hand: {over: "row" | "queue" | "", technician, starts, minutes, x, y of the ghost}. */
  #where() {
    const { held } = this;
    const { grid } = this.app;
    const step = held.alt ? 1 : SNAP;
    const pointed = grid.minuteAt(held.x);
    if (held.kind === "resize") {
      const { order } = held;
      const minutes = Math.max(LEAST, Math.round((pointed - order.starts) / step) * step);
      const box = grid.placeOf(order.technician, order.starts);
      return { over: "row", technician: order.technician, starts: order.starts, minutes, x: box?.x ?? held.x, y: box?.y ?? held.y };
    }
    const queue = held.queueBox;
    const inQueue = queue && held.x >= queue.left && held.x <= queue.right && held.y >= queue.top && held.y <= queue.bottom;
    const onHead = held.x < grid.box.left + grid.headWidth;
    const technician = inQueue || onHead ? null : grid.rowAt(held.y, held.x);
    const loose = { minutes: held.minutes, x: held.x - 12, y: held.y - held.height / 2 };
    if (!technician) return { over: inQueue ? "queue" : "", technician: null, starts: null, ...loose };
    const starts = Math.round((pointed - held.grip) / step) * step;
    const box = grid.placeOf(technician, starts);
    return { over: "row", technician, starts, minutes: held.minutes, x: box.x, y: box.y };
  }

  #ghost(at) {
    const { held } = this;
    const { store, grid } = this.app;
    held.at = at;
    held.reasons = at.over === "row" ? held.judge.reasons(at.technician, at.starts, at.minutes) : [];
    const ghost = held.ghost;
    ghost.className = `hands-ghost ${at.over === "row" ? toneOf(held.reasons) : "loose"}`;
    const wide = Math.max(24, at.minutes * grid.pixelsPerMinute);
    held.title.hidden = wide < ROOMY;
    ghost.style.width = `${wide}px`;
    ghost.style.height = `${held.height}px`;
    ghost.style.transform = `translate(${at.x}px, ${at.y}px)`;
    held.time.textContent = at.over === "row" ? clock(store.view, at.starts) : sentence("lasts", { minutes: at.minutes });
    held.queue?.classList.toggle("over", at.over === "queue");
    held.tip.say(this.#lines(at));
  }

  #lines(at) {
    const { held } = this;
    if (at.over === "row") return linesOf(this.app.store, held.judge, at, held.reasons);
    if (at.over !== "queue" || !held.queue) return [["", sentence("nowhere")]];
    return [["", sentence(held.order.state === "assigned" ? "to_queue" : "to_queue_reason")]];
  }

  #drop(event) {
    const { held } = this;
    if (!held) return;
    this.#point(event);
    this.#draw();
    const { at, order, kind } = held;
    this.#away();
    if (at.over === "queue" && kind === "move") {
      this.app.acts.withdraw(order);
    } else if (at.over !== "row") {
      announce(sentence("left_it"));
    } else if (kind !== "queue" && at.technician === order.technician && at.starts === order.starts && at.minutes === held.minutes) {
      announce(sentence("left_it"));
    } else {
      this.app.acts.place(order, at);
    }
  }

  /** Somebody else changed what is in hand: it is theirs now. */
  #changed({ orders }) {
    const { held } = this;
    if (!held || !orders?.has(held.order.id)) return;
    const now = this.app.store.orders.get(held.order.id);
    if (now && now.version === held.order.version) return;
    const where = now ? standing(this.app.store, now) || sentence("in_queue") : sentence("elsewhere");
    const words = sentence("changed_in_hand", { order: nameOf(held.order), where });
    this.cancel(words);
    say(words, { tone: "error" });
  }

  #away() {
    const { held } = this;
    this.held = null;
    cancelAnimationFrame(this.frame);
    held.ghost.remove();
    held.tip.remove();
    held.bar.classList.remove("held");
    held.queue?.classList.remove("takes", "over");
    document.body.classList.remove("in-hand", "resizing");
    removeEventListener("keydown", held.keys, true);
    removeEventListener("keyup", held.keys, true);
    this.lights.off();
  }
}

function made(name, classes = "") {
  const node = document.createElement(name);
  node.className = classes;
  return node;
}
