/* A plan for the outlet and day in view: asked for, watched, looked at, taken, left. The drawer draws; this one acts. */

import { Drawer } from "./plan_drawer.js";
import { Ghosts } from "./ghosts.js";
import { shortcut } from "./keys.js";
import { word } from "./plan_words.js";
import { send } from "./send.js";
import { say } from "./toasts.js";
import { sentence } from "./words.js";

const UNDER_WAY = new Set(["waiting", "solving"]);
const EACH = 1_000; // ms between two questions how far it is

/** Begin. Gives the page app.plan: {open(), again(why), toggle()}. */
export function start(app) {
  const root = document.getElementById("board-plan");
  if (root) app.plan = new Planning(app, root);
}

class Planning {
  constructor(app, root) {
    this.app = app;
    this.root = root;
    this.button = document.getElementById("plan-open");
    this.plan = null;
    this.asked = 0; // which question an answer belongs to
    this.ghosts = new Ghosts(app);
    this.drawer = new Drawer(app, root, (moves) => this.#draw(moves), (move) => this.ghosts.reveal(move));
    root.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("submit", (event) => this.#submit(event));
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    this.button?.addEventListener("click", () => this.toggle());
    shortcut("c", () => this.drawer.flip());
    app.store.addEventListener("view", () => this.look());
    app.store.addEventListener("plan", (event) => this.heard(event.detail.id));
    app.store.addEventListener("plan:again", (event) => this.again(this.#why(event.detail ?? {})));
    if (app.store.view) this.look();
  }

  /** Open or close the drawer. */
  toggle() {
    if (this.root.hidden) this.open();
    else this.close();
  }

  /** Open the drawer; the plan is looked at anew. */
  open() {
    this.root.hidden = false;
    this.button?.setAttribute("aria-expanded", "true");
    document.body.classList.add("plan-open");
    this.#show();
    this.root.querySelector("#plan-title").focus();
    this.look();
  }

  /** Close it; ghosts go, what is under way goes on. */
  close() {
    this.root.hidden = true;
    this.button?.setAttribute("aria-expanded", "false");
    document.body.classList.remove("plan-open");
    this.ghosts.clear();
    this.button?.focus();
  }

  /** Open it and ask for a plan with few changes, because of what happened. */
  async again(why = "") {
    if (this.root.hidden) this.open();
    await this.#ask({ again: true, why });
  }

  #why({ technician, words = "" }) {
    const name = this.app.store.technicians.get(technician)?.name;
    return name ? word("why_absence", { technician: name }) : words;
  }

  /** Something was heard of a plan of this outlet. */
  heard(id) {
    if (!this.plan || id >= this.plan.id) this.look();
  }

  /** Ask for the day's newest plan. */
  async look() {
    const mine = ++this.asked;
    const { outlet, day } = this.#which();
    if (!day) return;
    try {
      const url = `${this.root.dataset.plans}?${new URLSearchParams({ outlet, day })}`;
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (mine !== this.asked || !answer.ok) return;
      this.#take((await answer.json()).plan);
    } catch {
      this.#later(mine); // no connection: the sign of the board says so
    }
  }

  #which() {
    const { view } = this.app.store;
    return view ? { outlet: view.outlet.code, day: view.day } : {};
  }

  #later(mine) {
    setTimeout(() => mine === this.asked && this.look(), EACH);
  }

  /** A plan as it is now, or null: draw it, and keep asking while it is under way. */
  #take(plan) {
    const before = this.plan;
    this.plan = plan;
    const mine = this.asked;
    if (plan && UNDER_WAY.has(plan.state)) this.#later(mine);
    this.#sign();
    if (!this.root.hidden && (!before || JSON.stringify(before) !== JSON.stringify(plan))) this.#show();
  }

  #sign() {
    const sign = this.button?.querySelector('[data-put="sign"]');
    if (!sign) return;
    const { plan } = this;
    const under = plan && UNDER_WAY.has(plan.state);
    const ready = plan?.state === "ready" && !plan.over;
    sign.hidden = !under;
    sign.textContent = under ? word("percent", { n: plan.progress }) : "";
    this.button.querySelector(".plan-icon").hidden = Boolean(under);
    this.button.classList.toggle("ready", Boolean(ready));
  }

  #show() {
    this.drawer.draw(this.plan, this.#which().day);
  }

  /** The drawer says which moves are to be seen; null: as it is. */
  #draw(moves) {
    if (!moves || this.root.hidden) {
      this.ghosts.clear();
      return;
    }
    this.ghosts.show(moves);
    if (this.begun === this.plan.id) return;
    this.begun = this.plan.id;
    requestAnimationFrame(() => this.ghosts.begin(moves)); // when the board has made room for the drawer
  }

  async #submit(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const why = [form.get("kind"), form.get("why")?.trim()].filter(Boolean).join(": ");
    await this.#ask({ again: true, why }, event.submitter);
  }

  async #click(event) {
    const button = event.target.closest("[data-plan]");
    const what = button?.dataset.plan;
    if (what === "close") this.close();
    else if (what === "ask") await this.#ask({}, button);
    else if (what === "dismiss") await this.#dismiss(button);
    else if (what === "take-all") await this.#accept(null, button);
    else if (what === "take-some") await this.#accept(this.drawer.chosen(), button);
    else if (what === "new") this.drawer.asking(this.#which().day);
  }

  async #ask(how, button) {
    const came = await this.#post("", { ...this.#which(), again: false, why: "", ...how }, button);
    if (came && !came.made) say(word("others"));
  }

  async #dismiss(button) {
    const under = UNDER_WAY.has(this.plan.state);
    if (await this.#post(`${this.plan.id}/dismiss/`, {}, button)) say(word(under ? "stopped" : "dismissed"));
  }

  async #accept(orders, button) {
    const option = this.drawer.option?.number ?? 0;
    const { id } = this.plan;
    const came = { taken: new Set(), refused: [] };
    const mine = [];
    let more = true;
    while (more) { // a whole outlet takes longer than one answer may
      const part = await this.#post(`${id}/take/`, { option, orders }, button);
      if (!part) return;
      for (const order of [...part.taken, ...part.again]) came.taken.add(order);
      mine.push(...part.taken);
      came.refused.push(...part.refused);
      ({ more } = part);
    }
    const facts = { taken: came.taken.size, refused: came.refused.length };
    const reasons = came.refused.slice(0, 5).map(({ order, refusal }) => `${String(order).padStart(6, "0")}: ${refusal.detail || refusal.title}`);
    if (mine.length) this.app.acts?.took(mine);
    const ways = mine.length && this.app.acts ? [{ label: sentence("undo"), act: () => this.app.acts.undo() }] : [];
    say(word(facts.refused ? "came" : "came_all", facts), { tone: facts.refused ? "error" : "success", reasons, ways });
    this.app.store.refresh();
  }

  /** Send something once; what came back is the plan as it is now. Returns the answer, or null with the reason said. */
  async #post(path, data, button) {
    button?.setAttribute("aria-busy", "true");
    if (button) button.disabled = true;
    try {
      const came = await send(this.root.dataset.plans + path, data);
      if (came.kind === "done") {
        this.asked += 1;
        this.#take(came.body.plan);
        return came.body;
      }
      const { body } = came;
      const errors = Object.values(body?.errors ?? {}).flat().map(String);
      const reasons = errors.length ? errors : [body?.detail].filter(Boolean);
      say(body?.title ?? word("lost"), { tone: "error", reasons });
      this.look();
      return null;
    } finally {
      button?.removeAttribute("aria-busy");
      if (button) button.disabled = false;
    }
  }
}
