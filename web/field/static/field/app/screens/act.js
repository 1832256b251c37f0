/** Any other verb, drawn from its rows alone; the standard text is read to the customer where there is one (H-F3, H-F8). */
import { callLink, h, label, w } from "../build.js";
import { verbOf } from "../flow.js";
import { guide } from "../guide.js";
import { drawRows, posted, start, unfilled } from "../rows.js";

/** Where one goes after these; others lead to what comes next. @type {Record<string, string>} */
const AWAY = { decline: "#/", hand_back: "#/", transfer: "#/", no_access: "#/", callback_unhappy: "#/" };
const CALLS = ["consult", "reschedule", "callback_satisfied", "callback_no_answer", "callback_unhappy"];
const NOTES = ["consult", "ask_help", "pull_in", "wait_for_parts", "reschedule", "file_claim", "request_waiver", "escalate", "complete_record", "hand_back"];

/** @param {any} app @param {any} order @param {string} step "act:…" or a step drawn by rows @param {HTMLElement} host */
export function draw(app, order, step, host) {
  const verb = verbOf(step);
  const form = order.forms?.[verb] ?? { rows: [], folded: [], note: "" };
  const rows = form.rows.filter((/** @type {any} */ row) => row.name !== "decision" || verb !== "hear_out" || order.outcome_step === "hear_out");
  const told = tells(order, verb);
  return guide(app, order, step, host, (g) => [{
    key: "form", title: label(app, verb), button: label(app, verb),
    draw: (box) => box.append(...[
      ...lacks(app, order, verb),
      form.note ? h("p.g-note", {}, form.note) : null,
      NOTES.includes(verb) ? h("p.g-say", {}, w(app, `note_${verb}`)) : null,
      told ? h("blockquote.g-told", { lang: told.lang }, told.text) : null,
      ...(CALLS.includes(verb) ? order.customer.phones.slice(0, 1).map((/** @type {string} */ phone) => callLink(phone, w(app, "call", { phone }))) : []),
      ...drawRows({ app, order, rows, folded: form.folded, values: g.draft.rows, change: (name, value) => g.set({ rows: Object.assign(g.draft.rows, { [name]: value }) }) }),
      rows.length ? null : h("p.g-note", {}, w(app, "nothing_to_fill")),
    ].filter(Boolean)),
    lacks: () => { const open = unfilled(rows, g.draft.rows)[0]; return open ? w(app, "still", { what: open.label }) : ""; },
    press: async () => {
      await g.act(verb, posted(verb, rows, { ...start(rows), ...g.draft.rows }));
      await g.forget();
      if (AWAY[verb]) app.go(AWAY[verb], true); else g.onwards();
    },
  }], { start: { rows: start(rows) } });
}

/** @param {any} order @param {string} verb the text to read to the customer, in their language */
function tells(order, verb) {
  const kind = verb === "explain" ? order.repair?.outcome : verb === "hear_out" ? "refused" : verb === "make_safe" ? "unsafe" : "";
  return order.told?.[kind];
}

/** @param {any} app @param {any} order @param {string} verb what the server still missed when it was last heard */
function lacks(app, order, verb) {
  const found = order.lacks?.[verb] ?? [];
  return found.length ? [h("div.g-warn", {}, h("p", {}, w(app, "lacks")), h("ul", {}, found.map((/** @type {any} */ lack) => h("li", {}, lack.message))))] : [];
}
