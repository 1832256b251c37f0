/**
 * Draws the rows of a verb's form as the bundle describes them, and says what is sent: text, or a list of texts.
 *
 * @typedef {{name: string, kind: string, label: string, help?: string, required?: boolean, value?: string,
 *   options?: [string, string, boolean?][], type?: string, inputmode?: string, min?: number, max?: number, step?: any,
 *   maxlength?: number, most?: number, unit?: string, across?: boolean, suggest?: boolean, lines?: boolean}} Row
 * @typedef {Record<string, any>} Values text; a list for checks and photos; {png, strokes} or null for a signature
 */
import { fresh, h, local, tick, w, when } from "./build.js";
import { photoRow, signatureRow } from "./captured.js";
import { moment } from "./clock.js";
import { scan } from "./scanned.js";

const MANY = ["checks", "photos"];
/** Rows that say something about the appointment or the call itself; the others of a correction are sent when touched. */
const SAID = ["confirmed", "starts_at", "window_ends_at", "minutes", "overtime", "spoke_to", "checked_with"];
const CORRECT = ["contact", "correct"];
const SERIAL = /^serial/;

/**
 * Return what a form starts with.
 * @param {Row[]} rows
 * @returns {Values}
 */
export function start(rows) {
  /** @type {Values} */
  const values = {};
  for (const row of rows) {
    const picked = (row.options ?? []).filter((option) => option[2]).map((option) => option[0]);
    if (row.kind === "checks") values[row.name] = picked;
    else if (row.kind === "photos") values[row.name] = [];
    else if (row.kind === "signature") values[row.name] = null;
    else if (row.kind === "check") values[row.name] = row.value ? "on" : "";
    else if (row.options && !row.suggest) values[row.name] = picked[0] ?? "";
    else values[row.name] = row.value ?? "";
  }
  return values;
}

/**
 * Return what is sent: nothing that is empty, and of a correction only what was touched, so that nobody else's is undone.
 * @param {string} verb
 * @param {Row[]} rows
 * @param {Values} values
 * @returns {Values}
 */
export function posted(verb, rows, values) {
  const before = start(rows);
  /** @type {Values} */
  const sent = {};
  for (const row of rows) {
    const value = values[row.name] ?? before[row.name];
    const touched = JSON.stringify(value) !== JSON.stringify(before[row.name]);
    if (CORRECT.includes(verb) && !SAID.includes(row.name) && !touched) continue;
    const empty = value === null || value === "" || (Array.isArray(value) && !value.length);
    if (!empty || touched) sent[row.name] = value ?? "";
  }
  // A wish is judged as a pair, and so are the two ends of a place
  for (const [one, other] of [["wish_from", "wish_to"], ["latitude", "longitude"]]) {
    if (one in sent && !(other in sent)) sent[other] = values[other] ?? before[other] ?? "";
    if (other in sent && !(one in sent)) sent[one] = values[one] ?? before[one] ?? "";
  }
  return sent;
}

/**
 * Return the rows that must be filled and are not.
 * @param {Row[]} rows
 * @param {Values} values
 * @returns {Row[]}
 */
export function unfilled(rows, values) {
  return rows.filter((row) => {
    const value = values[row.name];
    return row.required && row.kind !== "hidden" && (value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length));
  });
}

/**
 * @typedef {{app: any, order: any, rows: Row[], folded?: string[], values: Values, change: (name: string, value: any) => void,
 *   errors?: Record<string, string>}} Sheet
 */

/**
 * Draw the rows; few need the folded ones.
 * @param {Sheet} sheet
 * @returns {HTMLElement[]}
 */
export function drawRows(sheet) {
  const folded = new Set(sheet.folded ?? []);
  const wrong = (/** @type {Row} */ row) => Boolean(sheet.errors?.[row.name]);
  const shown = sheet.rows.filter((row) => row.kind !== "hidden");
  const open = shown.filter((row) => !folded.has(row.name)).map((row) => drawRow(sheet, row));
  const rest = shown.filter((row) => folded.has(row.name));
  if (!rest.length) return open;
  return [...open, h("details.g-more", { open: rest.some(wrong) }, h("summary", {}, w(sheet.app, "more")), rest.map((row) => drawRow(sheet, row)))];
}

/**
 * @param {Sheet} sheet
 * @param {Row} row
 * @returns {HTMLElement}
 */
export function drawRow(sheet, row) {
  const { app, order, values, change } = sheet;
  const error = sheet.errors?.[row.name];
  const set = (/** @type {any} */ value) => change(row.name, value);
  if (row.kind === "photos") return photoRow(app, order, { label: row.label, help: row.help, most: row.most ?? 6, value: values[row.name] ?? [], change: set, error, name: row.name });
  if (row.kind === "signature") return signatureRow(app, { label: row.label, value: values[row.name], change: set, error });
  if (row.kind === "check") {
    return wrap(row, error, tick({ name: row.name, label: row.label, note: row.help, checked: values[row.name] === "on", change: (on) => set(on ? "on" : "") }));
  }
  if (row.kind === "checks" || row.kind === "radios") return group(sheet, row, error);
  return labelled(sheet, row, error);
}

