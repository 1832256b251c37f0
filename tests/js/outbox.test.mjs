// What was done stays in its place until it was taken or settled; one tab sends; nothing goes in another's name.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Server, URLS, app, until } from "./fake.mjs";

const db = await import(new URL("db.js", app));
const box = await import(new URL("outbox.js", app));
const { leading } = await import(new URL("lead.js", app));
const { Sync } = await import(new URL("sync.js", app));

const urls = { ...URLS, settle: "/field/app/kept/KEY/" };
const made = (server, how = {}) => new Sync({ urls, token: () => "t", renew: async () => {}, user: () => 1, onState: () => {}, onChange: () => {}, fetch: server.fetch, ...how });
const done = (order, verb, more = {}) => box.put({ user: 1, order, verb, values: {}, ...more });
const answers = (status, body = {}, headers = {}) => new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
const states = async () => (await box.acts()).map((act) => [act.verb, act.state]);

beforeEach(() => db.empty());

test("what is put right goes before what waited behind it, and takes the place of what was refused", async () => {
  const server = new Server();
  server.refuse = ({ verb, values }) => (verb === "depart" && !values.kit ? { status: 422, title: "no", code: "lacking" } : null);
  await done(1, "depart"), await done(1, "arrive");
  await made(server).kick();
  const [refused] = await box.acts();
  await box.settle(refused, "again", 1);
  await done(1, "check_kit");
  assert.deepEqual(await states(), [["check_kit", "waiting"], ["depart", "refused"], ["arrive", "waiting"]]);
  await done(1, "depart", { values: { kit: "on" } });
  server.told = [];
  await made(server, { fetch: async (url, init) => (url.includes("/kept/") ? (server.told.push([url, init.body]), answers(200)) : server.fetch(url, init)) }).kick();
  assert.deepEqual(server.taken.map((one) => one.verb), ["check_kit", "depart", "arrive"]);
  assert.deepEqual(server.told, [[`/field/app/kept/${refused.key}/`, '{"how":"again"}']]);
  assert.deepEqual(await box.acts(), []);
});

test("done anew, its pictures are the new act's own and are not lost with the old one", async () => {
  const values = { photos: ["photo:p"] };
  const server = new Server();
  server.refuse = ({ values: said }) => (said.note ? null : { status: 400, title: "no", code: "invalid" });
  await done(1, "add_note", { values, blobs: [{ id: "p", blob: new Blob(["x"]) }] });
  await made(server).kick();
  const [refused] = await box.acts();
  await box.settle(refused, "again", 1);
  await done(1, "add_note", { values: { ...values, note: "n" } });
  assert.ok(await box.picture("p"));
  await until(async () => (await made(server, { fetch: async (url, init) => (url.includes("/kept/") ? answers(200) : server.fetch(url, init)) }).kick(), !(await box.acts()).length));
  assert.deepEqual(server.taken[0].values, { photos: ["1"], note: "n" });
  assert.equal(await box.picture("p"), undefined);
});

test("a picture that a later act names as well stays for it", async () => {
  const first = await done(1, "knock", { values: { photos: ["photo:p"] }, blobs: [{ id: "p", blob: new Blob(["x"]) }] });
  await done(1, "add_note", { values: { photos: ["photo:p"] } });
  await box.taken(first.key);
  assert.ok(await box.picture("p"));
});

test("left without a signal: what follows goes on, and the server hears of it when there is one", async () => {
  const server = new Server();
  server.refuse = ({ verb }) => (verb === "depart" ? { status: 409, title: "no", code: "moved" } : null);
  await done(1, "depart"), await done(1, "arrive");
  await made(server).kick();
  await box.settle((await box.acts())[0], "dropped", 1);
  const told = [];
  let away = true;
  const fetch = async (url, init) => {
    if (away) throw new TypeError("network");
    return url.includes("/kept/") ? (told.push(init.body), answers(404, { code: "not_found" })) : server.fetch(url, init);
  };
  const sync = made(server, { fetch });
  await sync.kick();
  assert.equal((await box.acts()).length, 2);
  away = false;
  await sync.kick();
  assert.deepEqual([told, server.taken.map((one) => one.verb), await box.acts()], [['{"how":"dropped"}'], ["arrive"], []]);
});

test("an act taken while more waits stays in the order as this phone sees it", async () => {
  await db.put("orders", { id: 1, version: 3, state: "contacted", taken: [], kit_checked: false });
  await db.put("about", { check_kit: { to: "" }, depart: { to: "en_route" } }, "verbs");
  await done(1, "check_kit", { values: { items: ["tools"] } }), await done(1, "depart");
  const server = new Server([null, "cut"]);
  await made(server).kick();
  const order = await db.get("orders", 1);
  assert.deepEqual([order.kit_checked, order.taken, order.state, order.version], [true, ["tools"], "contacted", 3]);
});

test("an answer that was overtaken does not put an older order over a newer one", async () => {
  await db.put("orders", { id: 1, version: 9, state: "on_site" });
  const { key } = await done(1, "accept");
  await box.taken(key, { id: 1, version: 8, state: "contacted" });
  assert.equal((await db.get("orders", 1)).version, 9);
});

