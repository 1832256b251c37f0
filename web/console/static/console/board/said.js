/* What is said of a place while something is thought of for it: the time, whose, and everything that speaks against. */

import { clock, dayClock } from "./clock.js";
import { reasonWords, sentence } from "./words.js";

const MOST = 3;
const [SIDE, LINE, LETTER, WIDEST] = [24, 20, 7, 352]; // pixels: about how large it is, so that nothing need be measured

/** Lines [tone, text] for a technician's minute: {technician, starts, minutes}, and what speaks against it. */
export function linesOf(store, judge, at, reasons) {
  const facts = { from: dayClock(store.view, at.starts), to: clock(store.view, at.starts + at.minutes) };
  const arrives = sentence("arrives", { at: clock(store.view, judge.arrival(at.technician, at.starts)) });
  const lines = [
    ["hands-when", [sentence("span", facts), sentence("lasts", { minutes: at.minutes }), arrives].join(" · ")],
    ["", store.technicians.get(at.technician)?.name ?? ""],
    ...reasons.slice(0, MOST).map((reason) => [reason.hard ? "hard" : "soft", reasonWords(store, reason)]),
  ];
  if (!reasons.length) lines.push(["fits", sentence("fits")]);
  return lines;
}

/** "bad" when the server would refuse it, "warn" when something speaks against it, else "". */
export function toneOf(reasons) {
  if (reasons.some((reason) => reason.hard)) return "bad";
  return reasons.length ? "warn" : "";
}

/** A box that says something beside a point of the window. */
export class Tip {
  constructor() {
    this.node = document.createElement("div");
    this.node.className = "hands-tip";
    this.node.setAttribute("aria-hidden", "true"); // what it says is announced where it matters
    this.width = 0;
    this.height = 0;
    document.body.append(this.node);
  }

  /** Say these lines. */
  say(lines) {
    this.node.replaceChildren(...lines.map(([tone, text]) => {
      const line = document.createElement("p");
      line.className = tone;
      line.textContent = text;
      return line;
    }));
    this.height = SIDE / 2 + lines.length * LINE;
    this.width = Math.min(WIDEST, SIDE + LETTER * Math.max(...lines.map(([, text]) => text.length)));
  }

  /** Stand beside a point, on the side where there is room; by transform alone. */
  at(x, y, apart) {
    const left = x + apart + this.width > innerWidth;
    const above = y + apart + this.height > innerHeight;
    const [toX, toY] = [x + (left ? -apart : apart), y + (above ? -apart : apart)];
    // Percentages of its own size: nothing has to be measured to keep it on the page.
    this.node.style.transform = `translate(${toX}px, ${toY}px) translate(${left ? "-100%" : 0}, ${above ? "-100%" : 0})`;
  }

  /** Go. */
  remove() {
    this.node.remove();
  }
}
