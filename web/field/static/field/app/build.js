/** Small helpers to build a screen out of elements: text is only ever set as text. */

/**
 * Make an element. `on…` functions are listened to, `true` sets a bare attribute, null and false leave one out.
 * @param {string} tag "button.button.primary"
 * @param {Record<string, any>} [how]
 * @param {...(Node|string|null|undefined|false|(Node|string|null|undefined|false)[])} children
 * @returns {any}
 */
export function h(tag, how = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  if (name === "button") /** @type {any} */ (made).type = "button";
  for (const [key, value] of Object.entries(how)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked") /** @type {any} */ (made)[key] = value;
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(.../** @type {(Node|string)[]} */ (children.flat().filter((one) => one !== null && one !== undefined && one !== false && one !== "")));
  return made;
}

/**
 * Say a word of the guided visit.
 * @param {any} app
 * @param {string} key
 * @param {Record<string, any>} [facts]
 * @returns {string}
 */
export function w(app, key, facts) {
  return app.words(`visit.${key}`, facts);
}

/**
 * Return how a verb is called on a button.
 * @param {any} app
 * @param {string} verb
 */
export function label(app, verb) {
  return app.verbs[verb]?.short ?? app.verbs[verb]?.label ?? verb;
}

let counter = 0;
/** Return an id that no other element has. */
export function fresh() {
  counter += 1;
  return `v${counter}`;
}

/**
 * A list of large rows to choose one from; a tap chooses.
 * @param {{value: string, label: string, note?: string}[]} options
 * @param {string} chosen
 * @param {(value: string) => void} choose
 * @param {string} name said to a screen reader
 */
export function choices(options, chosen, choose, name) {
  return h("div.g-choices", { role: "group", "aria-label": name }, options.map((option) =>
    h("button.g-choice", { "aria-pressed": option.value === chosen ? "true" : "false", "data-value": option.value, onclick: () => choose(option.value) },
      h("span.g-grow", {}, option.label, option.note ? h("span.g-note", {}, option.note) : null))));
}

/**
 * A large row with a box to tick.
 * @param {{name: string, label: string, note?: string, extra?: string, checked: boolean, change: (on: boolean) => void}} row
 */
export function tick({ name, label: text, note, extra, checked, change }) {
  const box = h("input", { type: "checkbox", name, checked, onchange: () => change(box.checked) });
  return h("label.g-tick", {}, box, h("span.g-grow", {}, text, note ? h("span.g-note", {}, note) : null), extra ? h("span.quiet", {}, extra) : null);
}

/**
 * A field with its label, its help, and what is wrong with it.
 * @param {string} text
 * @param {HTMLElement} control
 * @param {{help?: string, error?: string, optional?: string, unit?: string}} [how]
 */
export function field(text, control, how = {}) {
  const id = control.id || fresh();
  control.id = id;
  const told = [];
  if (how.help) told.push(h("p.g-note", { id: `${id}-h` }, how.help));
  if (how.error) told.push(h("p.g-error", { id: `${id}-e` }, how.error));
  if (told.length) control.setAttribute("aria-describedby", told.map((one) => one.id).join(" "));
  if (how.error) control.setAttribute("aria-invalid", "true");
  return h("div.g-field", {}, h("label", { for: id }, text, how.optional ? h("span.quiet", {}, ` ${how.optional}`) : null),
    how.unit ? h("span.g-unit", {}, control, h("span", {}, how.unit)) : control, told);
}

/**
 * Two columns of facts.
 * @param {[string, any][]} pairs what is empty is left out
 */
export function facts(pairs) {
  return h("dl.g-facts", {}, pairs.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]).flat());
}

/**
 * A telephone number as a button.
 * @param {string} phone
 * @param {string} text
 * @param {() => void} [told] that it was tapped
 */
export function callLink(phone, text, told) {
  return h("a.button.wide", { href: `tel:${phone}`, "data-call": true, onclick: told ?? null }, text);
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const writers = new Map(); // to make one takes longer than to draw a row

/**
 * Return a time of the day, or the day with it, in the outlet's zone.
 * @param {any} app
 * @param {string|number|Date|null} moment
 * @param {"clock"|"day"} [how]
 */
export function when(app, moment, how = "clock") {
  if (!moment) return "";
  const shape = /** @type {Intl.DateTimeFormatOptions} */ (how === "clock" ? {} : { weekday: "short", month: "short", day: "numeric" });
  const name = `${how} ${app.who.zone}`;
  let writer = writers.get(name);
  if (!writer) writers.set(name, (writer = new Intl.DateTimeFormat(document.documentElement.lang || "en", { ...shape, hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: app.who.zone })));
  return writer.format(new Date(moment));
}

/**
 * Return a moment as a datetime-local field of the outlet's zone has it.
 * @param {any} app
 * @param {number|string|Date} moment
 */
export function local(app, moment) {
  const parts = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: app.who.zone }).formatToParts(new Date(moment));
  const of = Object.fromEntries(parts.map((part) => [part.type, part.value]));
  return `${of.year}-${of.month}-${of.day}T${of.hour}:${of.minute}`;
}
