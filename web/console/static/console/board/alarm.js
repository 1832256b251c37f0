/* Somebody is in danger (H-F10): a sound until somebody takes over, a badge on the app, the tab's icon and title.
   Nothing else on the board makes a noise. Browsers allow sound only after a first press or key on the page. */

const KEPT = "board-muted";
const AGAIN = 5_000;
const TONES = [[880, 0], [660, 0.22], [880, 0.44]]; // Hz, seconds

/** The alarm of one page; `mute` is its button. */
export class Alarm {
  constructor(mute) {
    this.mute = mute;
    this.audio = null;
    this.timer = 0;
    this.unanswered = 0;
    this.muted = read() === "1";
    this.icon = document.querySelector('link[rel~="icon"]');
    this.usual = this.icon?.href ?? "";
    for (const first of ["pointerdown", "keydown"]) addEventListener(first, () => this.#wake(), { once: true, capture: true });
    mute?.addEventListener("click", () => this.#switch());
    this.#show();
  }

  /** Say how many alarms are open, and how many of them nobody has taken over. */
  tell(open, unanswered) {
    const more = unanswered > this.unanswered;
    this.unanswered = unanswered;
    document.body.classList.toggle("has-alarm", open > 0);
    this.#badge(open);
    if (!unanswered) this.#hush();
    else if (more || !this.timer) this.#ring();
  }

  #badge(open) {
    const set = open ? navigator.setAppBadge?.(open) : navigator.clearAppBadge?.();
    set?.catch?.(() => {}); // not installed as an app: then there is nothing to put a badge on
    if (!this.icon) return;
    const wanted = open ? drawn() : this.usual;
    if (this.icon.href !== wanted) this.icon.href = wanted;
  }

  #wake() {
    this.audio ??= window.AudioContext ? new AudioContext() : null;
    this.audio?.resume?.();
    if (this.unanswered) this.#ring();
  }

  #ring() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#ring(), AGAIN);
    if (this.muted || this.audio?.state !== "running") return;
    for (const [pitch, after] of TONES) this.#tone(pitch, this.audio.currentTime + after);
    this.mute?.dispatchEvent(new CustomEvent("rang", { bubbles: true }));
  }

  #tone(pitch, at) {
    const source = this.audio.createOscillator();
    const volume = this.audio.createGain();
    source.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.2);
    source.connect(volume).connect(this.audio.destination);
    source.start(at);
    source.stop(at + 0.21);
  }

  #hush() {
    clearTimeout(this.timer);
    this.timer = 0;
  }

  #switch() {
    this.muted = !this.muted;
    keep(this.muted ? "1" : "0");
    this.#show();
  }

  #show() {
    if (!this.mute) return;
    const words = this.muted ? this.mute.dataset.off : this.mute.dataset.on;
    this.mute.setAttribute("aria-label", words);
    this.mute.title = words;
    this.mute.classList.toggle("is-off", this.muted);
  }
}

/** The tab's icon while an alarm is open: a red disc with a bar and a dot. */
function drawn() {
  const [disc, mark] = ["--danger", "--on-danger"].map((name) => colour(name));
  const shapes = `<circle cx="16" cy="16" r="16" fill="${disc}"/><path d="M16 7v11M16 23v2" stroke="${mark}" stroke-width="4" stroke-linecap="round"/>`;
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${shapes}</svg>`)}`;
}

function colour(name) {
  const probe = document.createElement("i");
  probe.hidden = true;
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function read() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keep(value) {
  try {
    localStorage.setItem(KEPT, value);
  } catch {
    // A closed storage only means that the choice lasts for this page.
  }
}
