/** Photos and signatures in a form: the rows that the camera and the pad are drawn into. */
import { h } from "./build.js";

/**
 * @param {any} app
 * @param {any} order
 * @param {{name: string, label: string, help?: string, most: number, value: string[], change: (value: string[]) => void, error?: string}} row
 * @returns {HTMLElement}
 */
export function photoRow(app, order, row) {
  const place = h("div.g-field", { "data-row": row.name, "data-photos": true });
  import("./photos.js").then((photos) => photos.photos(app, order, place, row), (wrong) => console.error(wrong));
  return place;
}

/**
 * @param {any} app
 * @param {{label: string, value: any, change: (value: any) => void, error?: string}} row
 * @returns {HTMLElement}
 */
export function signatureRow(app, row) {
  const place = h("div.g-field", { "data-row": "signature" });
  import("./signature.js").then((signature) => signature.pad(app, place, row), (wrong) => console.error(wrong));
  return place;
}
