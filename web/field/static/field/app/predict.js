// @ts-check
/* An order as it will be once what was done here has been taken: the server's word with the waiting acts on top. Pure. */

import { moment } from "./clock.js";
import { judged } from "./flow.js";
import { reckoned } from "./prices.js";

/** @typedef {import("./types").Act} Act */
/** @typedef {import("./types").Order} Order */
/** @typedef {import("./types").Question} Question */

/** What each verb changes of what the phone knows, besides the state. @type {Record<string, (order: any, values: any, act: Act) => any>} */
const CHANGES = {
  check_kit: (order, { items = [] }) => ({ taken: list(items), kit_checked: true }),
  load_parts: (order) => ({ load: (order.load ?? []).map((/** @type {any} */ one) => ({ ...one, loaded: true })) }),
  waive_parts: () => ({ load: [] }),
  check_off: (order, values) => ({ checks: (order.checks ?? []).map((/** @type {any} */ part) => answered(part, values, order.state)) }),
  contact: (order, values) => ({ ...appointment(order, values), ...corrected(order, values), lacks: {} }),
  correct: (order, values) => corrected(order, values),
  reschedule: (order, values) => ({ ...appointment(order, values), arrived: null, departed: false }),
  depart: (_order, _values, act) => ({ departed: true, departed_at: act.device_at }),
  go_unreached: (_order, _values, act) => ({ departed: true, departed_at: act.device_at }),
  delay: (order, { expected_at }) => ({ expected: zoned(expected_at) ?? order.expected, delayed: true }),
  arrive: (_order, _values, act) => ({ arrived: act.device_at }),
  knock: (order, { step }, act) => ({ knock: { ...order.knock, done: [...(order.knock?.done ?? []), { step, at: act.device_at }] } }),
  no_access: () => ({ arrived: null, departed: false, kit_checked: false }),
  note_exception: (_order, { exception }) => ({ exception }),
  diagnose: (order, values) => diagnosed(order, values),
  quote: (order, values) => ({ quote: quoted(order, values), next_quote: (order.next_quote ?? 1) + 1 }),
  use_part: (order, { part = "", quantity = "1", serial_in = "" }) => ({ used: [...(order.used ?? []), { code: part, name: named(order, part), quantity: Number(quantity) || 1, serial_in }] }),
  accept_quote: (order, { total }) => ({ quote: { ...order.quote, status: "accepted", waiting: false }, due: total === undefined ? order.due : Number(total) }),
  refuse_quote: (order) => ({ quote: { ...order.quote, status: "refused", waiting: false }, due: 0 }),
  repair: (order, values, act) => ({
    outcome_step: order.outcome_step === "repair" ? "" : order.outcome_step,
    repair: { ...order.repair, worked: act.device_at, tested: on(values.tested), certain: on(values.certain), measure: values.measure ?? "", cause: values.cause ?? order.repair?.cause ?? "" },
  }),
  explain: () => ({ outcome_step: "" }),
  make_safe: () => ({ outcome_step: "" }),
  ask_help: () => ({ outcome_step: "" }),
  file_claim: () => ({ outcome_step: "" }),
  hear_out: (_order, { decision }) => ({ outcome_step: decision === "repair" ? "repair" : decision === "pull_in" ? "pull_in" : "" }),
  charge: (order, { amount }) => ({ due: 0, bill: { ...(order.bill ?? {}), here: true, words: amount ?? "" } }),
  complete: (_order, _values, act) => ({ left: act.device_at, arrived: null }),
  complete_record: (order) => ({ repair: { ...order.repair, complete: true } }),
  sos: () => ({ sos: true }),
};

/** Verbs that lead on although the machine says "it depends". @type {Record<string, (order: any, values: any) => string>} */
const LEADS = {
  callback_satisfied: () => "closed",
  wait_for_parts: () => "awaiting_parts",
};

/** What the outcome of a diagnosis asks for first (H-F3). @type {Record<string, string>} */
export const ASKS = {
  repairable: "repair", pull_in: "pull_in", part_missing: "wait_for_parts", nothing_wrong: "explain", misuse: "explain",
  refused: "hear_out", new_fault: "ask_help", unsafe: "make_safe", exchange: "file_claim",
};

/**
 * Return the order with acts on top, in their order; itself where there are none. Refused acts change nothing.
 * @param {Order} order @param {Act[]} acts @param {Record<string, any>} verbs of the bundle
 * @param {string} [zone] the outlet's, in which forms tell the time
 * @returns {Order}
 */
export function predicted(order, acts, verbs, zone = "") {
  let found = order;
  for (const act of acts) {
    if (act.state === "refused") break; // what came after it waits, and may never come to be
    const values = moments(act.values ?? {}, zone);
    found = { ...found, ...(CHANGES[act.verb]?.(found, values, act) ?? {}), here: true };
    found.state = LEADS[act.verb]?.(found, act.values ?? {}) || verbs[act.verb]?.to || found.state;
    if (found.lacks) found.lacks = without(found.lacks, act.verb);
    if (GONE.has(act.verb)) found.gone = true;
  }
  return found;
}

