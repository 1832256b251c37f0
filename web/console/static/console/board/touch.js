/* When a press becomes a drag: a mouse after a few pixels, a finger or pen after being held. Until then nothing is
   taken from anybody: a swipe scrolls, a tap taps. */

const SLACK = 4; // pixels a mouse may tremble
const FINGER = 9;
const HOLD = 350; // ms

/**
 * Watch `root` for drags. `which(event)` names what was pressed (anything truthy) or null; the handlers are
 * start(what, event), move(event), drop(event), cancel(). Pointers are captured on `root`, which outlives any bar.
 */
export class Presses {
  constructor(root, which, handlers) {
    this.root = root;
    this.which = which;
    this.handlers = handlers;
    this.press = null;
    root.addEventListener("pointerdown", (event) => this.#down(event));
    for (const name of ["pointermove", "pointerup", "pointercancel"]) root.addEventListener(name, this);
    // Not passive, and there before the finger is: else the browser would scroll away with the bar.
    root.addEventListener("touchmove", (event) => this.#still(event), { passive: false });
    root.addEventListener("contextmenu", (event) => this.press && this.press.type !== "mouse" && event.preventDefault());
    root.addEventListener("dragstart", (event) => this.which(event) && event.preventDefault());
    root.addEventListener("click", (event) => this.#click(event), true);
  }

  /** True while something is in hand. */
  get dragging() {
    return Boolean(this.press?.started);
  }

  /** Let go of what is in hand without dropping it. */
  release() {
    const { press } = this;
    if (!press) return;
    this.press = null;
    clearTimeout(press.timer);
    press.target.removeEventListener("touchmove", press.stop);
    if (!press.started) return;
    this.quietUntil = performance.now() + 400; // the click that ends a drag is none
    if (this.root.hasPointerCapture(press.id)) this.root.releasePointerCapture(press.id);
  }

  #down(event) {
    if (this.dragging) { // a second finger: nobody drags with two
      this.#cancel();
      return;
    }
    this.release(); // a press that ended elsewhere
    if (!event.isPrimary || event.button !== 0) return;
    const what = this.which(event);
    if (!what) return;
    const stop = (touch) => this.#still(touch);
    this.press = { what, id: event.pointerId, type: event.pointerType, x: event.clientX, y: event.clientY, first: event, target: event.target, stop };
    // A bar may be drawn anew while it is held; then only it still hears of the finger.
    event.target.addEventListener("touchmove", stop, { passive: false });
    if (event.pointerType !== "mouse") this.press.timer = setTimeout(() => this.#start(event), HOLD);
  }

  handleEvent(event) {
    const { press } = this;
    if (!press || event.pointerId !== press.id) return;
    if (event.type === "pointermove") this.#move(event);
    else if (event.type === "pointercancel") this.#cancel();
    else if (press.started) this.#drop(event);
    else this.release();
  }

  #move(event) {
    const { press } = this;
    if (press.started) {
      this.handlers.move(event);
      return;
    }
    const far = Math.hypot(event.clientX - press.x, event.clientY - press.y);
    if (press.type === "mouse") far > SLACK && this.#start(event);
    else if (far > FINGER) this.release(); // a swipe: the page's own
  }

  #start(event) {
    const { press } = this;
    if (!press) return;
    press.started = true;
    this.root.setPointerCapture(press.id);
    if (press.type !== "mouse") navigator.vibrate?.(10);
    if (this.handlers.start(press.what, press.first) === false) this.release();
    else if (event !== press.first) this.handlers.move(event);
  }

  #drop(event) {
    this.release();
    this.handlers.drop(event);
  }

  #cancel() {
    const started = this.dragging;
    this.release();
    if (started) this.handlers.cancel();
  }

  #still(event) {
    if (this.dragging && event.cancelable) event.preventDefault();
  }

  #click(event) {
    if (performance.now() > (this.quietUntil ?? 0)) return;
    this.quietUntil = 0;
    event.preventDefault();
    event.stopPropagation();
  }
}
