/* What a phone adds to an act: its own clock and, where its owner agreed, its position. Never in the way:
   without a clock, a position or script the act is recorded all the same. */

const KEY = "share-position";
const FRESH = 120_000; // ms: an older position says nothing about here
let here = null;

function shares() {
  try {
    return localStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}

function look() {
  if (!shares() || !navigator.geolocation) return;
  navigator.geolocation.getCurrentPosition(
    (found) => {
      here = found;
      document.body.dataset.position = "known";
    },
    () => (here = null),
    { maximumAge: 60_000, timeout: 10_000, enableHighAccuracy: true },
  );
}

function put(form, name, value) {
  let field = form.querySelector(`input[name="${name}"]`);
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    form.append(field);
  }
  field.value = value;
}

/* Before htmx reads the form: in the capture phase of the same event. */
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target.closest?.("form[data-act]");
    if (!form) return;
    put(form, "device_at", new Date().toISOString());
    if (!here || !shares() || Date.now() - here.timestamp > FRESH) return;
    put(form, "position_latitude", here.coords.latitude);
    put(form, "position_longitude", here.coords.longitude);
    put(form, "position_accuracy", here.coords.accuracy);
  },
  true,
);

/* Asked once, by a press, and taken back by another. */
const box = document.querySelector("[data-position]");
if (box && navigator.geolocation) {
  const show = () => {
    box.querySelector("[data-off]").hidden = shares();
    box.querySelector("[data-on]").hidden = !shares();
  };
  box.hidden = false;
  show();
  box.addEventListener("click", (event) => {
    if (!event.target.closest("[data-share-position]")) return;
    try {
      localStorage.setItem(KEY, shares() ? "off" : "on");
    } catch {
      return; // a closed storage means: not shared
    }
    show();
    look();
  });
}
look();

/* The clocks at a closed door count from what is recorded, so that a reload does not set them back. */
function tick() {
  for (const clock of document.querySelectorAll(".clock[data-since]")) {
    const since = Date.parse(clock.dataset.since);
    if (Number.isNaN(since)) continue;
    const seconds = Math.max(0, Math.floor((Date.now() - since) / 1000));
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    clock.classList.toggle("due", seconds >= Number(clock.dataset.after));
  }
}
setInterval(tick, 1000);
tick();

/* The alarm: pressed and held, so that no pocket raises it. With the position where there is one, asked or not:
   somebody is in danger. A key, or no script, leads to a page with a button. */
function locate() {
  if (!navigator.geolocation) return Promise.resolve(null);
  return new Promise((done) =>
    navigator.geolocation.getCurrentPosition(done, () => done(null), { maximumAge: 120_000, timeout: 3_000 }),
  );
}

async function alarm(form) {
  const found = await locate();
  if (found) {
    put(form, "position_latitude", found.coords.latitude);
    put(form, "position_longitude", found.coords.longitude);
    put(form, "position_accuracy", found.coords.accuracy);
  }
  form.requestSubmit();
}

for (const button of document.querySelectorAll("a[data-hold]")) {
  let timer = 0;
  const words = button.querySelector("span");
  const said = words.textContent;
  const stop = () => {
    clearTimeout(timer);
    timer = 0;
    button.classList.remove("holding");
  };
  button.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    button.classList.add("holding");
    timer = setTimeout(() => {
      stop();
      alarm(button.closest("form"));
    }, Number(button.dataset.hold));
  });
  for (const name of ["pointerup", "pointerleave", "pointercancel"]) button.addEventListener(name, stop);
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("dragstart", (event) => event.preventDefault());
  button.addEventListener("click", (event) => {
    if (event.detail === 0) return; // by a key: to the page
    event.preventDefault();
    words.textContent = button.dataset.hint;
    setTimeout(() => (words.textContent = said), 2_000);
  });
}
