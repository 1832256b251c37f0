/** A number read by the camera, where the browser can; else it is typed, and there is no button. */
import { h } from "./build.js";

/**
 * Return a button that reads a code, hidden until the browser is known to be able to.
 * @param {any} app
 * @param {(code: string) => void} found
 * @returns {HTMLElement}
 */
export function scan(app, found) {
  const button = h("button.button.g-scan", { hidden: true }, app.words("capture.scan"));
  import("./barcode.js").then(async (barcode) => {
    button.hidden = !(await barcode.able());
    button.addEventListener("click", () => barcode.read(app).then((/** @type {string} */ code) => code && found(code)));
  }, () => undefined);
  return button;
}
