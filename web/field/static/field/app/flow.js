/**
 * Which screen comes next on a visit: worked out from the order alone, so that it holds where there is no signal.
 * Mirrors web/field/steps.py. Pure: no clock, no page, no store.
 *
 * @typedef {{rule: string, code: string, message: string, fix: string}} Lack
 * @typedef {{step: string, verb: string, why: Lack[], beside: string[], exceptions: string[],
 *   path: {step: string, how: "done"|"here"|"ahead"}[]}} Flow
 */

import { answered, lists, missing, undone } from "./items.js";

/** The screens of a visit in their order, for the line of dots (H-A to H-H). */
export const PATH = ["accept", "call", "kit", "depart", "arrive", "door", "diagnose", "quote", "repair", "charge", "sign"];

/** Which verb a screen ends in; what is no screen of its own is "act:<verb>". @type {Record<string, string>} */
export const VERB_OF = {
  accept: "accept", call: "contact", kit: "check_kit", load: "load_parts", depart: "depart", go: "go_unreached",
  arrive: "arrive", door: "check_off", knock: "knock", different: "note_exception", check: "check_off",
  diagnose: "diagnose", quote: "quote", consent: "accept_quote", repair: "repair", charge: "charge", sign: "complete",
  consult: "consult", delay: "delay", retime: "reschedule", part: "use_part",
};
const SCREEN_OF = Object.fromEntries(Object.entries(VERB_OF).filter(([step]) => step !== "door").map(([step, verb]) => [verb, step]));

/** What often happens instead of the next step, per state: one tap away on every screen. @type {Record<string, string[]>} */
const BESIDE = {
  assigned: ["decline", "ask_help", "transfer"],
  accepted: ["log_no_answer", "consult", "escalate", "ask_help", "hand_back"], // H-C5, H-A2, H-C6
  contacted: ["delay", "reschedule", "consult", "ask_help", "hand_back"], // H-D3, H-C2
  en_route: ["delay", "reschedule", "hand_back"],
  on_site: ["knock", "note_exception", "reschedule", "escalate", "hear_out", "file_claim"], // H-E2, H-E5
  diagnosed: ["pull_in", "wait_for_parts", "hear_out", "ask_help", "file_claim", "request_waiver", "diagnose"], // H-F3, H-F7, H-F8
  charged: ["escalate", "file_claim", "pay", "owe_invoice"],
  follow_up: ["callback_no_answer", "callback_unhappy", "pay", "send_invoice"],
  consulting: ["callback_no_answer", "callback_unhappy"],
};
/** Lacks that this file judges itself, from what was done here: what the server said of them may be old. */
const OWN = /^(kit|kit_.*|check_.*|limits_.*|knock_.*|test_run|outcome|quote|no_quote|refused|no_offer|parts|load.*|part_.*|no_visit|waiver)$/;
const POINTLESS = new Set([
  "no_job", "no_loan", "has_loan", "at_counter", "not_at_counter", "visited", "stage", "no_question", "no_claim",
  "no_list", "nothing_to_load", "nothing_reserved", "nothing_requested", "nothing_put_in", "no_table", "agreed_already",
  "nothing_to_pay", "asked", "paid", "nothing_paid", "nothing_charged", "invoiced",
]);
const BENCH = ["receive", "bench_diagnose", "bench_repair", "bench_test", "workshop_done"];

/**
 * Return the screen that a verb is done on.
 * @param {string} verb
 */
export function stepOf(verb) {
  return SCREEN_OF[verb] ?? `act:${verb}`;
}

/**
 * Return the verb that a screen ends in.
 * @param {string} step
 */
export function verbOf(step) {
  return step.startsWith("act:") ? step.slice(4) : (VERB_OF[step] ?? "");
}

/**
 * Return what comes next: `step` is "" where nothing is this technician's to do, then `why` says what is waited for.
 * @param {any} order the order as it is with what was done here
 * @param {Record<string, any>} [verbs] of the bundle: who may come from which state
 * @returns {Flow}
 */
export function flow(order, verbs = {}) {
  const step = next(order);
  const why = whyNot(order, step);
  const exceptions = (BESIDE[order.state] ?? []).filter((verb) => stepOf(verb) !== step && may(order, verb, verbs));
  return {
    step: why.length && why.every((lack) => !fixable(lack, order, verbs)) ? "" : mended(step, why, order, verbs),
    verb: verbOf(step),
    why,
    beside: exceptions.slice(0, 2).map(stepOf),
    exceptions: exceptions.map(stepOf),
    path: pathOf(order, step),
  };
}

