/** Held up: when it will really be, why, and that the customer was called (H-D3, H-D4). */
import { callLink, choices, field, h, local, tick, w, when } from "../build.js";
import { guide } from "../guide.js";

const MORE = [10, 20, 30, 60]; // minutes

/** @param {any} app @param {any} order @param {string} step @param {HTMLElement} host */
export function draw(app, order, step, host) {
  const from = Math.max(app.now().getTime(), new Date(order.expected ?? order.at ?? app.now()).getTime());
  return guide(app, order, step, host, (g) => [
    {
      key: "when", title: w(app, "delay_title"), button: "",
      draw: (box) => box.append(choices(MORE.map((n) => ({ value: local(app, from + n * 60e3), label: w(app, "later", { n }), note: when(app, from + n * 60e3) })), g.draft.expected_at, (expected) => { g.set({ expected_at: expected }); g.next(); }, w(app, "delay_title"))),
    },
    {
      key: "why", title: w(app, "delay_why"), button: w(app, "tell_centre"),
      draw: (box) => box.append(
        h("div.g-chips", {}, ["jam", "accident", "held_up", "parts"].map((why) => h("button.button.g-chip", { onclick: () => { g.set({ reason: w(app, `delay_${why}`) }); g.redraw(); } }, w(app, `delay_${why}`)))),
        field(w(app, "reason"), h("input.input", { name: "reason", maxlength: 500, value: g.draft.reason, oninput: (/** @type {any} */ event) => g.set({ reason: event.target.value }) })),
        field(w(app, "there_at"), h("input.input", { name: "expected_at", type: "datetime-local", value: g.draft.expected_at, oninput: (/** @type {any} */ event) => g.set({ expected_at: event.target.value }) })),
        ...order.customer.phones.slice(0, 1).map((/** @type {string} */ phone) => callLink(phone, w(app, "call", { phone }))),
        tick({ name: "customer_told", label: w(app, "was_called"), checked: g.draft.customer_told === "on", change: (on) => g.set({ customer_told: on ? "on" : "" }) }),
        h("p.g-note", {}, w(app, "delay_note"))),
      lacks: () => (!g.draft.reason.trim() ? w(app, "say_why") : g.draft.expected_at ? "" : w(app, "still", { what: w(app, "there_at") })),
      press: async () => {
        const { expected_at: expected, reason, customer_told: told } = g.draft;
        await g.act("delay", { expected_at: expected, reason, ...(told ? { customer_told: told } : {}) });
        await g.forget();
        g.onwards();
      },
    },
  ], { start: { expected_at: "", reason: "", customer_told: "" } });
}
