/** The path of a visit without a signal: each act leads to the next screen (H-A to H-H). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { due, flow, judged, may, others, stepOf, toAgree, verbOf } from "../../web/field/static/field/app/flow.js";
import { checkSteps, missing, undone } from "../../web/field/static/field/app/items.js";
import { predicted } from "../../web/field/static/field/app/predict.js";

const { order: fresh, verbs } = JSON.parse(readFileSync(new URL("data/visit.json", import.meta.url), "utf8"));
const order = () => structuredClone(fresh);
const at = "2026-11-23T07:30:00.000+08:00";

/** Do acts on top of an order, as the store does. */
const after = (start, ...acts) => predicted(start, acts.map(([verb, values = {}], seq) => ({ verb, values, seq, state: "waiting", device_at: at })), verbs);
const step = (found) => flow(found, verbs).step;
const kit = (found) => found.kit.map((one) => one.code);
const ticks = (found) => {
  const parts = found.checks.filter((part) => checkSteps(found).includes(part.step));
  return Object.fromEntries(parts.flatMap((part) => part.items.map((item) => [`item-${part.step}.${item.code}`, item.kind === "tick" ? "on" : "1.5"])));
};

const TO_DOOR = [["accept"], ["contact", { confirmed: ["time"] }], ["check_kit", { items: kit(fresh) }], ["depart"], ["arrive"]];

test("a whole repair under warranty, offline, screen by screen", () => {
  const said = [];
  let acts = [];
  const then = (verb, values) => {
    acts = [...acts, [verb, values]];
    return after(order(), ...acts);
  };
  said.push(step(order()));
  said.push(step(then("accept")), step(then("contact", {})), step(then("check_kit", { items: kit(fresh) })), step(then("depart")));
  let now = then("arrive");
  said.push(step(now));
  now = then("check_off", ticks(now));
  said.push(step(now));
  now = then("diagnose", { outcome: "repairable", finding: "worn", documents: ["card", "invoice"] });
  said.push(step(now));
  now = then("repair", { measure: "changed", cause: "wear", tested: "on", certain: "on" });
  said.push(step(now));
  now = then("check_off", ticks(now));
  said.push(step(now));
  said.push(step(then("charge", { amount: "0", method: "none" })));
  said.push(step(then("complete", { signed_by: "x" })));
  assert.deepEqual(said, ["accept", "call", "kit", "depart", "arrive", "door", "diagnose", "repair", "check", "charge", "sign", ""]);
});

test("H-D1: what must be in the bag and is not leads back to the bag, whatever the server said of it before", () => {
  const items = kit(fresh).slice(1);
  const now = after(order(), ["accept"], ["contact"], ["check_kit", { items }]);
  assert.equal(step(now), "kit");
  assert.deepEqual(missing(now).map((one) => one.code), kit(fresh).slice(0, 1));
});

test("H-A3: parts kept for the visit are loaded before leaving", () => {
  const start = { ...order(), load: [{ code: "P", name: "Pump", quantity: 1, loaded: false }] };
  const acts = [["accept"], ["contact"], ["check_kit", { items: kit(fresh) }]];
  assert.equal(step(after(start, ...acts)), "load");
  assert.equal(step(after(start, ...acts, ["load_parts"])), "depart");
});

test("H-C5: never reached and out of time, the bag and then straight to the address", () => {
  const start = { ...order(), state: "accepted", next: { action: "depart", mine: true } };
  assert.equal(step(start), "kit");
  assert.equal(step(after(start, ["check_kit", { items: kit(fresh) }])), "go");
});

test("H-F2: what is not covered is quoted and agreed to before any work", () => {
  const start = { ...order(), warranty: { covered: false } };
  const now = after(start, ...TO_DOOR, ["diagnose", { outcome: "repairable", finding: "x" }]);
  assert.equal(step(now), "quote");
  const offered = { ...now, quote: { number: 1, status: "offered", total: 170000 } };
  assert.equal(step(offered), "consent");
  const agreed = { ...offered, quote: { ...offered.quote, status: "accepted" } };
  assert.equal(step(agreed), "repair");
  assert.equal(step({ ...offered, quote: { ...offered.quote, status: "refused" } }), "quote");
  assert.equal(due(agreed), 170000);
  assert.equal(due({ ...agreed, waived: 70000 }), 100000);
  assert.equal(toAgree({ ...offered, has_table: false, warranty: { covered: null } }), "consent");
});

