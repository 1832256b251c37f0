/* The way back: what this page's person did, newest last. The server decides whether it can still be undone. */

import { hush, say } from "./toasts.js";
import { sentence } from "./words.js";

const MOST = 30;

/** Several steps of undo. A step is {order, name, verb}: the verb that takes it back. */
export class Undo {
  constructor(acts) {
    this.acts = acts;
    this.steps = [];
  }

  /** Remember a step. */
  push(step) {
    this.steps.push(step);
    if (this.steps.length > MOST) this.steps.shift();
  }

  /** Take back the newest step; says so when there is none. What was refused is not tried again. */
  async last() {
    const step = this.steps.at(-1);
    if (!step) {
      say(sentence("nothing_to_undo"));
      return false;
    }
    if (this.acts.busy.has(step.order)) return false;
    hush();
    const order = this.acts.app.store.orders.get(step.order) ?? { id: step.order, state: "", status: "" };
    const came = await this.acts.bare(order, step.verb);
    if (came !== "lost") this.steps = this.steps.filter((other) => other !== step);
    return came === "done";
  }
}
