/** The way to a door in the maps of a phone, and the codes on machines that a browser can read. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { able, readable } from "../../web/field/static/field/app/barcode.js";
import { ways } from "../../web/field/static/field/app/ways.js";

const door = { lat: 31.2304, lng: 121.4737, full: "上海市黄浦区 1 号 & (東)" };

test("each map of China is told that the place is WGS-84: read as its own datum it would be streets away", () => {
  const links = Object.fromEntries(ways(door));
  assert.equal(new URL(links["day.map_amap"]).searchParams.get("coordinate"), "wgs84");
  assert.equal(new URL(links["day.map_baidu"]).searchParams.get("coord_type"), "wgs84");
  assert.equal(new URL(links["day.map_tencent"]).searchParams.get("coord_type"), "1"); // their number for GPS
});

test("the place stands in the order each map reads it, and the address in full", () => {
  const links = Object.fromEntries(ways(door));
  assert.equal(new URL(links["day.map_amap"]).searchParams.get("to"), `121.4737,31.2304,${door.full}`);
  assert.equal(new URL(links["day.map_baidu"]).searchParams.get("location"), "31.2304,121.4737");
  assert.equal(new URL(links["day.map_google"]).searchParams.get("destination"), "31.2304,121.4737");
  assert.ok(links["day.map_geo"].startsWith("geo:31.2304,121.4737?q="));
});

test("a place nobody knows has no way", () => assert.deepEqual(ways({ ...door, lat: null, lng: null }), []));

/** Stand in for a phone's browser, which node is not: what it reads, or null where it reads nothing. */
async function browser(formats, camera, look) {
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: camera ? { mediaDevices: { getUserMedia() {} } } : {} });
  if (formats) globalThis.BarcodeDetector = { getSupportedFormats: async () => formats() };
  await look();
  delete globalThis.BarcodeDetector;
  delete globalThis.navigator;
  if (before) Object.defineProperty(globalThis, "navigator", before);
}

test("only what the browser knows is asked of it", () =>
  browser(() => ["aztec", "qr_code", "code_128"], true, async () => {
    assert.deepEqual(await readable(), ["code_128", "qr_code"]);
    assert.ok(await able());
  }));

test("without a reader, a camera, or any code of ours there is no button, and the number is typed", async () => {
  await browser(null, true, async () => assert.equal(await able(), false));
  await browser(() => ["qr_code"], false, async () => assert.equal(await able(), false));
  await browser(() => ["pdf417"], true, async () => assert.equal(await able(), false));
  await browser(() => { throw new Error("no service"); }, true, async () => assert.equal(await able(), false));
});