test("H-F3: every outcome asks for its own step first", () => {
  const wanted = {
    repairable: "repair", pull_in: "act:pull_in", part_missing: "act:wait_for_parts", nothing_wrong: "act:explain",
    misuse: "act:explain", refused: "act:hear_out", new_fault: "act:ask_help", unsafe: "act:make_safe", exchange: "act:file_claim",
  };
  for (const [outcome, screen] of Object.entries(wanted)) {
    assert.equal(step(after(order(), ...TO_DOOR, ["diagnose", { outcome, finding: "x", documents: ["card", "invoice"] }])), screen, outcome);
  }
});

test("H-W1, H-W5: what the phone says of the warranty follows what was shown and found", () => {
  assert.equal(judged(order(), { documents: ["card", "invoice"] }), true);
  assert.equal(judged(order(), { documents: ["card"] }), false);
  assert.equal(judged(order(), { documents: ["card", "invoice"], exclusion: "wear" }), false);
  assert.equal(judged({ ...order(), warranty: { covered: null } }, { in_warranty: "true" }), true);
  assert.equal(judged({ ...order(), warranty: { covered: false } }, {}), false);
});

test("H-F6: a value measured outside its limits stands in the way of the bill", () => {
  const now = after(order(), ...TO_DOOR, ["diagnose", { outcome: "repairable", documents: ["card", "invoice"] }], ["repair", { tested: "on" }]);
  const outside = Object.fromEntries(Object.entries(ticks(now)).map(([name, value]) => [name, value === "on" ? value : "99"]));
  const wrong = predicted(now, [{ verb: "check_off", values: outside, state: "waiting" }], verbs);
  assert.equal(step(wrong), "check");
  assert.ok(undone(wrong, [3]).length > 0);
});

test("a lack that the server told and the phone can't judge counts: its way out is the next step", () => {
  const start = { ...order(), state: "contacted", kit_checked: true, taken: kit(fresh) };
  const trained = { rule: "H-C3", code: "skill", message: "Not trained for it.", fix: "transfer" };
  assert.equal(step({ ...start, lacks: { depart: [trained] } }), "act:transfer");
  const stuck = flow({ ...start, lacks: { depart: [{ rule: "H-H2", code: "escalation", message: "Still with the manager.", fix: "settle_escalation" }] } }, verbs);
  assert.equal(stuck.step, "");
  assert.equal(stuck.why[0].code, "escalation");
});

test("H-E2, H-E5, H-D3: what may happen instead is one tap away, and only what may be done is offered", () => {
  const door = flow(after(order(), ...TO_DOOR), verbs);
  assert.deepEqual(door.exceptions.slice(0, 2), ["knock", "different"]);
  assert.ok(flow(after(order(), ...TO_DOOR.slice(0, 2)), verbs).exceptions.includes("delay"));
  assert.equal(may(order(), "charge", verbs), false);
  const offered = others(order(), verbs).flatMap((one) => one.verbs);
  assert.ok(offered.includes("decline") && !offered.includes("accept") && !offered.includes("release_part"));
});

test("every screen knows its verb, and every verb a screen", () => {
  for (const verb of Object.keys(verbs)) assert.equal(verbOf(stepOf(verb)), verb);
});

test("H-H1: the record is owed until cause and measure are written", () => {
  const left = { ...order(), state: "follow_up", repair: { complete: false, cause: "", measure: "x" }, next: { action: "call_back", mine: true } };
  assert.equal(step(left), "act:complete_record");
  assert.equal(step({ ...left, repair: { ...left.repair, complete: true } }), "act:callback_satisfied");
  assert.equal(step({ ...left, repair: { complete: false, cause: "y", measure: "x" }, next: { action: "call_back", mine: false } }), "");
});
