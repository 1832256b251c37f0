/** The screens by step; each is read when it is first wanted. What is no screen of its own is drawn by its rows. */

/** @type {Record<string, () => Promise<any>>} */
const SCREENS = {
  accept: () => import("./accept.js"),
  call: () => import("./call.js"),
  kit: () => import("./kit.js"),
  depart: () => import("./depart.js"),
  go: () => import("./depart.js"),
  load: () => import("./depart.js"),
  delay: () => import("./delay.js"),
  arrive: () => import("./arrive.js"),
  door: () => import("./door.js"),
  knock: () => import("./knock.js"),
  different: () => import("./different.js"),
  check: () => import("./check.js"),
  diagnose: () => import("./diagnose.js"),
  quote: () => import("./quote.js"),
  consent: () => import("./quote.js"),
  repair: () => import("./repair.js"),
  part: () => import("./part.js"),
  charge: () => import("./charge.js"),
  sign: () => import("./sign.js"),
  left: () => import("./left.js"),
  else: () => import("./else.js"),
  "act:sos": () => import("./sos.js"),
};

/**
 * Return the module of a step: it exports draw(app, order, step, host) → {leave()}.
 * @param {string} step
 * @returns {Promise<any>}
 */
export function screenOf(step) {
  return (SCREENS[step] ?? (() => import("./act.js")))();
}
