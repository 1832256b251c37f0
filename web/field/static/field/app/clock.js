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

/**
 * The moment that a local time of a zone means, as ISO 8601 in UTC; where the clocks go back, the first of the two.
 * @param {string} text "2026-11-23T14:30"
 * @param {string} zone
 */
export function moment(text, zone) {
  const wanted = Date.parse(`${text}Z`);
  let found = wanted;
  for (let turn = 0; turn < 2; turn += 1) found = wanted - away(found, zone);
  return new Date(found).toISOString();
}

/** How far a zone's clocks are ahead of UTC, in ms. @param {number} at @param {string} zone */
function away(at, zone) {
  const shape = /** @type {const} */ ({ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const parts = new Intl.DateTimeFormat("en-CA", { ...shape, hourCycle: "h23", timeZone: zone }).formatToParts(at);
  const of = (/** @type {string} */ type) => parts.find((one) => one.type === type)?.value;
  return Date.parse(`${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}:${of("second")}Z`) - Math.floor(at / 1000) * 1000;
}