/** Local times as moments. @param {Record<string, any>} values @param {string} zone */
function moments(values, zone) {
  const one = (/** @type {any} */ text) => (zone && typeof text === "string" && LOCAL.test(text) ? moment(text, zone) : text);
  return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, one(text)]));
}

const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/;

const GONE = new Set(["decline", "hand_back", "transfer"]);

/** What was done is no longer missing elsewhere. @param {any} lacks @param {string} verb */
function without(lacks, verb) {
  return Object.fromEntries(Object.entries(lacks).map(([name, some]) => [name, some.filter((/** @type {any} */ lack) => lack.fix !== verb)]));
}

/**
 * Where the centre changed the same as an act that waits: both are kept, and somebody is asked.
 * @param {Order} order as the server has it @param {Act[]} acts @param {string} [zone] the outlet's
 * @returns {Question[]}
 */
export function questions(order, acts, zone = "") {
  return acts.filter((act) => act.state === "waiting").flatMap((act) =>
    Object.entries(act.based ?? {})
      .filter(([field, before]) => !same(value(order, field), before) && !same(value(order, field), moments(act.values, zone)[field]))
      .map(([field]) => ({ key: act.key, order: order.id, field, mine: act.values[field], theirs: value(order, field) })));
}

/** The fields that the centre may change while somebody is under way, as forms name them. @type {Record<string, (order: any) => any>} */
const SHARED = {
  starts_at: (order) => order.at,
  address_line: (order) => order.address?.full,
  symptom: (order) => order.symptom,
  phone: (order) => order.customer?.phones?.[0],
  name: (order) => order.customer?.name,
};

/** What the order says now of the fields that an act changes. @param {Order} order @param {any} values */
export function basis(order, values) {
  const named = Object.keys(values ?? {}).filter((name) => name in SHARED);
  return Object.fromEntries(named.map((name) => [name, SHARED[name](order) ?? null]));
}

/** @param {any} order @param {string} field */
const value = (order, field) => SHARED[field]?.(order) ?? null;

/** @param {any} one @param {any} other */
function same(one, other) {
  const time = (/** @type {any} */ text) => (typeof text === "string" && /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : NaN);
  return one === other || time(one) === time(other);
}

/** @param {any} value @returns {string[]} */
const list = (value) => [value].flat().filter((one) => one !== "" && one != null);

/** @param {any} value */
const on = (value) => value === "on" || value === true || value === "true";

/** A part's name, where this phone knows it. @param {any} order @param {string} part */
function named(order, part) {
  const row = order.forms?.use_part?.rows?.find((/** @type {any} */ one) => one.name === "part");
  return order.prices?.parts?.[part]?.name ?? row?.options?.find((/** @type {any} */ one) => one[0] === part)?.[1] ?? part;
}

/** A local time is the outlet's; only what carries its zone can be shown as a moment. @param {any} text */
const zoned = (text) => (typeof text === "string" && /(Z|[+-]\d\d:\d\d)$/.test(text) ? text : null);

/** @param {any} order @param {any} values */
function appointment(order, values) {
  const at = zoned(values.starts_at);
  if (!at || !order.at) return { proposed: false, at: at ?? order.at };
  const later = (/** @type {string|null} */ text) => (text ? new Date(Date.parse(text) + Date.parse(at) - Date.parse(order.at)).toISOString() : text);
  return { proposed: false, at, leave_by: later(order.leave_by), until: zoned(values.window_ends_at) };
}

/** @param {any} order @param {any} values */
function corrected(order, values) {
  const found = /** @type {Record<string, any>} */ ({});
  if (values.symptom) found.symptom = values.symptom;
  if (values.address_line) found.address = { ...order.address, full: values.address_line };
  const appliance = { model: values.model_no, serial: values.serial, bought: values.purchased_on };
  const said = Object.fromEntries(Object.entries(appliance).filter(([, text]) => text));
  if (Object.keys(said).length) found.appliance = { ...order.appliance, ...said };
  return found;
}

/** @param {any} part @param {any} values @param {string} state */
function answered(part, values, state) {
  if (!part.states.includes(state)) return part;
  const items = part.items.map((/** @type {any} */ item) => {
    const said = values[`item-${part.step}.${item.code}`];
    if (item.kind === "tick") return { ...item, value: "all" in values || on(said) };
    return said === undefined ? item : { ...item, value: Array.isArray(said) ? said.at(-1) : said };
  });
  return { ...part, items };
}

/** The quote as the fee table on this phone has it: nothing to pay, nothing to accept. @param {any} order @param {any} values */
function quoted(order, values) {
  const { lines, total, missing } = reckoned(order, values);
  return { number: order.next_quote ?? 1, status: total || missing ? "offered" : "accepted", lines, total, missing, table: "", url: "", here: true };
}

/** @param {any} order @param {any} values */
function diagnosed(order, values) {
  const { outcome = "", finding = "", fault = "" } = values;
  return {
    outcome_step: ASKS[outcome] ?? "",
    warranty: { ...order.warranty, covered: judged(order, values), final: true },
    repair: { ...(order.repair ?? {}), outcome, finding, fault, worked: null },
    quote: order.quote?.status === "offered" || order.quote?.status === "accepted" ? { ...order.quote, status: "superseded" } : order.quote,
  };
}
