// @ts-check
/* One step of a visit. While somebody is in it, it is left alone: what changes meanwhile is said, not drawn over. */

import { h } from "./build.js";
import { verbOf } from "./flow.js";
import { onwards } from "./guide.js";
import { screenOf } from "./screens/all.js";

/** Whether a step is done with where the order stands: nobody is asked twice. @param {any} app @param {any} order @param {string} step */
function over(app, order, step) {
  const from = app.verbs[verbOf(step)]?.from;
  return step !== "else" && Boolean(from) && !from.includes(order.state);
}

/** @param {any} app @param {HTMLElement} root @param {string} id @param {string} step */
export async function draw(app, root, id, step) {
  const order = app.store.order(Number(id));
  if (!order) {
    root.append(h("p.note", {}, app.words("day.gone")), h("a.button.wide", { href: "#/" }, app.words("shell.day")));
    return {};
  }
  if (order.sos && step !== "act:sos") {
    root.append(h("p.note.late", { role: "alert" }, app.words("day.sos_on")), h("a.button.wide", { href: "#/" }, app.words("shell.day")));
    return {};
  }
  const host = h("div.step-host");
  root.append(host);
  const screen = await screenOf(step === "next" ? "" : step);
  if (step === "next" || over(app, order, step)) {
    onwards(app, order.id);
    return {};
  }
  return screen.draw(app, order, step, host);
}
