/**
 * What a repair costs by the fee table, reckoned on the phone where there is no quote from the server yet
 * (H-F2, H-G1, H-G3). Integer minor units, as in dispatch/fees.py.
 *
 * @typedef {{kind: string, code: string, name: string, quantity: number, amount: number}} Line
 * @typedef {{lines: Line[], total: number, tax: number, missing: string}} Reckoned `missing`: what has no price here
 */

const BP = 10000;
/** What stands before the figures, as customers/money.py has it. @type {Record<string, string>} */
const SYMBOLS = {
  AUD: "A$", CAD: "C$", CNY: "¥", EUR: "€", GBP: "£", HKD: "HK$", JPY: "JP¥", KRW: "₩", MOP: "MOP$", MYR: "RM",
  SGD: "S$", TWD: "NT$", USD: "US$", VND: "₫",
};

/**
 * Return the lines of a quote and what they come to; `missing` names what the table has no price for, "" for nothing.
 * @param {any} prices of the order's bundle
 * @param {{fault: string, parts: {code: string, quantity: number}[], callOut: boolean, covered: boolean}} work
 * @returns {Reckoned}
 */
export function reckon(prices, work) {
  const paper = prices.certificate ?? {};
  const covered = work.covered;
  /** @type {Line[]} */
  const lines = [];
  let missing = "";
  /** @param {string} kind @param {string} code @param {string} name @param {number} quantity @param {any} table @param {any} certificate */
  const add = (kind, code, name, quantity, table, certificate) => {
    if (table === null || table === undefined) {
      missing = missing || name || code || kind;
      return;
    }
    const unit = covered ? 0 : Math.min(table, certificate ?? table);
    lines.push({ kind, code, name, quantity, amount: unit * quantity });
  };
  if (work.callOut) add("call_out", "", "", 1, prices.call_out, paper.call_out);
  const own = `fault:${work.fault}`;
  const general = Object.keys(prices.labour ?? {}).find((key) => key.startsWith("category:")) ?? "";
  const key = own in (prices.labour ?? {}) ? own : general;
  add("labour", work.fault, "", 1, prices.labour?.[key], paper.labour?.[own]);
  for (const { code, quantity } of work.parts) {
    const part = prices.parts?.[code];
    add("part", code, part?.name ?? code, quantity, part?.cents, paper.parts?.[code]);
  }
  return { lines, missing, ...totals(lines, prices) };
}

/**
 * Reckon what the act "quote" will come to, from the values that are sent; nothing where this phone has no fee table.
 * @param {any} order
 * @param {any} values {fault, usual, parts, call_out} as the form posts them
 * @returns {Reckoned}
 */
export function reckoned(order, values) {
  if (!order.prices) return { lines: [], total: 0, tax: 0, missing: "?" };
  const others = [values.parts ?? []].flat().flatMap((/** @type {string} */ text) => text.split(/[\n,;，；、]/)).map((/** @type {string} */ one) => one.trim()).filter(Boolean);
  const typedIn = others.map((/** @type {string} */ text) => {
    const found = /^(\S.*?)(?:\s*[x×*]\s*(\d{1,2}))?$/.exec(text);
    return { code: found?.[1] ?? text, quantity: Number(found?.[2] ?? 1) || 1 };
  });
  const usual = [values.usual ?? []].flat().filter(Boolean).map((/** @type {string} */ code) => ({ code, quantity: 1 }));
  return reckon(order.prices, { fault: values.fault ?? "", callOut: values.call_out === "on", covered: order.warranty?.covered === true, parts: [...usual, ...typedIn] });
}

/**
 * @param {Line[]} lines
 * @param {any} prices
 */
function totals(lines, prices) {
  const amount = lines.reduce((sum, line) => sum + line.amount, 0);
  const { tax_bp: bp = 0, tax_included: included = true, step = 1 } = prices;
  if (included) return { tax: share(amount, bp, step, BP + bp), total: amount };
  const tax = share(amount, bp, step);
  return { tax, total: amount + tax };
}

/**
 * Return `bp` of `whole` parts of an amount, in steps, a half rounded up.
 * @param {number} amount
 * @param {number} bp
 * @param {number} step
 * @param {number} [whole]
 */
export function share(amount, bp, step, whole = BP) {
  return Math.floor((2 * amount * bp + whole * step) / (2 * whole * step)) * step;
}

/**
 * Write an amount as a person reads it: 123456 CNY → "¥1,234.56".
 * @param {number} minor
 * @param {{currency: string, digits: number}} who
 */
export function say(minor, who) {
  const symbol = SYMBOLS[who.currency] ?? `${who.currency}\u00a0`;
  return `${minor < 0 ? "\u2212" : ""}${symbol}${figures(Math.abs(minor), who, true)}`;
}

/**
 * Write an amount as it is typed into a field: 12050 → "120.50".
 * @param {number} minor
 * @param {{currency: string, digits: number}} who
 */
export function plain(minor, who) {
  return figures(minor, who, false);
}

/**
 * @param {number} minor
 * @param {{currency: string, digits: number}} who
 * @param {boolean} grouped
 */
function figures(minor, who, grouped) {
  const whole = who.currency === "TWD" && minor % 10 ** who.digits === 0;
  const text = (minor / 10 ** who.digits).toFixed(whole ? 0 : who.digits);
  if (!grouped) return text;
  const [front, back] = text.split(".");
  const spaced = front.replace(/\B(?=(\d{3})+$)/g, ",");
  return back ? `${spaced}.${back}` : spaced;
}

/**
 * Read an amount that was typed, in minor units; NaN where it does not read.
 * @param {string} text
 * @param {{digits: number}} who
 */
export function typed(text, who) {
  const plainText = text.trim().replace(/[,\s]/g, "");
  return /^\d+(\.\d+)?$/.test(plainText) ? Math.round(Number(plainText) * 10 ** who.digits) : NaN;
}
