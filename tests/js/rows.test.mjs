/** What a form starts with and what is sent of it: as a browser would have posted it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { answersOf, touched } from "../../web/field/static/field/app/checklist.js";
import { touched as entered } from "../../web/field/static/field/app/guide.js";
import { knocking, clock } from "../../web/field/static/field/app/knocking.js";
import { plain, reckon, say, share, typed } from "../../web/field/static/field/app/prices.js";
import { posted, start, unfilled } from "../../web/field/static/field/app/rows.js";

const { order, who } = JSON.parse(readFileSync(new URL("data/visit.json", import.meta.url), "utf8"));
const contact = order.forms.contact.rows;

test("H-C1: a call sends what was confirmed and agreed, and of the order's data only what was put right", () => {
  const values = { ...start(contact), confirmed: ["time", "address"], symptom: "leaks at the back" };
  const sent = posted("contact", contact, values);
  assert.deepEqual(sent.confirmed, ["time", "address"]);
  assert.equal(sent.symptom, "leaks at the back");
  assert.equal(sent.starts_at, start(contact).starts_at);
  assert.ok(!("address_line" in sent) && !("wish_from" in sent));
});

test("a wish is sent as a pair, as it is judged", () => {
  const values = { ...start(contact), wish_from: "2026-11-24T09:00" };
  const sent = posted("contact", contact, values);
  assert.equal(sent.wish_from, "2026-11-24T09:00");
  assert.equal(sent.wish_to, start(contact).wish_to);
});

test("what was emptied is sent as empty, what was never filled is not sent", () => {
  const rows = [{ name: "note", kind: "textarea", value: "old" }, { name: "more", kind: "input" }, { name: "call_out", kind: "check", value: "on" }];
  assert.deepEqual(posted("quote", rows, { note: "", more: "", call_out: "" }), { note: "", call_out: "" });
  assert.deepEqual(posted("quote", rows, {}), { note: "old", call_out: "on" });
});

test("a draft brings back what was entered, not what the form began with: the centre may have changed that", () => {
  const begun = { starts_at: "10:00", note: "", parts: ["a"] };
  assert.deepEqual(entered({ starts_at: "10:00", note: "ring twice", parts: ["a", "b"] }, begun), { note: "ring twice", parts: ["a", "b"] });
});

test("required rows that are empty are named, hidden ones are the app's own", () => {
  const rows = [{ name: "a", kind: "input", required: true }, { name: "b", kind: "photos", required: true }, { name: "c", kind: "hidden", required: true }];
  assert.deepEqual(unfilled(rows, { a: "x", b: [] }).map((row) => row.name), ["b"]);
});

test("H-E1: all ticks count unless one was touched; what was answered before is sent again, or it would count as no", () => {
  const here = { ...structuredClone(order), state: "on_site" };
  const [one, two] = here.checks.find((part) => part.step === 1).items;
  one.value = true;
  const some = answersOf(here, { [`1.${two.code}`]: false }, [1]);
  assert.equal(some[`item-1.${one.code}`], "on");
  assert.ok(!(`item-1.${two.code}` in some));
  const all = answersOf(here, {}, [1, 2]);
  assert.ok(here.checks.filter((part) => part.step < 3).every((part) => part.items.every((item) => item.kind !== "tick" || all[`item-${part.step}.${item.code}`] === "on")));
  assert.ok(!Object.keys(all).some((name) => name.startsWith("item-3.")));
  assert.equal(touched(here.checks[0], {}), false);
});

test("H-E2: knock for five minutes, then phone, neighbour, downstairs, note, and only then leave", () => {
  const t0 = Date.parse("2026-11-23T08:00:00Z");
  const guide = (done) => ({ ...order.knock, done: done.map(([step, s]) => ({ step, at: new Date(t0 + s * 1000).toISOString() })) });
  const next = (done, s) => knocking(guide(done), t0 + s * 1000);
  assert.equal(next([], 0).next, "bell");
  assert.equal(next([["bell", 0]], 5).next, "knock");
  assert.deepEqual([next([["knock", 0]], 10).hint, next([["knock", 0]], 31).hint], ["wait", "knock"]);
  assert.equal(next([["knock", 0], ["knock", 280]], 299).next, "knock");
  assert.equal(next([["knock", 0], ["knock", 280]], 301).next, "phone");
  const all = [["knock", 0], ["phone", 301], ["neighbour", 310], ["downstairs", 330], ["note", 400]];
  assert.equal(next(all, 410).next, "leave");
  assert.deepEqual([clock(null), clock(5), clock(301)], ["–", "0:05", "5:01"]);
});

test("H-G3: the lower of fee table and certificate, covered work at nothing, and no price never as nothing", () => {
  const work = { fault: "rf-warm", parts: [{ code: "CNR84K-4404", quantity: 2 }], callOut: true, covered: false };
  const found = reckon(order.prices, work);
  assert.deepEqual(found.lines.map((line) => line.amount), [30000, 190000, 72000]);
  assert.equal(found.total, 292000);
  assert.equal(reckon(order.prices, { ...work, covered: true }).total, 0);
  assert.equal(reckon(order.prices, { ...work, parts: [{ code: "X-1", quantity: 1 }] }).missing, "X-1");
  assert.equal(reckon({ ...order.prices, tax_included: false }, { ...work, parts: [] }).total, 220000 + 11000);
  assert.equal(share(100, 5000, 100), 100);
});

test("amounts are said and typed as the place does", () => {
  assert.equal(say(167000, who), "NT$1,670");
  assert.equal(plain(167050, { currency: "CNY", digits: 2 }), "1670.50");
  assert.equal(typed("1,670", who), 167000);
  assert.ok(Number.isNaN(typed("twelve", who)));
});