/**
 * @param {Row} row
 * @param {string|undefined} error
 * @param {HTMLElement} inner
 */
function wrap(row, error, inner) {
  return h("div.g-field", { "data-row": row.name }, inner, error ? h("p.g-error", {}, error) : null);
}

/**
 * @param {Sheet} sheet
 * @param {Row} row
 * @param {string|undefined} error
 */
function group(sheet, row, error) {
  const { values, change } = sheet;
  const many = MANY.includes(row.kind);
  const name = `${row.name}-${fresh()}`;
  const chosen = () => (Array.isArray(values[row.name]) ? values[row.name] : []);
  const boxes = (row.options ?? []).map(([value, text]) => {
    const on = many ? chosen().includes(value) : values[row.name] === value;
    const box = h("input", {
      type: many ? "checkbox" : "radio", name, value, checked: on,
      onchange: () => change(row.name, many ? (box.checked ? [...new Set([...chosen(), value])] : chosen().filter((/** @type {string} */ one) => one !== value)) : value),
    });
    return h("label.g-tick", {}, box, h("span.g-grow", {}, text));
  });
  return h("fieldset.g-group", { "data-row": row.name, class: row.across ? "g-group g-across" : "g-group" },
    h("legend", {}, row.label, optional(sheet, row)), row.help ? h("p.g-note", {}, row.help) : null,
    h("div.g-boxes", {}, boxes), error ? h("p.g-error", {}, error) : null);
}

/**
 * @param {Sheet} sheet
 * @param {Row} row
 */
function optional(sheet, row) {
  return row.required || row.kind === "check" ? null : h("span.quiet", {}, ` ${w(sheet.app, "optional")}`);
}

/**
 * @param {Sheet} sheet
 * @param {Row} row
 * @param {string|undefined} error
 */
function labelled(sheet, row, error) {
  const { app, values, change } = sheet;
  const id = fresh();
  const common = {
    id, name: row.name, value: values[row.name] ?? "", maxlength: row.maxlength, "aria-invalid": error ? "true" : null,
    "aria-describedby": [row.help && `${id}-h`, error && `${id}-e`].filter(Boolean).join(" ") || null,
    oninput: (/** @type {any} */ event) => change(row.name, event.target.value),
  };
  const control = row.kind === "textarea"
    ? h("textarea.input", { ...common, rows: 3 })
    : row.kind === "select"
      ? select(row, common)
      : h("input.input", { ...common, type: row.type ?? "text", inputmode: row.inputmode, min: row.type === "number" ? row.min : null, max: row.type === "number" ? row.max : null, step: row.type === "number" ? row.step : null, list: row.suggest ? `${id}-l` : null, autocomplete: "off" });
  const beside = SERIAL.test(row.name) || row.suggest ? scan(app, (code) => { control.value = code; change(row.name, code); }) : null;
  return h("div.g-field", { "data-row": row.name }, h("label", { for: id }, row.label, optional(sheet, row)),
    row.unit || beside ? h("span.g-unit", {}, control, row.unit ? h("span", {}, row.unit) : null, beside) : control,
    row.name === "starts_at" ? h("div.g-chips", {}, soon(app).map((at) => h("button.button.g-chip", { "data-at": at, onclick: () => { /** @type {any} */ (control).value = at; change(row.name, at); } }, when(app, moment(at, app.who.zone), "day")))) : null,
    row.suggest ? h("datalist", { id: `${id}-l` }, (row.options ?? []).map(([value, text]) => h("option", { value }, text))) : null,
    row.help ? h("p.g-note", { id: `${id}-h` }, row.help) : null, error ? h("p.g-error", { id: `${id}-e` }, error) : null);
}

const QUARTER = 15 * 60e3;

/** Times that are often agreed, one tap each: in an hour or so, or tomorrow. @param {any} app @returns {string[]} as a datetime-local field has them */
function soon(app) {
  const first = Math.ceil((app.now().getTime() + 2 * QUARTER) / QUARTER) * QUARTER;
  const day = local(app, first).slice(0, 10);
  const today = [0, 4, 8].map((n) => local(app, first + n * QUARTER)).filter((text) => text.startsWith(day) && text.slice(11) >= "08:00" && text.slice(11) <= "20:00");
  const next = local(app, app.now().getTime() + 864e5).slice(0, 10);
  return [...today, `${next}T09:00`, `${next}T14:00`];
}

/**
 * @param {Row} row
 * @param {any} common
 */
function select(row, common) {
  const made = h("select.input", common, (row.options ?? []).map(([value, text]) => h("option", { value }, text)));
  made.value = common.value;
  return made;
}
