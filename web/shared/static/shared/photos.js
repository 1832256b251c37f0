/* Photos in forms: taken or chosen, seen, taken out again, and made small before they go, so that a picture of
   12 megapixels is sent quickly where the net is slow. Whatever fails here, the original is sent as it is. */

const LONGEST = 1600; // pixels
const QUALITY = 0.8;
const TILE = 192;
const SLOW = 115_000; // ms: pictures may take their time

function words(name, more = {}) {
  const box = document.getElementById("client-words");
  const text = box ? (JSON.parse(box.textContent)[name] ?? "") : "";
  return text.replace(/\{(\w+)\}/g, (whole, key) => more[key] ?? whole);
}

/** Draw a picture onto a canvas, no larger than `longest`; `fill` crops it to a square. */
function drawn(bitmap, longest, fill = false) {
  const canvas = document.createElement("canvas");
  const side = fill ? Math.min(bitmap.width, bitmap.height) : Math.max(bitmap.width, bitmap.height);
  const scale = Math.min(1, longest / side);
  canvas.width = Math.max(1, Math.round((fill ? side : bitmap.width) * scale));
  canvas.height = Math.max(1, Math.round((fill ? side : bitmap.height) * scale));
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  const [w, h] = [bitmap.width * scale, bitmap.height * scale];
  paper.drawImage(bitmap, (canvas.width - w) / 2, (canvas.height - h) / 2, w, h);
  return canvas;
}

/** Return the file made small, or the file itself where that gains nothing. */
async function smaller(file, bitmap) {
  const canvas = drawn(bitmap, LONGEST);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

class Photos {
  constructor(box) {
    this.box = box;
    this.strip = box.querySelector("[data-strip]");
    this.camera = box.querySelector("[data-camera]");
    this.most = Number(box.dataset.most) || 6;
    this.taken = []; // {file, tile}
    this.needed = this.camera.required;
    for (const input of box.querySelectorAll("input[type=file]")) {
      input.addEventListener("change", () => this.add(input));
    }
    box.closest("form")?.addEventListener("reset", () => this.empty());
    box.classList.add("handy");
  }

  add(input) {
    const own = new Set(this.taken.map((one) => one.file));
    const found = [...input.files].filter((file) => !own.has(file));
    if (input !== this.camera) input.value = "";
    if (this.most === 1 && found.length) this.replace();
    const room = this.most - this.taken.length - this.strip.querySelectorAll("input:checked").length;
    for (const file of found.slice(0, Math.max(0, room))) this.keep(file);
    this.say(found.length > room ? words("photos_many", { most: this.most }) : "");
    this.sync();
  }

  keep(file) {
    const one = { file, tile: document.createElement("li") };
    one.tile.className = "photo-tile";
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "button";
    remove.textContent = words("photo_remove");
    remove.addEventListener("click", () => this.drop(one));
    one.tile.append(this.named(file), remove);
    this.strip.append(one.tile);
    this.taken.push(one);
    one.ready = this.shrink(one).catch(() => {}); // no picture this browser knows: the server says what is wrong
  }

  named(file) {
    const name = document.createElement("span");
    name.className = "file-name";
    name.textContent = file.name;
    return name;
  }

  async shrink(one) {
    const bitmap = await createImageBitmap(one.file, { imageOrientation: "from-image" });
    try {
      const tile = drawn(bitmap, TILE, true);
      tile.setAttribute("role", "img");
      tile.setAttribute("aria-label", one.file.name);
      one.tile.querySelector(".file-name")?.replaceWith(tile);
      one.file = await smaller(one.file, bitmap);
    } finally {
      bitmap.close();
    }
    if (this.taken.includes(one)) this.sync();
  }

  drop(one) {
    this.taken = this.taken.filter((other) => other !== one);
    one.tile.remove();
    this.say("");
    this.sync();
    this.camera.focus();
  }

  /** Where one picture is wanted, the newest takes the place of the one before. */
  replace() {
    this.empty();
    for (const kept of this.strip.querySelectorAll("input:checked")) kept.checked = false;
  }

  empty() {
    for (const one of this.taken) one.tile.remove();
    this.taken = [];
  }

  /** The camera's input holds what is sent: the originals at once, the small ones as they are ready. */
  sync() {
    const held = new DataTransfer();
    for (const one of this.taken) held.items.add(one.file);
    this.camera.files = held.files;
    this.camera.required = this.needed && !this.taken.length;
  }

  say(text) {
    const box = this.box.closest("form")?.querySelector(".form-status");
    if (box) box.textContent = text;
  }
}

/* A form with photos is sent with them, whoever drew it. */
function asMultipart(form) {
  form.enctype = "multipart/form-data";
  form.setAttribute("hx-encoding", "multipart/form-data");
}

function enliven(root) {
  for (const box of root.querySelectorAll?.("[data-photos]:not(.handy)") ?? []) {
    new Photos(box);
    const form = box.closest("form");
    if (form) asMultipart(form);
  }
}

enliven(document);
document.addEventListener("htmx:load", (event) => enliven(event.detail.elt.parentNode ?? event.detail.elt));

const carries = (form) => [...(form?.querySelectorAll?.("[data-camera]") ?? [])].some((input) => input.files.length);

document.addEventListener("htmx:configRequest", (event) => {
  if (carries(event.target.closest?.("form"))) event.detail.timeout = SLOW;
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const form = event.target.closest?.("form");
  const { loaded, total } = event.detail;
  if (!carries(form) || !total || loaded >= total) return;
  const box = form.querySelector(".form-status");
  if (box) box.textContent = words("sending", { percent: Math.floor((100 * loaded) / total) });
});

/* A picture of a gallery opens large, above the page. Without script it is a page of its own. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-enlarges]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const dialog = document.createElement("dialog");
  dialog.className = "dialog enlarged";
  dialog.setAttribute("aria-label", link.querySelector("img").alt);
  const head = document.createElement("div");
  head.className = "dialog-head";
  const said = document.createElement("p");
  said.textContent = [...link.querySelectorAll("span")].map((part) => part.textContent.trim()).join(" · ");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button";
  close.setAttribute("data-closes", "");
  close.textContent = words("close");
  const picture = document.createElement("img");
  picture.alt = link.querySelector("img").alt;
  picture.src = link.href;
  head.append(said, close);
  dialog.append(head, picture);
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
});
