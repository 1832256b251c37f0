// @ts-check
/* The photos of a form: taken, made small, kept on this phone at once, so that a page killed by the camera loses none. */

import { h } from "./build.js";
import { NotAPicture, shrink } from "./camera.js";
import { asked, remove, within } from "./db.js";

/**
 * Draw a row of photos into a place.
 * @param {any} app @param {any} order @param {HTMLElement} place
 * @param {{name: string, label: string, help?: string, most: number, value: string[], change: (value: string[]) => void, error?: string}} row
 */
export function photos(app, order, place, row) {
  let value = [...(row.value ?? [])];
  const said = h("p.g-error", { role: "alert" });
  const shown = h("div.c-photos");
  const set = (/** @type {string[]} */ now) => {
    value = now;
    row.change(now);
    draw();
  };
  const draw = () => {
    const full = value.length >= (row.most || 6);
    shown.replaceChildren(...value.map((one) => picture(app, one, () => set(value.filter((other) => other !== one)))),
      ...(full ? [] : [taker(app, "take", true, add), taker(app, "choose", false, add)]));
  };
  const add = async (/** @type {File[]} */ files) => {
    said.textContent = app.words("capture.shrinking");
    let wrong = "";
    for (const file of files.slice(0, (row.most || 6) - value.length)) {
      try {
        set([...value, `photo:${await kept(await shrink(file), order.id)}`]);
      } catch (reason) {
        wrong = reason instanceof NotAPicture ? app.words(`capture.${reason.code}`) : app.words(/** @type {any} */ (reason)?.code === "full" ? "notsent.full" : "capture.unreadable");
      }
    }
    said.textContent = wrong;
  };
  place.replaceChildren(h("p.c-label", {}, row.label), row.help ? h("p.g-note", {}, row.help) : "", shown, said, row.error ? h("p.g-error", {}, row.error) : "");
  draw();
}

/** Keep a picture as a draft; the act that takes it makes it its own. @param {Blob} blob @param {number} order @returns {Promise<string>} */
async function kept(blob, order) {
  const id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  await within("blobs", "readwrite", (rows) => asked(rows.put({ id, blob, draft: String(order) })));
  return id;
}

/** One picture, with a button that takes it away. @param {any} app @param {string} name @param {() => void} away */
function picture(app, name, away) {
  const id = name.replace(/^photo:/, "");
  const image = h("img", { alt: "" });
  within("blobs", "readonly", (rows) => asked(rows.get(id))).then((found) => {
    if (!found) return;
    image.src = URL.createObjectURL(found.blob);
    for (const over of ["load", "error"]) image.addEventListener(over, () => URL.revokeObjectURL(image.src), { once: true });
  });
  const gone = () => {
    remove("blobs", id).catch(() => {});
    away();
  };
  return h("figure.c-photo", { "data-photo": id }, image, h("button.button", { onclick: gone, "aria-label": app.words("capture.remove") }, "×"));
}

/** A button that opens the camera, or the pictures there are. @param {any} app @param {string} word @param {boolean} camera @param {(files: File[]) => void} add */
function taker(app, word, camera, add) {
  const input = h("input.c-file", { type: "file", accept: "image/*", capture: camera ? "environment" : null, multiple: camera ? null : true, "data-take": word });
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length) add(files);
  });
  return h("label.button.c-take", {}, input, h("span", {}, app.words(`capture.${word}`)));
}
