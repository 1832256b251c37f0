/** What comes next at a closed door, from what is recorded there (H-E2). Pure. */

const AFTER = ["phone", "neighbour", "downstairs", "note"];

/**
 * Return the next step, how long ago the first and the last knock were (s, null for none), and which words to say.
 * @param {{steps: {code: string, needed: boolean}[], done: {step: string, at: string}[], every: number, long_enough: number}} knock
 * @param {Date|number} now
 * @returns {{next: string, hint: string, sinceFirst: number|null, sinceLast: number|null, done: Set<string>}}
 */
export function knocking(knock, now) {
  const at = new Date(now).getTime();
  const knocks = knock.done.filter((one) => one.step === "knock").map((one) => new Date(one.at).getTime());
  const since = (/** @type {number} */ moment) => Math.max(0, Math.floor((at - moment) / 1000));
  const sinceFirst = knocks.length ? since(Math.min(...knocks)) : null;
  const sinceLast = knocks.length ? since(Math.max(...knocks)) : null;
  const done = new Set(knock.done.map((one) => one.step));
  const found = { sinceFirst, sinceLast, done };
  if (!done.has("bell") && !done.has("knock")) return { next: "bell", hint: "ring", ...found };
  if (sinceFirst === null || sinceLast === null) return { next: "knock", hint: "knock", ...found };
  if (sinceFirst < knock.long_enough) return { next: "knock", hint: sinceLast < knock.every ? "wait" : "knock", ...found };
  const rest = AFTER.find((code) => !done.has(code));
  return rest ? { next: rest, hint: rest, ...found } : { next: "leave", hint: "leave", ...found };
}

/**
 * Write seconds as 4:05; "–" for none.
 * @param {number|null} seconds
 */
export function clock(seconds) {
  if (seconds === null) return "–";
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}
