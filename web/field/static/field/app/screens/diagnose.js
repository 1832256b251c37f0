/** What is wrong, what comes of it, and the last word on the warranty with its evidence (H-F2, H-F3, H-W2, H-W5). */
import { choices, h, label, w } from "../build.js";
import { judged } from "../flow.js";
import { guide } from "../guide.js";
import { drawRow, drawRows, posted, start } from "../rows.js";

const FOUND = ["finding", "cause"];
const MANY = 8; // faults on one screen; more are searched

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
export function draw(app, order, step, host) {
  const form = order.forms?.diagnose ?? { rows: [] };
  const row = (/** @type {string} */ name) => form.rows.find((/** @type {any} */ one) => one.name === name);
  const rest = form.rows.filter((/** @type {any} */ one) => !["fault", "outcome", "finding", "cause"].includes(one.name));
  return guide(app, order, step, host, (g) => [
    ...(row("fault")?.options?.some((/** @type {any} */ one) => one[0]) ? [faults(g, row("fault"))] : []),
    outcomes(g, row("outcome")),
    {
      key: "found", title: label(app, "diagnose"),
      draw: (/** @type {HTMLElement} */ box) => box.append(h("p.g-note", {}, w(app, "complains"), ` ${order.symptom}`),
        ...form.rows.filter((/** @type {any} */ one) => FOUND.includes(one.name)).map((/** @type {any} */ one) => drawRow(sheet(g, form), one))),
      lacks: () => (g.draft.rows.finding?.trim() ? "" : w(app, "say_found")),
      ...(rest.length ? {} : { button: w(app, "diagnosed") }),
    },
    ...(rest.length ? [warranty(g, form, rest)] : []),
  ], { start: { rows: start(form.rows) }, finish: (g) => done(g, form) });
}

/** @param {any} g @param {any} form */
function sheet(g, form) {
  return {
    app: g.app, order: g.order, rows: form.rows, values: g.draft.rows,
    change: (/** @type {string} */ name, /** @type {any} */ value) => {
      g.set({ rows: Object.assign(g.draft.rows, { [name]: value }) });
      if (name === "exclusion" || name === "documents" || name === "in_warranty") says(g);
    },
  };
}

/** @param {any} g @param {any} row */
function faults(g, row) {
  const { app, order, draft } = g;
  const options = row.options.filter((/** @type {any} */ one) => one[0]).map((/** @type {any} */ one) => ({ value: one[0], label: one[1], note: one[0] === order.likely?.code ? w(app, "likely") : "" }));
  options.sort((/** @type {any} */ a, /** @type {any} */ b) => Number(b.value === order.likely?.code) - Number(a.value === order.likely?.code));
  const pick = (/** @type {string} */ fault) => {
    const name = options.find((/** @type {any} */ one) => one.value === fault)?.label ?? "";
    const first = !draft.rows.finding || draft.proposed === draft.rows.finding;
    const proposed = fault === order.likely?.code ? order.likely.cause || name : name;
    g.set({ rows: { ...draft.rows, fault, ...(first ? { finding: proposed } : {}) }, proposed: first ? proposed : draft.proposed });
    g.next();
  };
  return {
    key: "fault", title: w(app, "fault_title"), button: "",
    draw(/** @type {HTMLElement} */ box) {
      const place = h("div");
      const show = (/** @type {string} */ text) => place.replaceChildren(choices(options.filter((/** @type {any} */ one) => one.label.toLowerCase().includes(text.toLowerCase())), draft.rows.fault, pick, w(app, "fault_title")));
      if (options.length > MANY) box.append(h("input.input", { type: "search", "aria-label": w(app, "search"), placeholder: w(app, "search"), oninput: (/** @type {any} */ event) => show(event.target.value) }));
      show("");
      box.append(place, h("button.button.wide", { "data-none": true, onclick: () => { g.set({ rows: { ...g.draft.rows, fault: "" } }); g.next(); } }, w(app, "not_listed")));
    },
  };
}

/** @param {any} g @param {any} row */
function outcomes(g, row) {
  const { app, draft } = g;
  const options = (row?.options ?? []).filter((/** @type {any} */ one) => one[0]).map((/** @type {any} */ one) => ({ value: one[0], label: one[1] }));
  return {
    key: "outcome", title: w(app, "outcome_title"), button: "",
    draw: (/** @type {HTMLElement} */ box) => box.append(choices(options, draft.rows.outcome, (outcome) => { g.set({ rows: { ...draft.rows, outcome } }); g.next(); }, w(app, "outcome_title"))),
  };
}

/** @param {any} g @param {any} form @param {any[]} rest */
function warranty(g, form, rest) {
  const { app, draft } = g;
  const photos = rest.filter((row) => row.name === "photos");
  return {
    key: "warranty", title: w(app, "warranty"), button: w(app, "diagnosed"),
    draw(/** @type {HTMLElement} */ box) {
      box.append(...[form.note ? h("p.g-note", {}, form.note) : null,
        ...drawRows({ ...sheet(g, form), rows: [...rest.filter((row) => row.name !== "photos"), ...photos], folded: form.folded }),
        h("p.g-say", { "data-says": true, role: "status" }, words(g))].filter(Boolean));
    },
    lacks: () => {
      const open = rest.find((row) => row.required && !draft.rows[row.name]);
      if (open) return w(app, "still", { what: open.label });
      return draft.rows.exclusion && !draft.rows.photos?.length ? w(app, "exclusion_photo") : ""; // H-W5: the evidence
    },
  };
}

/** @param {any} g */
function words(g) {
  const covered = judged(g.order, g.draft.rows);
  return w(g.app, covered === false ? "says_fee" : covered === true ? "says_covered" : "says_open");
}

/** @param {any} g */
function says(g) {
  const place = document.querySelector("[data-says]");
  if (place) place.textContent = words(g);
}

/** @param {any} g @param {any} form */
async function done(g, form) {
  await g.act("diagnose", posted("diagnose", form.rows, g.draft.rows));
  await g.forget();
  g.onwards();
}
