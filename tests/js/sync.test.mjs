// What was done is sent once, in its order, whatever is lost on the way (H-N3).
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Server, URLS, app, until } from "./fake.mjs";

const db = await import(new URL("db.js", app));
const box = await import(new URL("outbox.js", app));
const { Sync, filled } = await import(new URL("sync.js", app));

const made = (server, how = {}) => {
  const sync = new Sync({ urls: URLS, token: () => "t", renew: async () => {}, user: () => 1, onState: () => {}, onChange: () => {}, fetch: server.fetch, ...how });
  return sync;
};
const done = (order, verb, more = {}) => box.put({ user: 1, order, verb, values: {}, ...more });
const finish = (sync) => until(async () => {
  await sync.kick();
  return (await box.acts()).every((act) => act.state === "refused" || act.user !== 1);
});

beforeEach(() => db.empty());

test("what is done is on the disk before it is said to be done, with a number of its own", async () => {
  const first = await done(1, "accept");
  const second = await done(1, "contact");
  assert.deepEqual((await box.acts()).map((act) => act.key), [first.key, second.key]);
  assert.ok(second.seq > first.seq && second.key !== first.key);
});

test("numbers go on where they were although the outbox was emptied in between", async () => {
  const first = await done(1, "accept");
  await box.taken(first.key);
  assert.ok((await done(1, "contact")).seq > first.seq);
});

for (const fault of ["cut", "lost", 503, 500, 429, 408, 403, 401]) {
  test(`a fault at each request in turn, ${fault}: every act once and in order`, async () => {
    const verbs = ["accept", "contact", "check_kit", "depart", "arrive"];
    for (let at = 0; at <= verbs.length; at += 1) {
      await db.empty();
      const server = new Server([...Array(at).fill(null), fault]);
      for (const verb of verbs) await done(7, verb);
      await finish(made(server));
      assert.deepEqual(server.taken.map((one) => one.verb), verbs, `fault at ${at}`);
      assert.deepEqual(await box.acts(), []);
    }
  });
}

test("photos go before the act that names them, each once, and their bytes are those that were taken", async () => {
  const bytes = new Uint8Array([1, 2, 3, 4]);
  await done(7, "knock", { values: { step: "note", photos: ["photo:a", "photo:b"] }, blobs: [{ id: "a", blob: new Blob([bytes]) }, { id: "b", blob: new Blob([bytes.map((one) => one + 1)]) }] });
  const server = new Server(["lost", null, "cut", "lost"]);
  await finish(made(server));
  assert.deepEqual([...server.photos.keys()], ["photo-a", "photo-b"]);
  assert.deepEqual(new Uint8Array(await server.photos.get("photo-a").file.arrayBuffer()), bytes);
  assert.deepEqual(server.taken[0].values, { step: "note", photos: ["1", "2"] });
  assert.equal(await box.picture("a"), undefined);
});

test("what is refused stays with its reason and holds up its own order only", async () => {
  const server = new Server();
  server.refuse = ({ order, verb }) => (order === 1 && verb === "depart" ? { status: 422, title: "no", lacks: [{ code: "kit" }] } : null);
  await done(1, "contact"), await done(1, "depart"), await done(1, "arrive"), await done(2, "accept");
  await made(server).kick();
  assert.deepEqual(server.taken.map(({ order, verb }) => [order, verb]).sort(), [[1, "contact"], [2, "accept"]]);
  const [refused, held] = await box.acts();
  assert.deepEqual([refused.state, refused.why.title, held.state], ["refused", "no", "waiting"]);
  await box.taken(refused.key);
  await made(server).kick();
  assert.deepEqual(server.taken.at(-1).verb, "arrive");
});

test("a picture that will never be taken refuses its act, and the server is told why", async () => {
  const server = new Server();
  server.refusePhoto = { status: 400, title: "no", errors: { file: ["This is not a photo."] } };
  server.refuse = ({ unseen }) => (unseen ? { status: 400, title: "refused", detail: unseen } : null);
  await done(3, "knock", { values: { photos: ["photo:a"] }, blobs: [{ id: "a", blob: new Blob(["x"]) }] });
  await done(4, "add_note", { values: { photos: ["photo:lost"] } });
  await made(server).kick();
  assert.deepEqual((await box.acts()).map((act) => [act.state, act.why?.detail]), [["refused", "This is not a photo."], ["refused", "gone"]]);
  assert.deepEqual(server.taken, []);
});

test("what somebody else did is never sent in my name", async () => {
  const server = new Server();
  await box.put({ user: 2, order: 1, verb: "accept", values: {} });
  await made(server).kick();
  assert.equal(server.asked, 0);
  assert.equal((await box.acts()).length, 1);
});

test("signed out: nothing is tried, everything is kept, and it goes on afterwards", async () => {
  const server = new Server();
  let user = 0;
  const states = [];
  await done(1, "accept");
  const sync = made(server, { user: () => user, onState: (state) => states.push(state) });
  await sync.kick();
  assert.equal(server.asked, 0);
  user = 1;
  await finish(sync);
  assert.equal(server.taken.length, 1);
});

test("an act about which a question is open waits for the answer", async () => {
  const server = new Server();
  let held = true;
  await done(1, "correct");
  const sync = made(server, { held: () => held });
  await sync.kick();
  assert.equal(server.asked, 0);
  held = false;
  await sync.kick();
  assert.equal(server.taken.length, 1);
});

test("a hundred seeded runs of mixed faults: none lost, none twice, each order's in its order", async () => {
  let seed = 42;
  const dice = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let run = 0; run < 100; run += 1) {
    await db.empty();
    const wanted = Array.from({ length: 8 }, (_, at) => ({ order: 1 + Math.floor(dice() * 3), verb: `v${at}` }));
    const faults = Array.from({ length: 30 }, () => [null, "cut", "lost", 503, 429][Math.floor(dice() * 5)]);
    const server = new Server(faults);
    for (const { order, verb } of wanted) await done(order, verb);
    await finish(made(server));
    for (const order of [1, 2, 3]) {
      const of = (list) => list.filter((one) => one.order === order).map((one) => one.verb);
      assert.deepEqual(of(server.taken), of(wanted), `run ${run}`);
    }
  }
});

test("numbers stand where pictures were named, alone and in lists", () => {
  assert.deepEqual(filled({ a: "photo:x", b: ["photo:x", "y"], c: "photo" }, { x: 3 }), { a: "3", b: ["3", "y"], c: "photo" });
});
