// What the pages read: never without what was just done, and never with what is another person's.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { app } from "./fake.mjs";

const db = await import(new URL("db.js", app));
const box = await import(new URL("outbox.js", app));
const { Store } = await import(new URL("store.js", app));

const URLS = { bundle: "/bundle/", settle: "/kept/KEY/" };
const day = (more = {}) => ({ now: new Date().toISOString(), who: { id: 1, zone: "UTC" }, verbs: { depart: { to: "en_route" } }, mine: [1, 2], orders: [order(1), order(2)], kept: [], ...more });
const order = (id, version = 1, more = {}) => ({ id, version, state: "contacted", lacks: {}, ...more });
let said;
globalThis.fetch = async (url) => {
  globalThis.asked = url;
  if (said instanceof Error) throw said;
  return typeof said === "number" ? new Response("", { status: said }) : new Response(JSON.stringify(said));
};

async function opened() {
  const store = new Store(URLS);
  store.others?.close();
  store.others = null;
  await store.reload();
  return store;
}

beforeEach(async () => {
  await db.empty();
  said = day();
});

test("the day is read, and asked for by the versions that are here", async () => {
  const store = await opened();
  assert.ok(await store.refresh());
  assert.deepEqual(store.orders().map((one) => one.id), [1, 2]);
  said = day({ orders: [order(2, 5)] });
  const news = new Promise((heard) => store.addEventListener("fresh", (event) => heard(event.detail.changed.map((one) => one.id))));
  await store.refresh();
  assert.equal(globalThis.asked, "/bundle/?have=1.1,2.1");
  assert.deepEqual([await news, store.order(2).version, store.order(1).version], [[2], 5, 1]);
});

test("what is done while the phone reads its database does not vanish from the screen", async () => {
  const store = await opened();
  await store.refresh();
  for (let turn = 0; turn < 20; turn += 1) {
    const reading = store.reload(false);
    const { key } = await store.put({ order: 1, verb: "depart", values: {} });
    await reading;
    assert.ok(store.acts.some((act) => act.key === key), `turn ${turn}`);
  }
  assert.equal(store.order(1).state, "en_route");
});

test("passed on meanwhile, an order stays on the phone as long as something of it waits, but not in the day", async () => {
  const store = await opened();
  await store.refresh();
  await store.put({ order: 1, verb: "depart", values: {} });
  said = day({ mine: [2], orders: [] });
  await store.refresh();
  assert.deepEqual([store.orders().map((one) => one.id), store.order(1).state, store.waiting().length], [[2], "en_route", 1]);
});

test("somebody else signs in: drafts, orders and loose photos go; what waits is kept for who did it, with its photos", async () => {
  const store = await opened();
  await store.refresh();
  await db.put("drafts", { at: "" }, "1/call");
  await db.put("blobs", { id: "loose", blob: new Blob(["x"]), draft: "1" });
  await store.put({ order: 1, verb: "add_note", values: { photos: ["photo:p"] }, blobs: [{ id: "p", blob: new Blob(["x"]) }] });
  said = day({ who: { id: 2, zone: "UTC" }, mine: [7], orders: [order(7)] });
  await store.refresh();
  assert.deepEqual([store.mine(), store.foreign().length, store.order(1)], [[], 1, null]);
  assert.deepEqual([await db.all("drafts"), (await db.all("blobs")).map((one) => one.id)], [[], ["p"]]);
});

test("without a signal or a session the day stays as it was, and whether to sign in is known", async () => {
  const store = await opened();
  await store.refresh();
  for (const [answer, out] of [[new TypeError("network"), false], [401, true], [503, false]]) {
    said = answer;
    assert.equal(await store.refresh(), false);
    assert.deepEqual([store.orders().length, store.signedOut], [2, out]);
  }
});

test("where the centre says otherwise, mine is sent or theirs holds", async () => {
  const store = await opened();
  await store.refresh();
  for (const mine of [true, false]) {
    await store.put({ order: 1, verb: "correct", values: { symptom: `mine ${mine}`, note: "n" } });
    said = day({ orders: [order(1, mine ? 8 : 9, { symptom: `theirs ${mine}` })] });
    await store.refresh();
    const [question] = store.questions().filter((one) => one.mine === `mine ${mine}`);
    assert.equal(question.theirs, `theirs ${mine}`);
    await store.answer(question, mine);
    assert.deepEqual(store.questions().filter((one) => one.key === question.key), []);
    const act = store.acts.find((one) => one.key === question.key);
    assert.deepEqual(act.values, mine ? { symptom: "mine true", note: "n" } : { note: "n" });
    await db.empty(["outbox"]);
  }
});

test("what was settled is no longer counted, and signing out keeps what waits", async () => {
  const store = await opened();
  await store.refresh();
  const act = await store.put({ order: 1, verb: "depart", values: {} });
  await db.put("outbox", { ...act, state: "refused", why: {} });
  await store.reload();
  assert.equal(store.refused().length, 1);
  await store.settle(act, "dropped");
  assert.deepEqual([store.mine(), store.acts.map((one) => one.how)], [[], ["dropped"]]);
  await store.purge();
  assert.deepEqual([store.who, store.orders(), (await db.all("outbox")).length], [null, [], 1]);
});

test("a day that was asked for before an act was taken does not undo it", async () => {
  const store = await opened();
  await store.refresh();
  const { key } = await store.put({ order: 1, verb: "depart", values: {} });
  said = day({ orders: [order(1, 2)] });
  const late = globalThis.fetch;
  globalThis.fetch = async (url) => {
    await box.taken(key); // while the answer is on its way
    return late(url);
  };
  await store.refresh();
  globalThis.fetch = late;
  assert.deepEqual([store.waiting().length, store.order(1).state], [0, "en_route"]);
  await new Promise((later) => setTimeout(later, 2));
  await store.refresh();
  assert.equal(store.order(1).state, "contacted"); // asked for afterwards: the server's word
});

test("an act that was done, its answer lost, is not shown twice once the day shows it", async () => {
  const store = await opened();
  await store.refresh();
  const values = { photos: ["photo:p"] };
  const { key } = await store.put({ order: 1, verb: "knock", values, blobs: [{ id: "p", blob: new Blob(["x"]) }] });
  const later = await store.put({ order: 1, verb: "depart", values: {} });
  said = day({ orders: [order(1, 2)], applied: { [key]: 3 } }); // done while the day was being read: it is not in it
  await store.refresh();
  assert.equal(globalThis.asked, `/bundle/?have=1.1,2.1&sent=${key},${later.key}`);
  assert.deepEqual(store.waiting().map((act) => act.key), [key, later.key]);
  said = day({ orders: [order(1, 3, { knock: { done: [{ step: "bell" }] } })], applied: { [key]: 3 } });
  await store.refresh();
  assert.deepEqual(store.waiting().map((act) => act.key), [later.key]);
  assert.deepEqual([store.order(1).knock.done.length, store.order(1).state], [1, "en_route"]);
  assert.deepEqual((await db.all("blobs")).length, 0);
});

test("a day that this phone has as it is says of a lost answer all the same; another person's acts are left alone", async () => {
  const store = await opened();
  await store.refresh();
  const { key } = await store.put({ order: 1, verb: "depart", values: {} });
  said = day({ orders: [], applied: { [key]: 1 } });
  await store.refresh();
  assert.deepEqual(store.waiting(), []);
  await store.put({ order: 1, verb: "depart", values: {} });
  said = day({ who: { id: 2, zone: "UTC" }, applied: { [store.acts[0].key]: 1 } });
  await store.refresh();
  assert.equal(store.foreign().length, 1);
});
