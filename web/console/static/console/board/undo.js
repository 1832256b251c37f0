/* The way back: what this page's person did, newest last. The server decides whether it can still be undone. */

import { hush, say } from "./toasts.js";
import { numberOf, sentence } from "./words.js";

const MOST = 30;
const FEW = 10; // so many are taken back between two words of how far it is

/** Several steps of undo. A step is {order, name, verb}: the verb that takes it back; or {orders, verb} of a plan. */
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
    if (step.orders) return this.#many(step);
    if (this.acts.busy.has(step.order)) return false;
    hush();
    const order = this.acts.app.store.orders.get(step.order) ?? { id: step.order, state: "", status: "" };
    const came = await this.acts.bare(order, step.verb);
    if (came !== "lost") this.steps = this.steps.filter((other) => other !== step);
    return came === "done";
  }

  /** Take back what a plan did, the last first; who stood in somebody's way then gets a second try. */
  async #many(step) {
    this.steps = this.steps.filter((other) => other !== step);
    let left = [...step.orders].reverse();
    for (let round = 0; round < 2; round += 1) {
      const failed = [];
      for (const [done, order] of left.entries()) {
        if (done % FEW === 0) say(sentence("undoing", { n: left.length - done }));
        if ((await this.acts.quietly(order, step.verb)) !== "done") failed.push(order);
      }
      left = failed;
    }
    const facts = { n: step.orders.length - left.length };
    const reasons = left.length ? [sentence("undone_not", { orders: left.map(numberOf).join(" ") })] : [];
    say(sentence("undone_many", facts), { tone: left.length ? "error" : "success", reasons });
    this.acts.app.store.refresh();
    return !left.length;
  }
}
