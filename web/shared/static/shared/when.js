/* Keeps relative times true on a page left open. The patterns are the server's own, handed over in #client-words. */

const EVERY = 30_000;
const SOON = 15 * 60_000;

function words() {
  const box = document.getElementById("client-words");
  return box ? JSON.parse(box.textContent) : null;
}

function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Say a length of time in ms, no finer than a minute, no longer than two units. */
export function span(ms, w) {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  if (minutes < 60) return fill(w.min, { n: minutes });
  if (hours < 10 && minutes % 60) return fill(w.h_min, { h: hours, m: minutes % 60 });
  if (hours < 24) return fill(w.h, { n: hours });
  return fill(w.d, { n: Math.floor(hours / 24) });
}

/** Say where a moment is from now, both in ms. Returns [words, tone]; tone is "", "soon" or "late". */
export function relative(moment, now, due, w) {
  const ahead = moment - now;
  if (Math.abs(ahead) < 60_000) return [w.now, due ? "soon" : ""];
  const pattern = ahead > 0 ? w.future : due ? w.late : w.past;
  const tone = !due ? "" : ahead < 0 ? "late" : ahead <= SOON ? "soon" : "";
  return [fill(pattern, { time: span(Math.abs(ahead), w) }), tone];
}

/** Rewrite every <time data-when> under a node. */
export function refresh(root = document, now = Date.now()) {
  const w = words();
  if (!w) return;
  for (const time of root.querySelectorAll("time[data-when]")) {
    const moment = Date.parse(time.dateTime);
    if (Number.isNaN(moment) || time.dataset.open) continue;
    const [said, tone] = relative(moment, now, time.dataset.when === "due", w);
    const text = { clock: time.dataset.clock, both: `${time.dataset.clock} · ${said}` }[time.dataset.show] ?? said;
    if (time.textContent !== text) time.textContent = text;
    time.classList.toggle("late", tone === "late");
    time.classList.toggle("soon", tone === "soon");
  }
}

/* A tap shows the exact time, another tap hides it: a phone has no hover. Inside a link or a button the tap is theirs. */
document.addEventListener("click", (event) => {
  const time = event.target.closest?.("time[data-when]");
  if (!time || time.closest("a, button, summary, label")) return;
  if (time.dataset.open) {
    delete time.dataset.open;
    refresh(time.parentNode);
  } else {
    time.dataset.open = "1";
    time.textContent = time.title;
  }
});

setInterval(() => refresh(), EVERY);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
document.addEventListener("htmx:load", (event) => refresh(event.target.parentNode ?? document));
