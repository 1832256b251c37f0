// @ts-check
/* Where this phone is: only with its owner's consent, on duty, while the app is looked at. Never pretended to be more. */

const KEY = "doorstep-field-position"; // by person: "12": "on"
const FRESH = 120_000; // ms: an older position says nothing about here
const EVERY = 240_000;
const ON_DUTY = new Set(["en_route", "on_site", "diagnosed", "charged", "contacted"]);

/** @type {GeolocationPosition|null} */
let here = null;
let asking = false;

/** Whether this person agreed. @param {any} app */
export function shares(app) {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}")[app.who.id] === "on";
  } catch {
    return false;
  }
}

/** Whether this person has not been asked yet. @param {any} app */
export function open(app) {
  if (!navigator.geolocation || !app.who.id) return false;
  try {
    return !(app.who.id in JSON.parse(localStorage.getItem(KEY) ?? "{}"));
  } catch {
    return false;
  }
}

/** Agree, or take it back. @param {any} app @param {boolean} on */
export function share(app, on) {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    localStorage.setItem(KEY, JSON.stringify({ ...kept, [app.who.id]: on ? "on" : "off" }));
  } catch {
    return; // a closed storage means: not shared
  }
  if (on) look(app);
  else here = null;
}

/** The position to record with an act: what is known now, nobody waits for it. @param {any} app */
export function known(app) {
  if (!shares(app)) return null;
  look(app);
  if (!here || Date.now() - here.timestamp > FRESH) return null;
  const { latitude, longitude, accuracy } = here.coords;
  return { latitude, longitude, accuracy };
}

/** Look now and then while the app is in the foreground on duty, and say so to the centre. @param {any} app */
export function start(app) {
  const turn = () => {
    if (!document.hidden && shares(app) && onDuty(app)) look(app, true);
  };
  turn();
  setInterval(turn, EVERY);
  document.addEventListener("visibilitychange", turn);
}

/** On the way to somebody, or with them. @param {any} app */
function onDuty(app) {
  return app.store.orders().some((/** @type {any} */ order) => ON_DUTY.has(order.state));
}

/** @param {any} app @param {boolean} [tell] */
function look(app, tell = false) {
  if (!navigator.geolocation || asking) return;
  asking = true;
  navigator.geolocation.getCurrentPosition(
    (found) => {
      [here, asking] = [found, false];
      if (tell && navigator.onLine) send(app, found); // what can't be sent now is dropped: tomorrow it says nothing
    },
    () => ([here, asking] = [null, false]),
    { maximumAge: 60_000, timeout: 10_000, enableHighAccuracy: true },
  );
}

/** @param {any} app @param {GeolocationPosition} found */
function send(app, { coords }) {
  const body = JSON.stringify({ latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy });
  const headers = { "Content-Type": "application/json", "X-CSRFToken": app.store.about.csrf ?? "", Accept: "application/json" };
  fetch(app.urls.positions, { method: "POST", headers, body, credentials: "same-origin" }).catch(() => {});
}
