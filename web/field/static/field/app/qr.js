/** A code for the camera of the customer's phone, black on white whatever the theme: cameras want it so. */
const SVG = "http://www.w3.org/2000/svg";

/**
 * Draw a code that the server worked out.
 * @param {{url: string, size: number, path: string}} code @param {string} label
 * @returns {SVGElement}
 */
export function qr(code, label) {
  const box = /** @type {SVGElement} */ (document.createElementNS(SVG, "svg"));
  box.setAttribute("viewBox", `0 0 ${code.size} ${code.size}`);
  box.setAttribute("class", "g-qr");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", label);
  for (const [name, path] of [["#fff", `M0 0h${code.size}v${code.size}h-${code.size}z`], ["#000", code.path]]) {
    const shape = document.createElementNS(SVG, "path");
    shape.setAttribute("fill", name);
    shape.setAttribute("d", path);
    box.append(shape);
  }
  return box;
}
