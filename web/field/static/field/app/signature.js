// @ts-check
/* The customer's hand: strokes as they were written, and a picture of them (H-H1, H-R4). */

import { h } from "./build.js";

const WIDE = 600, HIGH = 200; // the pad's own space, whatever the screen's
const LEAST = 24; // so far a pen has to have gone: less is a finger that slipped

/**
 * Draw a pad into a place.
 * @param {any} app @param {HTMLElement} place
 * @param {{label: string, value: {png: string, strokes: number[][][]}|null, change: (value: any) => void, error?: string}} row
 */
export function pad(app, place, row) {
  /** @type {number[][][]} */
  let strokes = structuredClone(row.value?.strokes ?? []);
  const canvas = h("canvas.c-pad", { width: WIDE * 2, height: HIGH * 2, role: "img", "aria-label": row.label });
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  const draw = () => {
    context.fillStyle = "#fff";
    context.fillRect(0, 0, WIDE, HIGH);
    for (const stroke of strokes) line(context, stroke);
  };
  const tell = () => row.change(length(strokes) < LEAST ? null : { png: picture(strokes), strokes });
  let began = 0;
  let writing = 0;
  const point = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const round = (/** @type {number} */ number) => Math.round(number * 10) / 10;
    return [round(((event.clientX - box.left) * WIDE) / box.width), round(((event.clientY - box.top) * HIGH) / box.height), Math.round(event.timeStamp - began), round(event.pressure || 0.5)];
  };
  canvas.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.button || writing) return;
    event.preventDefault();
    writing = event.pointerId;
    canvas.setPointerCapture?.(event.pointerId);
    if (!strokes.length) began = event.timeStamp;
    strokes.push([point(event)]);
    draw();
  });
  canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== writing) return;
    const stroke = /** @type {number[][]} */ (strokes.at(-1));
    const seen = event.getCoalescedEvents?.() ?? [];
    for (const one of seen.length ? seen : [event]) stroke.push(point(one));
    draw();
  });
  const end = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== writing) return;
    writing = 0;
    tell();
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  const change = (/** @type {number[][][]} */ now) => {
    strokes = now;
    draw();
    tell();
  };
  place.replaceChildren(h("p.c-label", {}, row.label), canvas,
    h("div.app-two", {}, h("button.button", { onclick: () => change(strokes.slice(0, -1)) }, app.words("capture.undo")), h("button.button", { onclick: () => change([]) }, app.words("capture.clear"))),
    row.error ? h("p.g-error", {}, row.error) : "");
  draw();
}

/** How far the pen went. @param {number[][][]} strokes */
export function length(strokes) {
  let far = 0;
  for (const stroke of strokes) for (let at = 1; at < stroke.length; at += 1) far += Math.hypot(stroke[at][0] - stroke[at - 1][0], stroke[at][1] - stroke[at - 1][1]);
  return far;
}

/** Draw one stroke, dark on white whatever the theme: it is a paper. @param {CanvasRenderingContext2D} context @param {number[][]} stroke */
function line(context, stroke) {
  context.strokeStyle = context.fillStyle = "#111";
  context.lineCap = context.lineJoin = "round";
  for (let at = 1; at < stroke.length; at += 1) {
    context.lineWidth = 1.5 + 2.5 * stroke[at][3];
    context.beginPath();
    context.moveTo(stroke[at - 1][0], stroke[at - 1][1]);
    context.lineTo(stroke[at][0], stroke[at][1]);
    context.stroke();
  }
}

/** The strokes as a PNG data URL. @param {number[][][]} strokes */
function picture(strokes) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDE, HIGH];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, WIDE, HIGH);
  for (const stroke of strokes) line(context, stroke);
  return canvas.toDataURL("image/png");
}
