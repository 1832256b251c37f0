// @ts-check
/* A new job, a change, an answer: heard by the live stream where there is one, else at the next look at the server. */

const SOON = 300; // ms: several changes are read together

/** @param {any} app */
export async function notices(app) {
  app.store.addEventListener("fresh", (/** @type {any} */ event) => tell(app, event.detail.changed));
  let timer = 0;
  const soon = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => document.hidden || app.store.refresh(), SOON);
  };
  try {
    // @ts-ignore: it lies beside us only once the static files are collected
    const { follow } = await import("../../shared/live.js");
    const mine = (/** @type {any} */ change) => (app.store.about.mine ?? []).includes(change.order) || change.outlet === undefined;
    let known = "";
    follow({
      after: app.store.about.at ?? null,
      onChange: (/** @type {any[]} */ changes) => (changes.some((one) => mine(one) || one.kind) || known !== key(app)) && soon(),
      onReset: soon,
      onState: () => (known = key(app)),
    });
  } catch (wrong) {
    console.warn(wrong); // the look every minute is enough
  }
  setInterval(soon, 20_000); // somebody new may have been given to me: the stream names orders, not people
}

/** @param {any} app */
const key = (app) => (app.store.about.mine ?? []).join();

/** Say what is new; silent on the first day that is read. @param {any} app @param {any[]} changed */
function tell(app, changed) {
  for (const order of changed) {
    if (order.changed && Date.now() - Date.parse(order.changed.at) < 3_600_000) {
      app.toast(`${order.customer.name}: ${app.words("day.changed", { who: order.changed.who, what: order.changed.words })}`);
    }
  }
}