/**
 * Tell whether a verb may be done in the state the order is in now.
 * @param {any} order
 * @param {string} verb
 * @param {Record<string, any>} verbs
 */
export function may(order, verb, verbs) {
  const from = verbs[verb]?.from;
  if (from && !from.includes(order.state)) return false;
  if (!order.forms?.[verb] && !["knock", "check_off", "check_kit"].includes(verb)) return false;
  return !(order.lacks?.[verb] ?? []).some((/** @type {Lack} */ lack) => POINTLESS.has(lack.code) && !stale(lack));
}

/** @param {Lack} lack */
const stale = (lack) => OWN.test(lack.code);

/**
 * @param {any} order
 * @returns {string}
 */
function next(order) {
  const ask = /** @type {Record<string, (order: any) => string>} */ (STEPS)[order.state];
  return ask ? ask(order) : "";
}

const STEPS = {
  assigned: () => "accept",
  /** @param {any} order */
  accepted: (order) => (order.next?.action === "depart" ? ready(order, "go") : "call"), // H-C5: out of time, never reached
  /** @param {any} order */
  contacted: (order) => ready(order, "depart"),
  en_route: () => "arrive",
  on_site: atTheDoor,
  diagnosed: afterDiagnosis,
  charged: () => "sign",
  follow_up: after,
  consulting: after,
  /** @param {any} order */
  in_workshop: (order) => {
    const open = BENCH.find((verb) => order.open?.includes(verb) && !order.lacks?.[verb]?.length);
    return open ? `act:${open}` : "";
  },
  /** @param {any} order */
  awaiting_parts: (order) => (order.arrived && !order.left && !order.lacks?.part_fetched ? "act:part_fetched" : "act:parts_arrived"),
};

/**
 * The bag and the parts come before leaving (H-D1, H-A3).
 * @param {any} order
 * @param {string} then
 */
function ready(order, then) {
  if (!order.kit_checked || missing(order).length) return "kit";
  return (order.load ?? []).some((/** @type {any} */ one) => !one.loaded) ? "load" : then;
}

/** @param {any} order */
function atTheDoor(order) {
  if (order.outcome_step === "deliver") return "act:deliver"; // H-F4: this visit brings the appliance back
  const inside = lists(order, [2]);
  if (!undone(order, [1, 2]).length) return "diagnose";
  return inside.some((item) => answered(item)) ? "check" : "door";
}

/** @param {any} order */
function afterDiagnosis(order) {
  const step = order.outcome_step;
  if (step && step !== "repair") return stepOf(step);
  const asked = toAgree(order);
  const worked = Boolean(order.repair?.worked);
  if (step === "repair") return asked || "repair";
  if (worked) return asked || (undone(order, [3]).length ? "check" : "charge");
  return order.quote?.status === "offered" ? "consent" : "charge";
}

/**
 * Return "quote" or "consent" while a fee is not agreed to, "" where work may begin (H-F2).
 * @param {any} order
 */
export function toAgree(order) {
  const status = order.quote?.status;
  if (!order.has_table || order.warranty?.covered !== false) return status === "offered" ? "consent" : "";
  if (status === "offered") return "consent";
  return status === "accepted" ? "" : "quote";
}

/**
 * What the warranty comes to by what was found and shown, as far as the phone can tell: false for a fee, null for not
 * decided here. The server has the last word (H-W2).
 * @param {any} order
 * @param {any} said the values of the diagnosis
 * @returns {boolean|null}
 */
export function judged(order, said) {
  if (said.in_warranty === "true" || said.in_warranty === "false") return said.in_warranty === "true";
  if (said.exclusion || said.outcome === "misuse") return false; // H-W5
  if (order.warranty?.covered !== true) return order.warranty?.covered ?? null;
  const papers = (order.forms?.diagnose?.rows ?? []).find((/** @type {any} */ row) => row.name === "documents");
  const shown = said.documents ?? [];
  return !papers || papers.options.every((/** @type {any} */ one) => shown.includes(one[0])); // H-W1: shown together
}

/**
 * Return what is to be charged now, in minor units: by the accepted quote less what was waived (H-G3, H-G4).
 * @param {any} order
 * @returns {number}
 */
export function due(order) {
  if (order.quote?.status === "accepted") return Math.max(0, order.quote.total - (order.waived ?? 0));
  if (order.has_table) return 0;
  return order.repair?.quote_accepted ? (order.repair.quoted ?? 0) : 0;
}

