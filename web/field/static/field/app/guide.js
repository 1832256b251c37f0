/**
 * A step of the visit as a path of small screens: one question each, one button under the thumb, progress, back.
 * What is entered is kept at every input, with the screen it was entered on: a page that the camera killed goes on there.
 */
import { flow, verbOf } from "./flow.js";
import { h, label, w } from "./build.js";
import { dropDraft, keepDraft, readDraft } from "./drafts.js";

/**
 * @typedef {object} Screen
 * @property {string} key
 * @property {string} title
 * @property {(box: HTMLElement, g: Guide) => void} draw
 * @property {string} [button] how the primary button is worded; "" for none
 * @property {(g: Guide) => string} [lacks] what is still missing, said above the button; "" when nothing is
 * @property {boolean} [theirs] the customer reads it: nothing of ours is offered below
 * @property {string[]} [own] steps that the screen itself offers, left out of what is offered below it
 * @property {(g: Guide) => any} [press] instead of going to the next screen; "next" goes there after all
 */

/**
 * @typedef {object} Guide
 * @property {any} app
 * @property {any} order
 * @property {string} step
 * @property {any} draft what was entered so far
 * @property {(values: Record<string, any>) => void} set keep something that was entered
 * @property {() => void} next go on, or finish
 * @property {() => void} redraw
 * @property {(verb: string, values: Record<string, any>, how?: any) => Promise<any>} act
 * @property {(work: () => any) => Promise<void>} once do it, however often it is pressed
 * @property {(words: string) => void} refuse say why it does not go on
 * @property {() => void} onwards to the step that comes next
 * @property {() => Promise<void>} forget what was entered
 */

/**
 * Guide through the screens of a step.
 * @param {any} app
 * @param {any} order
 * @param {string} step
 * @param {HTMLElement} host
 * @param {(g: Guide) => Screen[]} screens asked again after every answer, so that a path may depend on what was said
 * @param {{start?: any, finish?: (g: Guide) => void|Promise<any>}} [how]
 * @returns {{leave: () => void, ready: Promise<void>}}
 */
export function guide(app, order, step, host, screens, how = {}) {
  const key = `${order.id}/${step}`;
  const walk = new Walk(app, order, step, host, screens, how, key);
  const ready = readDraft(app, key).then((kept) => walk.begin(kept));
  return { leave: () => walk.leave(), ready };
}

/**
 * What somebody entered of a form, without what it began with: that may have been changed by the centre meanwhile.
 * @param {Record<string, any>} rows
 * @param {Record<string, any>} begun
 */
export function touched(rows, begun) {
  return Object.fromEntries(Object.entries(rows).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(begun[name])));
}

/** Where in the path somebody is. */
class Walk {
  /**
   * @param {any} app @param {any} order @param {string} step @param {HTMLElement} host
   * @param {(g: Guide) => Screen[]} screens @param {any} how @param {string} key
   */
  constructor(app, order, step, host, screens, how, key) {
    this.app = app;
    this.order = order;
    this.step = step;
    this.host = host;
    this.screens = screens;
    this.how = how;
    this.key = key;
    /** @type {Screen[]} */
    this.list = [];
    this.index = 0;
    /** @type {any} */
    this.draft = {};
    this.at = "";
    this.left = false;
    this.busy = false;
    this.onwards = () => onwards(app, order.id);
  }

  /** @param {any} kept */
  begin(kept) {
    if (this.left) return;
    this.draft = { ...structuredClone(this.how.start ?? {}), ...(kept?.values ?? {}) };
    if (kept?.begun) this.draft.rows = { ...structuredClone(this.how.start?.rows), ...touched(kept.values.rows ?? {}, kept.begun) };
    this.at = kept?.at ?? "";
    this.redraw();
  }

  /** @param {Record<string, any>} values */
  set(values) {
    Object.assign(this.draft, values);
    this.keep();
  }

  keep() {
    keepDraft(this.app, this.key, { at: this.at, values: this.draft, begun: this.how.start?.rows });
  }

  forget() {
    return dropDraft(this.app, this.key);
  }

  leave() {
    this.left = true;
  }

  redraw() {
    if (this.left) return;
    const list = this.screens(/** @type {any} */ (this));
    const index = Math.max(0, list.findIndex((/** @type {Screen} */ one) => one.key === this.at));
    this.at = list[index].key;
    this.list = list;
    this.index = index;
    paint(this);
  }

  /** @param {string} key */
  go(key) {
    this.at = key;
    this.keep();
    this.redraw();
    scrollTo({ top: 0 });
    this.host.querySelector("h1")?.focus({ preventScroll: true });
  }

