// @ts-check
/* What is not sent, what was not taken and why, and where the centre has changed the same: each with a way out. */

import { h, when } from "./build.js";
import { stepOf } from "./flow.js";
import { keepDraft } from "./drafts.js";

/** @param {any} app @param {HTMLElement} root */
export function draw(app, root) {
  const again = () => root.replaceChildren(...page(app));
  again();
  return { again };
}

/** @param {any} app @returns {any[]} */
function page(app) {
  const { store } = app;
  const [questions, acts] = [store.questions(), store.mine()];
  const refused = store.refused();
  const held = (/** @type {any} */ act) => refused.some((/** @type {any} */ one) => one.order === act.order && one.seq < act.seq);
  return [
    h("h1.app-title", {}, app.words("notsent.title")),
    acts.length ? null : h("p.note", {}, app.words("notsent.none")),
    ...questions.map((/** @type {any} */ one) => question(app, one)),
    ...refused.map((/** @type {any} */ act) => refusal(app, act)),
    ...acts.filter((/** @type {any} */ act) => act.state === "waiting").map((/** @type {any} */ act) =>
      h("div.card.app-stop", {}, head(app, act), h("span.quiet", {}, app.words(held(act) ? "notsent.held" : "notsent.waits")))),
    ...known(app),
    acts.length ? h("button.button.wide", { onclick: () => app.sync.kick() }, app.words("notsent.send_now")) : null,
  ].filter(Boolean);
}

/** @param {any} app @param {any} act */
function head(app, act) {
  const order = app.store.order(act.order);
  return h("span.app-line", {}, h("strong", {}, act.label), h("span", {}, order?.customer.name ?? String(act.order).padStart(6, "0")), h("span.quiet", {}, when(app, act.device_at)));
}

/** @param {any} app @param {any} act */
function refusal(app, act) {
  const why = act.why ?? {};
  const errors = Object.values(why.errors ?? {}).flat();
  return h("div.card.app-stop.late", { "data-refused": act.key }, head(app, act),
    h("p", {}, h("strong", {}, why.title ?? app.words("notsent.refused")), " ", errors.length || why.lacks?.length ? "" : why.detail ?? ""),
    errors.length || why.lacks?.length ? h("ul", {}, [...errors, ...(why.lacks ?? []).map((/** @type {any} */ lack) => `${lack.message} (${lack.rule})`)].map((text) => h("li", {}, text))) : null,
    h("div.app-two", {},
      app.store.order(act.order) ? h("button.button.primary", { onclick: () => redo(app, act) }, app.words("notsent.settle")) : null,
      h("button.button", { onclick: () => app.store.settle(act, "dropped").then(() => app.sync.kick()) }, app.words("notsent.drop"))));
}

/** Lead to the step with what was entered, to be put right. @param {any} app @param {any} act */
async function redo(app, act) {
  const first = act.why?.lacks?.find((/** @type {any} */ lack) => lack.fix)?.fix;
  const step = stepOf(first ?? act.verb);
  const lacks = act.why?.lacks ?? [];
  const time = act.verb === "contact" && lacks.length && lacks.every((/** @type {any} */ lack) => lack.rule === "H-A4"); // of the call only the time is asked for anew
  if (!first) await keepDraft(app, `${act.order}/${step}`, { at: time ? "time" : "", values: { rows: { ...act.values }, ...(time ? { confirmed: act.values.confirmed, lacks } : {}) } });
  await app.store.settle(act, "again");
  app.go(`#/order/${act.order}/step/${step}`);
  app.sync.kick();
}

/** @param {any} app @param {any} one */
function question(app, one) {
  const order = app.store.order(one.order);
  const say = (/** @type {any} */ value) => (/^\d{4}-\d\d-\d\dT/.test(value ?? "") ? (/(Z|[+-]\d\d:\d\d)$/.test(value) ? when(app, value, "day") : String(value).replace("T", " ")) : value || "–");
  return h("div.card.app-stop.late", { "data-question": one.field }, h("strong", {}, `${app.words("notsent.question")}: ${order?.customer.name ?? ""}`),
    h("p", {}, app.words("notsent.mine", { value: say(one.mine) })), h("p", {}, app.words("notsent.theirs", { value: say(one.theirs) })),
    h("div.app-two", {},
      h("button.button", { onclick: () => app.store.answer(one, true).then(() => app.sync.kick()) }, app.words("notsent.send_mine")),
      h("button.button", { onclick: () => app.store.answer(one, false).then(() => app.sync.kick()) }, app.words("notsent.take_theirs"))));
}

/** What the server keeps of this person's refusals and this phone does not have, from another phone. @param {any} app @returns {any[]} */
function known(app) {
  const here = new Set(app.store.acts.map((/** @type {any} */ act) => act.key));
  return (app.store.about.kept ?? []).filter((/** @type {any} */ one) => !here.has(one.key)).map((/** @type {any} */ one) =>
    h("div.card.app-stop.late", {}, h("span.app-line", {}, h("strong", {}, one.label), h("span.quiet", {}, when(app, one.at, "day"))), h("p", {}, `${one.title} ${one.detail}`),
      h("button.button", { onclick: () => app.store.settle(one, "dropped").then(() => app.sync.kick()) }, app.words("notsent.drop"))));
}
