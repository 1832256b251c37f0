// What an order will be once what was done here is taken: the server's word, with the waiting acts on top.
import assert from "node:assert/strict";
import { test } from "node:test";
import { app } from "./fake.mjs";

const { basis, predicted, questions } = await import(new URL("predict.js", app));
const { deviceTime, learn, moment, now, remember } = await import(new URL("clock.js", app));

const VERBS = { accept: { to: "accepted" }, contact: { to: "contacted" }, depart: { to: "en_route" }, arrive: { to: "on_site" }, diagnose: { to: "diagnosed" }, knock: { to: "" } };
const ORDER = Object.freeze({
  id: 1, version: 3, state: "assigned", at: "2026-11-23T06:00:00+00:00", taken: [], kit_checked: false, lacks: { depart: [{ rule: "H-C2", code: "kit", message: "", fix: "check_kit" }] },
  customer: { name: "Wang", phones: ["1"] }, address: { full: "Road 1" }, appliance: { model: "" }, knock: { steps: [], done: [] }, symptom: "cold", used: [],
  checks: [{ step: 2, states: ["on_site"], items: [{ code: "a", kind: "tick" }, { code: "b", kind: "number" }, { code: "c", kind: "photo" }] }],
});
const act = (verb, values = {}, more = {}) => ({ key: verb, seq: 1, user: 1, order: 1, verb, values, state: "waiting", device_at: "2026-11-23T05:00:00+08:00", based: {}, ...more });
const after = (...acts) => predicted(ORDER, acts, VERBS, "Asia/Shanghai");

test("nothing done: the order itself", () => assert.equal(after(), ORDER));

test("each act leads on, in turn, and the order that came from the server stays as it was", () => {
  const was = JSON.stringify(ORDER);
  const found = after(act("accept"), act("contact"), act("check_kit", { items: ["tools", "cover"] }), act("depart"), act("arrive"));
  assert.deepEqual([found.state, found.taken, found.kit_checked, found.arrived], ["on_site", ["tools", "cover"], true, "2026-11-23T05:00:00+08:00"]);
  assert.equal(JSON.stringify(ORDER), was);
});

test("what was refused and what came after it changes nothing", () => {
  assert.equal(after(act("accept"), act("contact", {}, { state: "refused" }), act("depart")).state, "accepted");
});

test("what was done is no longer missing elsewhere", () => assert.deepEqual(after(act("check_kit")).lacks.depart, []));

test("checklists, knocks, parts and a diagnosis are there at once", () => {
  const found = after(
    act("arrive"), act("knock", { step: "ring" }), act("check_off", { "item-2.a": "on", "item-2.b": "12", "item-2.c": ["photo:x"] }),
    act("use_part", { part: "P1", quantity: "2", serial_in: "S" }), act("diagnose", { outcome: "repairable", finding: "pump" }));
  assert.deepEqual(found.checks[0].items.map((one) => one.value), [true, "12", "photo:x"]);
  assert.equal(found.knock.done[0].step, "ring");
  assert.deepEqual(found.used, [{ code: "P1", name: "P1", quantity: 2, serial_in: "S" }]);
  assert.deepEqual([found.state, found.outcome_step, found.repair.finding], ["diagnosed", "repair", "pump"]);
});

test("given away, it is gone from the day", () => assert.equal(after(act("decline")).gone, true));

test("a time agreed is the outlet's time, wherever the phone thinks it is", () => {
  assert.equal(after(act("contact", { starts_at: "2026-11-23T18:30" })).at, "2026-11-23T10:30:00.000Z");
  assert.equal(moment("2026-07-01T12:00", "Europe/Berlin"), "2026-07-01T10:00:00.000Z");
  assert.equal(moment("2026-03-29T03:30", "Europe/Berlin"), "2026-03-29T01:30:00.000Z"); // just after the clocks went on
  assert.equal(moment("2026-10-25T12:00", "Europe/Berlin"), "2026-10-25T11:00:00.000Z");
});

test("a question only where the centre changed what a waiting act changes, to something else", () => {
  const mine = act("contact", { starts_at: "2026-11-23T18:30", address_line: "Road 2" });
  mine.based = basis(ORDER, mine.values);
  const ask = (order) => questions(order, [mine], "Asia/Shanghai").map((one) => one.field);
  assert.deepEqual(ask(ORDER), []);
  assert.deepEqual(ask({ ...ORDER, symptom: "warm" }), []); // another field: both hold
  assert.deepEqual(ask({ ...ORDER, at: "2026-11-23T08:00:00+00:00" }), ["starts_at"]);
  assert.deepEqual(ask({ ...ORDER, at: "2026-11-23T10:30:00+00:00" }), []); // the same, or mine whose answer was lost
  assert.deepEqual(ask({ ...ORDER, address: { full: "Road 3" } }), ["address_line"]);
});

test("the server's time counts, however wrong the phone's clock; what the phone said is recorded with its offset", () => {
  learn(new Date(Date.now() + 3 * 3_600_000).toISOString(), Date.now());
  assert.ok(Math.abs(now() - Date.now() - 3 * 3_600_000) < 1000);
  remember(NaN);
  learn("nonsense", 0);
  assert.ok(Math.abs(now() - Date.now() - 3 * 3_600_000) < 1000);
  const at = new Date("2026-11-23T04:00:00.250Z");
  assert.equal(new Date(deviceTime(at)).getTime(), at.getTime());
  assert.match(deviceTime(at), /[+-]\d\d:\d\d$/);
});
