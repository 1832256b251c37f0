/* The axis on top with its hours, and the line that says now. */

import { clock, dayClock, minuteOf } from "./clock.js";

/** Draws the axis of one grid. */
export class Marks {
  constructor(root, store, axis) {
    this.store = store;
    this.axis = axis;
    this.line = root.querySelector(".board-axis");
    this.body = root.querySelector(".board-body");
    this.nowLine = root.querySelector(".board-now");
    setInterval(() => this.now(), 20_000);
  }

  /** Draw hours and days beside a head of so many pixels; nothing happens where they stand already. */
  draw(head) {
    const { axis, store: { view } } = this;
    const key = `${axis.pixels} ${view.zone} ${view.from} ${view.days} ${head}`;
    if (key === this.key) return;
    this.key = key;
    this.head = head;
    this.line.style.width = `${head + axis.width}px`;
    const found = [];
    for (let minute = 0; minute < view.days * 1440; minute += axis.step) {
      const mark = document.createElement("span");
      mark.className = minute % 1440 ? "mark" : "mark day";
      mark.style.left = `${head + axis.x(minute)}px`;
      mark.textContent = minute % 1440 || view.days === 1 ? clock(view, minute) : dayClock(view, minute).split(" ").slice(0, -1).join(" ");
      found.push(mark);
    }
    this.line.querySelector(".board-marks").replaceChildren(...found);
    this.body.style.setProperty("--mark", `${axis.x(axis.step)}px`);
    this.body.style.setProperty("--head", `${head}px`);
    this.now();
  }

  /** Put the line where the present moment is. */
  now() {
    const { view } = this.store;
    if (!view) return;
    const minute = minuteOf(view);
    const there = minute >= 0 && minute < view.days * 1440;
    this.nowLine.hidden = !there;
    if (there) this.nowLine.style.transform = `translateX(${(this.head ?? 0) + this.axis.x(minute)}px)`;
  }
}
