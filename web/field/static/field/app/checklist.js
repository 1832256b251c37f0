/** Items of checklists: drawn as large rows, read as what check_off takes (H-E1, H-E6, H-F6, H-F12, H-H3, H-H4). */
import { field, h, tick, w } from "./build.js";
import { photoRow } from "./captured.js";
import { answered, checkSteps, within } from "./items.js";

/**
 * Return what check_off is sent: every answer of the lists in force now, because a tick that is left out counts as no.
 * @param {any} order
 * @param {Record<string, any>} answers by "1.uniform", as entered
 * @param {number[]} all steps whose ticks all count as made unless one was touched
 * @returns {Record<string, any>}
 */
export function answersOf(order, answers, all) {
  /** @type {Record<string, any>} */
  const sent = {};
  for (const part of order.checks ?? []) {
    if (!checkSteps(order).includes(part.step)) continue;
    const whole = all.includes(part.step) && !touched(part, answers);
    for (const item of part.items) {
      const key = `${part.step}.${item.code}`;
      const value = answers[key] ?? item.value;
      if (item.kind === "tick") {
        if (whole || value === true) sent[`item-${key}`] = "on";
      } else if (value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && !value.length)) {
        sent[`item-${key}`] = Array.isArray(value) ? value : String(value);
      }
    }
  }
  return sent;
}

/**
 * Tell whether somebody ticked one by one.
 * @param {any} part
 * @param {Record<string, any>} answers
 */
export function touched(part, answers) {
  return part.items.some((/** @type {any} */ item) => item.kind === "tick" && `${part.step}.${item.code}` in answers);
}

/**
 * Return what is still missing of a list as entered, in words; "" when it may be recorded as done.
 * @param {any} app
 * @param {any} part
 * @param {Record<string, any>} answers
 */
export function shortOf(app, part, answers) {
  for (const item of part.items) {
    const value = answers[`${part.step}.${item.code}`] ?? item.value;
    if (item.kind === "number" && value && !Number.isFinite(Number(String(value).replace(",", ".")))) return w(app, "number", { what: item.name });
    if (!within(item, value) && String(value) === String(item.value ?? "")) return `${item.name}: ${w(app, "outside")}`; // recorded already, and no better
    const empty = !answered({ value }) || (Array.isArray(value) && !value.length);
    if (item.kind !== "tick" && item.mandatory && empty) return w(app, "still", { what: item.name });
  }
  return "";
}

/**
 * Draw a list.
 * @param {any} g the guide
 * @param {any} part {step, title, items}
 * @param {() => void} [told] after a change
 * @returns {HTMLElement[]}
 */
export function drawList(g, part, told) {
  const { app, order, draft } = g;
  return part.items.map((/** @type {any} */ item) => {
    const key = `${part.step}.${item.code}`;
    const value = draft.answers?.[key] ?? item.value;
    const change = (/** @type {any} */ now) => {
      g.set({ answers: { ...draft.answers, [key]: now } });
      told?.();
    };
    const extra = item.mandatory ? "" : w(app, "if_you_can");
    if (item.kind === "tick") return tick({ name: key, label: item.name, note: item.hint, extra, checked: value === true, change });
    if (item.kind === "photo") return photoRow(app, order, { name: key, label: item.name, help: item.hint, most: 1, value: Array.isArray(value) ? value : [], change });
    const outside = !within(item, value);
    const control = h("input.input", { name: key, value: value ?? "", inputmode: item.kind === "number" ? "decimal" : null, maxlength: item.kind === "number" ? 20 : 500, autocomplete: "off", oninput: (/** @type {any} */ event) => change(event.target.value) });
    return field(item.name, control, { unit: item.unit, help: [item.limits, item.hint].filter(Boolean).join(" · "), optional: extra, error: outside ? w(app, "outside") : "" });
  });
}
