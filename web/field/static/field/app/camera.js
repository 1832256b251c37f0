// @ts-check
/* A photo as this phone takes it, made small: upright, about 400 kB, and without where or by what it was taken. */

const LONGEST = 1600; // pixels of the longer side
const WANTED = 400_000; // bytes
const MOST = 60_000_000; // bytes of what is read at all
const QUALITIES = [0.82, 0.7, 0.58, 0.46];

/** A picture that can't be used; `code` is a word of the app: "heic", "empty", "huge", "unreadable". */
export class NotAPicture extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * Make a photo small. Drawing it anew leaves everything behind that a camera writes beside the picture.
 * @param {Blob} file
 * @returns {Promise<Blob>} a JPEG
 * Raises NotAPicture.
 */
export async function shrink(file) {
  if (!file.size) throw new NotAPicture("empty");
  if (file.size > MOST) throw new NotAPicture("huge");
  const large = await decoded(file);
  try {
    const scale = Math.min(1, LONGEST / Math.max(large.width, large.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(large.width * scale));
    canvas.height = Math.max(1, Math.round(large.height * scale));
    const context = canvas.getContext("2d");
    if (!context) throw new NotAPicture("unreadable");
    context.fillStyle = "#fff"; // what is transparent becomes white
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(large, 0, 0, canvas.width, canvas.height);
    const small = await encoded(canvas);
    canvas.width = canvas.height = 0; // its memory is given back at once
    return small;
  } finally {
    large.close();
  }
}

/** Decode it upright, already smaller where the browser can: a whole one of 50 megapixels takes 200 MB. @param {Blob} file */
async function decoded(file) {
  try {
    const whole = await createImageBitmap(file, { imageOrientation: "from-image" });
    if (Math.max(whole.width, whole.height) <= 2 * LONGEST) return whole;
    const wide = whole.width >= whole.height;
    const smaller = await createImageBitmap(whole, wide ? { resizeWidth: LONGEST, resizeQuality: "medium" } : { resizeHeight: LONGEST, resizeQuality: "medium" });
    whole.close();
    return smaller;
  } catch {
    throw new NotAPicture(await heic(file) ? "heic" : "unreadable");
  }
}

/** iPhones' own format, which most browsers can't show. @param {Blob} file */
async function heic(file) {
  const head = new TextDecoder("latin1").decode(await file.slice(4, 12).arrayBuffer().catch(() => new ArrayBuffer(0)));
  return /^ftyp(heic|heix|hevc|mif1|msf1|heim|avif)/.test(head) || /hei[cf]/i.test(file.type);
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
async function encoded(canvas) {
  let best = null;
  for (const quality of QUALITIES) {
    best = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (!best) throw new NotAPicture("unreadable");
    if (best.size <= WANTED) break;
  }
  return /** @type {Blob} */ (/** @type {unknown} */ (best));
}