test("a refusal brings the order as it is now, and what is not our server's answer refuses nothing", async () => {
  await done(1, "accept");
  for (const strange of [answers(404, "<html>"), answers(403, "<html>"), answers(200, "<html>"), answers(200, {}), answers(511, "")]) {
    await made({}, { fetch: async () => strange }).kick();
    assert.deepEqual(await states(), [["accept", "waiting"]]);
  }
  await made({}, { fetch: async () => answers(409, { code: "moved", title: "no", order: { id: 1, version: 4 } }) }).kick();
  assert.deepEqual(await states(), [["accept", "refused"]]);
  assert.equal((await db.get("orders", 1)).version, 4);
});

test("a stale token is read anew and tried once more, not for ever", async () => {
  let [token, asked] = ["old", 0];
  await done(1, "accept");
  const fetch = async (_url, { headers }) => (assert.ok((asked += 1) < 9, "for ever"), headers["X-CSRFToken"] === "good" ? answers(200, { answer: {} }) : answers(403, { code: "csrf" }));
  await made({}, { fetch, token: () => token, renew: async () => (token += "er") }).kick();
  assert.deepEqual([asked, (await box.acts()).length], [2, 1]);
  await made({}, { fetch, token: () => token, renew: async () => (token = "good") }).kick();
  assert.deepEqual(await box.acts(), []);
});

test("somebody else signs in while we send: what is left is not sent in their name", async () => {
  const server = new Server();
  let user = 1;
  await done(1, "accept"), await done(1, "contact");
  await made(server, { user: () => user, fetch: async (url, init) => ((user = 2), server.fetch(url, init)) }).kick();
  assert.deepEqual([server.taken.map((one) => one.verb), await states()], [["accept"], [["contact", "waiting"]]]);
});

test("the server's wish to be left alone counts, in seconds and as a date, also when somebody presses", async () => {
  for (const wish of [{ "Retry-After": "60" }, { Date: "Mon, 23 Nov 2026 04:00:00 GMT", "Retry-After": "Mon, 23 Nov 2026 04:01:00 GMT" }]) {
    await db.empty();
    await done(1, "accept");
    let asked = 0;
    const sync = made({}, { fetch: async () => ((asked += 1), answers(429, {}, wish)) });
    await sync.kick();
    await sync.kick();
    clearTimeout(sync.timer);
    assert.equal(asked, 1);
  }
});

test("the alarm goes ahead of all that waits, and waits its turn where the order is not that far", async () => {
  const server = new Server();
  let far = true;
  server.refuse = ({ verb }) => (verb === "sos" && !far && !server.taken.length ? { status: 409, code: "moved", title: "no" } : null);
  await done(1, "add_note"), await done(1, "sos");
  const seen = [];
  await made(server, { fetch: (url, init) => (seen.push(url.match(/(\w+)\/$/)[1]), server.fetch(url, init)) }).kick();
  assert.equal(seen[0], "sos");
  far = false;
  server.taken = [];
  await done(2, "depart"), await done(2, "sos");
  const sync = made(server);
  await sync.kick();
  await sync.kick();
  clearTimeout(sync.timer);
  assert.deepEqual([server.taken.map((one) => one.verb), await box.acts()], [["depart", "sos"], []]);
});

test("signing out keeps what waits, its pictures and its number; everything else goes", async () => {
  await db.put("orders", { id: 1, version: 1 });
  await db.put("about", { id: 1 }, "who");
  await db.put("blobs", { id: "draft", blob: new Blob(["d"]) });
  const { seq } = await done(1, "add_note", { values: { photos: ["photo:p"] }, blobs: [{ id: "p", blob: new Blob(["x"]) }] });
  await box.forget();
  assert.deepEqual([await db.all("orders"), await db.get("about", "who"), (await db.all("blobs")).map((one) => one.id)], [[], undefined, ["p"]]);
  assert.ok((await done(1, "accept")).seq > seq);
});

test("a put that breaks off leaves nothing half-written", async () => {
  await assert.rejects(done(1, "add_note", { values: { photos: ["photo:p"] }, blobs: [{ id: "p", blob: new Blob(["x"]) }, { id: () => {}, blob: null }] }));
  assert.deepEqual([await box.acts(), await db.all("blobs"), await db.get("about", "seq")], [[], [], undefined]);
});

test("a browser that closed the database, or empties it, is asked anew", async () => {
  await done(1, "accept");
  db.close();
  (await db.open()).close(); // as Safari does behind our back: the handle is dead, nobody was told
  assert.equal((await box.acts()).length, 1);
});

test("without locks two tabs never lead at once, and the next may when the first is done", async () => {
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  let [now, most] = [0, 0];
  const work = async () => {
    most = Math.max(most, (now += 1));
    await new Promise((over) => setTimeout(over, 20));
    now -= 1;
  };
  const other = await import(`${new URL("lead.js", app)}?other`);
  const led = await Promise.all([leading(work), other.leading(work)]);
  assert.deepEqual([led.filter(Boolean).length, most], [1, 1]);
  assert.equal(await other.leading(work), true);
});
