// @ts-check
/* Numbers read by the camera, where the browser can; the camera is let go of at once afterwards. */

import { h } from "./build.js";

const FORMATS = ["code_128", "code_39", "ean_13", "qr_code", "data_matrix"];
const EVERY = 250; // ms between looks

/** Tell whether this browser can. */
export const able = async () => (await readable()).length > 0;

/** What this browser reads of what stands on machines: one format it doesn't know, and it would read nothing at all. @returns {Promise<string[]>} */
export async function readable() {
  const detector = /** @type {any} */ (globalThis).BarcodeDetector;
  if (!detector || !navigator.mediaDevices?.getUserMedia) return [];
  const known = await detector.getSupportedFormats().catch(() => []);
  return FORMATS.filter((one) => known.includes(one));
}

/** Read one code; "" when somebody closes the sheet, or there is no camera. @param {any} app @returns {Promise<string>} */
export async function read(app) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    app.toast(app.words("capture.no_camera"));
    return "";
  }
  const [track] = stream.getVideoTracks();
  const video = h("video.c-video", { playsinline: true, muted: true });
  const sheet = h("dialog.dialog.app-sheet", {}, video, torch(app, track), h("button.button.wide", { onclick: () => sheet.close() }, app.words("shell.close")));
  document.body.append(sheet);
  video.srcObject = stream;
  sheet.showModal();
  await video.play().catch(() => {});
  const Detector = /** @type {any} */ (globalThis).BarcodeDetector;
  const detector = new Detector({ formats: await readable() });
  return new Promise((done) => {
    let found = "";
    const look = setInterval(async () => {
      const [code] = await detector.detect(video).catch(() => []);
      if (!code) return;
      found = code.rawValue;
      sheet.close();
    }, EVERY);
    sheet.addEventListener("close", () => {
      clearInterval(look);
      for (const one of stream.getTracks()) one.stop();
      sheet.remove();
      done(found);
    });
  });
}

/** A light for basements, where the camera has one. @param {any} app @param {any} track */
function torch(app, track) {
  if (!track?.getCapabilities?.().torch) return "";
  let on = false;
  return h("button.button.wide", { onclick: () => track.applyConstraints({ advanced: [{ torch: (on = !on) }] }) }, app.words("capture.torch"));
}
