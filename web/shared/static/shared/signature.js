/* A signature drawn with a finger. The drawing goes into a hidden field as a PNG; black on white, also in the dark.
   Where it can't be drawn (no script, no library, a keyboard alone) the typed name stands. */

const INK = "#101010";
const SHARPEST = 2; // more pixels than that make the picture larger and nothing clearer

const WIDE = 600; // the pad's own space, whatever the screen's: as the technician's phone keeps it

/* How it was written: [[[x, y, ms since it began, pressure]…]…] (H-R4). */
function strokesOf(groups, width) {
  const began = groups[0]?.points[0]?.time ?? 0;
  const round = (number) => Math.round(number * 10) / 10;
  const scaled = (length) => round((length * WIDE) / width);
  return groups.map(({ points }) => points.map(({ x, y, time, pressure }) => [scaled(x), scaled(y), time - began, round(pressure || 0.5)]));
}

async function enliven(box) {
  box.dataset.signature = "looked-at";
  const canvas = box.querySelector("canvas");
  const field = box.querySelector("input[type=hidden]");
  const written = box.querySelector("[data-strokes]");
  const { default: SignaturePad } = await import(canvas.dataset.signaturePad);
  box.querySelector(".signature-live").hidden = false;
  box.querySelector("[data-no-pad]").hidden = true;
  const pad = new SignaturePad(canvas, { penColor: INK, minWidth: 0.8, maxWidth: 2.8 });
  const before = field.value; // what a refused form held: it is shown again and goes along again

  const keep = () => {
    field.value = canvas.toDataURL("image/png");
    written.value = JSON.stringify(strokesOf(pad.toData(), canvas.offsetWidth));
  };
  const fit = () => {
    const ratio = Math.min(window.devicePixelRatio || 1, SHARPEST);
    const [width, height] = [canvas.offsetWidth * ratio, canvas.offsetHeight * ratio];
    if (!width || (canvas.width === width && canvas.height === height)) return;
    const strokes = pad.toData();
    [canvas.width, canvas.height] = [width, height];
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    if (strokes.length) pad.fromData(strokes);
    else if (field.value) pad.fromDataURL(field.value, { width: canvas.offsetWidth, height: canvas.offsetHeight });
  };
  const clear = () => {
    pad.clear();
    field.value = written.value = "";
  };

  new ResizeObserver(fit).observe(canvas);
  fit();
  if (before.startsWith("data:")) field.value = before;
  pad.addEventListener("endStroke", keep);
  box.querySelector("[data-clear]").addEventListener("click", clear);
  box.closest("form")?.addEventListener("reset", () => setTimeout(clear));
}

function look(root) {
  for (const box of root.querySelectorAll?.("[data-signature='']") ?? []) enliven(box).catch(() => {});
}

look(document);
document.addEventListener("htmx:load", (event) => look(event.detail.elt.parentNode ?? event.detail.elt));