  next() {
    const list = this.screens(/** @type {any} */ (this));
    const index = list.findIndex((/** @type {Screen} */ one) => one.key === this.at);
    if (index + 1 < list.length) this.go(list[index + 1].key);
    else this.once(() => this.how.finish?.(this));
  }

  back() {
    if (this.index > 0) this.go(this.list[this.index - 1].key);
    else this.app.go(`#/order/${this.order.id}`, true);
  }

  /** @param {() => any} work nobody presses twice */
  async once(work) {
    if (this.busy) return;
    this.busy = true;
    try {
      return await work();
    } catch (wrong) {
      this.refuse(this.app.words(/** @type {any} */ (wrong)?.code === "full" ? "visit.full" : "visit.failed"));
      if (/** @type {any} */ (wrong)?.code !== "full") console.error(wrong);
    } finally {
      this.busy = false;
    }
  }

  press() {
    const screen = this.list[this.index];
    const missing = screen.lacks?.(/** @type {any} */ (this)) ?? "";
    if (missing) this.refuse(missing);
    else if (screen.press) this.once(() => screen.press?.(this)).then((/** @type {any} */ said) => said === "next" && this.next());
    else this.next();
  }

  /** @param {string} words */
  refuse(words) {
    const place = this.host.querySelector(".g-refusal");
    if (!place) return;
    place.textContent = words;
    /** @type {HTMLElement} */ (place).hidden = !words;
    if (words) this.host.querySelector("[aria-invalid='true']")?.scrollIntoView({ block: "center" });
  }

  /**
   * Do it here at once; it is sent when there is a signal.
   * @param {string} verb @param {Record<string, any>} values @param {any} [how]
   */
  async act(verb, values, how = {}) {
    const { store } = this.app;
    const before = store.of?.(this.order.id).find((/** @type {any} */ one) => one.state === "refused" && one.verb === verb);
    if (before) await store.settle(before, "again"); // the same anew, put right: it takes the place of what was not taken
    return this.app.act(this.order.id, verb, values, how);
  }
}

/** @param {any} walk */
function paint(walk) {
  const { app, host, list, index } = walk;
  const screen = /** @type {Screen} */ (list[index]);
  const body = h("div.g-body");
  const words = screen.button ?? w(app, "next");
  const title = h("h1.g-title", { tabindex: "-1" }, screen.title);
  const foot = h("div.g-foot", {}, h("p.g-refusal", { role: "alert", hidden: true }),
    words ? h("button.button.primary.wide.g-go", { onclick: () => walk.press() }, words) : null);
  host.replaceChildren(h("section.g-screen", { "data-screen": screen.key, "data-step": walk.step },
    h("div.g-head", {},
      h("button.g-back", { onclick: () => walk.back() }, w(app, "back")),
      list.length > 1 ? h("span.g-progress", {}, w(app, "progress", { n: index + 1, of: list.length })) : null,
      h("a.g-else", { href: `#/order/${walk.order.id}/step/else` }, w(app, "else"))),
    title, ...refusals(app, walk.order), body, screen.theirs ? null : besides(app, walk.order, walk.step, screen.own), foot));
  screen.draw(body, walk);
}

/**
 * What of this visit was not taken, above whatever is done next: it holds back all that follows (H-N3).
 * @param {any} app
 * @param {any} order
 */
function refusals(app, order) {
  const refused = app.store.of?.(order.id).filter((/** @type {any} */ act) => act.state === "refused") ?? [];
  return refused.map((/** @type {any} */ act) => h("a.g-warn", { href: "#/unsent", role: "alert" }, w(app, "not_taken", { what: act.label }), " ", act.why?.detail ?? act.why?.title ?? ""));
}

/**
 * What may happen instead, one tap away: sent to the screens of these verbs (H-C5, H-C7, H-D3, H-E2, H-E5, H-F3 …).
 * @param {any} app
 * @param {any} order
 * @param {string} step
 * @param {string[]} [own] steps that the screen offers itself
 */
export function besides(app, order, step, own = []) {
  const found = flow(order, app.verbs).exceptions.filter((one) => one !== step && !own.includes(one));
  if (!found.length) return null;
  return h("nav.g-besides", { "aria-label": w(app, "instead") }, h("p.quiet", {}, w(app, "instead")),
    h("div.g-chips", {}, found.map((one) => h("a.button.g-chip", { href: `#/order/${order.id}/step/${one}` }, label(app, verbOf(one))))));
}

/**
 * Lead on to the step that comes next, or to the visit's page where nothing is to be done now.
 * @param {any} app
 * @param {number} id
 */
export function onwards(app, id) {
  const order = app.store.order(id);
  const step = order ? flow(order, app.verbs).step : "";
  app.go(order ? (step ? `#/order/${id}/step/${step}` : `#/order/${id}`) : "#/", true);
}
