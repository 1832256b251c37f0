// @ts-check
/* The server's time on a phone whose clock may stand anywhere. What the phone's clock says is recorded beside it. */

let ahead = 0; // ms that the server is ahead of this phone

/**
 * Learn what time it is from an answer that names it.
 * @param {string|number|Date} said the server's time
 * @param {number} asked when it was asked, by this phone's clock (ms)
 * @param {number} [heard] when the answer came
 */
export function learn(said, asked, heard = Date.now()) {
  const server = new Date(said).getTime();
  if (Number.isFinite(server)) ahead = server - (asked + heard) / 2;
}

/** The server's time, as well as this phone can tell. @returns {Date} */
export function now() {
  return new Date(Date.now() + ahead);
}

/** How far the server is ahead of this phone, in ms. */
export function offset() {
  return ahead;
}

/** What was kept from the last time the app was open. @param {number} kept ms */
export function remember(kept) {
  if (Number.isFinite(kept)) ahead = kept;
}

/** This phone's own time, with its offset, as it is recorded. @param {Date} [at] @returns {string} */
export function deviceTime(at = new Date()) {
  const away = -at.getTimezoneOffset();
  const pad = (/** @type {number} */ number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  const local = new Date(at.getTime() + away * 60_000).toISOString().slice(0, 23);
  return `${local}${away < 0 ? "-" : "+"}${pad(away / 60)}:${pad(away % 60)}`;
}