/** @param {any} order */
function after(order) {
  const mine = order.next?.mine !== false;
  const record = order.repair;
  const open = record && !record.complete && !(record.cause && record.measure);
  if (order.state === "follow_up" && open) return "act:complete_record"; // H-H1
  return order.next?.action === "call_back" && mine ? "act:callback_satisfied" : ""; // H-R1
}

/**
 * What the server said of the next verb and this file can't know: with the manager, a training, a gap (H-C6, H-C3, H-I2).
 * @param {any} order
 * @param {string} step
 * @returns {Lack[]}
 */
function whyNot(order, step) {
  if (order.state === "diagnosed" && step === "charge" && order.waiver) { // H-G4: while the centre decides
    return order.lacks?.charge?.filter((/** @type {Lack} */ lack) => lack.code === "waiver") ?? [];
  }
  return (order.lacks?.[verbOf(step)] ?? []).filter((/** @type {Lack} */ lack) => !stale(lack) && !POINTLESS.has(lack.code));
}

/**
 * @param {Lack} lack
 * @param {any} order
 * @param {Record<string, any>} verbs
 */
function fixable(lack, order, verbs) {
  return lack.fix === "correct" || lack.code.startsWith("gap_") || (lack.fix && may(order, lack.fix, verbs));
}

/**
 * What is missing may itself be the next thing to do; what the call asks for is put right in the call.
 * @param {string} step
 * @param {Lack[]} why
 * @param {any} order
 * @param {Record<string, any>} verbs
 */
function mended(step, why, order, verbs) {
  if (step === "call") return step;
  const way = why.find((lack) => lack.fix && lack.fix !== verbOf(step) && may(order, lack.fix, verbs));
  return way ? stepOf(way.fix) : step;
}

const AT = { assigned: 0, accepted: 1, contacted: 2, en_route: 4, on_site: 5, diagnosed: 7, charged: 10 };

/**
 * @param {any} order
 * @param {string} step
 * @returns {Flow["path"]}
 */
function pathOf(order, step) {
  const alias = { go: "depart", load: "kit", consent: "quote", check: order.state === "diagnosed" ? "repair" : "door" };
  const at = PATH.indexOf(alias[/** @type {keyof typeof alias} */ (step)] ?? step);
  const here = at >= 0 ? at : (AT[/** @type {keyof typeof AT} */ (order.state)] ?? PATH.length);
  return PATH.filter((one) => one !== "quote" || here === PATH.indexOf("quote") || order.warranty?.covered === false).map((one) => {
    const index = PATH.indexOf(one);
    return { step: one, how: index < here ? "done" : index === here ? "here" : "ahead" };
  });
}

/** The groups of "something else", as on the order's page. @type {[string, string[]][]} */
export const GROUPS = [
  ["reach", ["contact", "log_no_answer", "consult", "reschedule"]],
  ["way", ["depart", "go_unreached", "delay", "arrive"]],
  ["door", ["knock", "no_access", "note_exception"]],
  ["work", ["check_kit", "diagnose", "repair", "charge", "pull_in", "wait_for_parts", "part_fetched", "parts_arrived", "deliver", "complete_record"]],
  ["money", ["quote", "accept_quote", "refuse_quote", "request_waiver", "pay", "owe_invoice", "send_invoice"]],
  ["parts", ["use_part", "load_parts", "reserve_part", "request_part", "waive_parts", "release_part", "take_out_part"]],
  ["customer", ["explain", "hear_out", "let_decide", "make_safe", "file_claim", "check_off"]],
  ["bench", ["receive", "bench_diagnose", "bench_wait", "bench_repair", "bench_test", "workshop_done", "move_promise"]],
  ["loaner", ["reserve_loaner", "hand_out_loaner", "take_back_loaner", "release_loaner"]],
  ["callback", ["callback_satisfied", "callback_unhappy", "callback_no_answer"]],
  ["help", ["ask_help", "answer_help"]],
  ["pass", ["decline", "hand_back", "transfer", "escalate"]],
  ["record", ["correct", "record_evidence", "add_note"]],
];

/**
 * Return everything else that may be done now, in groups, without the next step.
 * @param {any} order
 * @param {Record<string, any>} verbs
 * @returns {{group: string, verbs: string[]}[]}
 */
export function others(order, verbs) {
  const { step } = flow(order, verbs);
  return GROUPS.map(([group, names]) => ({
    group,
    verbs: names.filter((verb) => stepOf(verb) !== step && may(order, verb, verbs)),
  })).filter((one) => one.verbs.length);
}
