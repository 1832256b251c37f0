/** In danger: held for a second, so that a pocket calls nobody; the centre takes over (H-F10). */
import { callLink, h, w } from "../build.js";

const HOLD = 1000; // ms

/** @param {any} app @param {any} order @param {string} _step @param {HTMLElement} host */
export function draw(app, order, _step, host) {
  let timer = 0;
  let done = false;
  const alarm = async () => {
    if (done) return;
    done = true;
    await app.act(order.id, "sos", {}); // with the position, where it is shared
    navigator.vibrate?.(200);
    if (location.hash.endsWith("act:sos")) app.go(`#/order/${order.id}`, true);
  };
  const press = h("button.g-sos", {
    onpointerdown: () => { press.classList.add("holding"); timer = window.setTimeout(alarm, HOLD); },
    onpointerup: () => stop(), onpointerleave: () => stop(), onpointercancel: () => stop(),
    oncontextmenu: (/** @type {Event} */ event) => event.preventDefault(),
    onclick: (/** @type {MouseEvent} */ event) => { if (event.detail === 0) alarm(); }, // by keyboard or screen reader: meant
  }, h("strong", {}, app.words("shell.sos")), h("span", {}, app.words("shell.sos_hold")));
  const stop = () => { clearTimeout(timer); press.classList.remove("holding"); };
  const phone = app.who.outlet?.phone;
  host.replaceChildren(h("section.g-screen", { "data-screen": "form", "data-step": "act:sos" },
    h("div.g-head", {}, h("a.g-back", { href: `#/order/${order.id}` }, w(app, "back"))),
    h("h1.g-title", { tabindex: "-1" }, app.words("shell.sos")),
    h("div.g-body", {}, h("p", {}, w(app, "sos_note")), press, phone ? callLink(phone, w(app, "call", { phone })) : null)));
  return { leave: stop };
}
