/* The plan's drawer: progress, gains, the slider between the ends, the moves with their boxes, what is left out. */

import { longDay } from "./clock.js";
import { FIGURES, clockOf, figure, lines, piece, put, say, word } from "./plan_words.js";
import { leftOut } from "./plan_left.js";
import { group, groupBox, moveRow, setBoxes } from "./plan_moves.js";

/** Draws a plan; `show(moves)` is told which moves the board should draw, null for none; `reveal(move)` where to look. */
export class Drawer {
  constructor(app, root, show, reveal) {
    this.app = app;
    this.root = root;
    this.show = show;
    this.reveal = reveal;
    this.plan = null;
    this.option = null;
    this.left = new Set(); // orders whose box is not ticked
    this.now = false; // comparing: as it is
    root.addEventListener("change", (event) => this.#change(event));
    root.addEventListener("input", (event) => event.target.dataset.put === "range" && this.#slide(Number(event.target.value)));
    root.addEventListener("click", (event) => this.#click(event));
  }

  /** Draw a plan of a day, or the page to ask for one. */
  draw(plan, day) {
    const other = plan?.id !== this.plan?.id;
    this.plan = plan;
    if (other) {
      this.left.clear();
      this.now = false;
      this.option = null;
    }
    say(this.root, "day", day ? longDay(day) : "");
    const way = { waiting: "underWay", solving: "underWay", ready: "ready" }[plan?.state] ?? "asking";
    if (way === "underWay") this.#underWay();
    else if (way === "ready" && !plan.over) this.#ready();
    else this.asking(day);
  }

  /** The page to ask for a plan; what became of the one before stands above. */
  asking() {
    const made = piece("ask");
    const { plan } = this;
    const before = put(made, "before");
    for (const text of [plan?.error, plan?.over].filter(Boolean)) before.append(note(text, plan.error ? "error" : ""));
    const refused = (plan?.options ?? []).flatMap((option) => option.moves).filter((move) => move.state === "refused");
    if (refused.length) {
      const list = document.createElement("ul");
      list.append(...refused.map((move) => moveRow(this.app, move, true)));
      before.append(list);
    }
    this.#body(made);
    put(this.root, "foot").hidden = true;
    this.option = null;
    this.show(null);
  }

  /** The orders whose boxes are ticked, of those still open. */
  chosen() {
    return this.#open().filter((move) => !this.left.has(move.order)).map((move) => move.order);
  }

  /** As it is, or as proposed: to and fro. Returns false when there is nothing to compare. */
  flip() {
    if (!this.option || this.root.hidden) return false;
    this.now = !this.now;
    this.#boxes();
    return true;
  }

  #open() {
    return (this.option?.moves ?? []).filter((move) => move.state === "open");
  }

  #body(made) {
    put(this.root, "body").replaceChildren(made);
  }

  #underWay() {
    const { plan } = this;
    const bar = put(this.root, "bar");
    if (!bar) this.#body(piece("under-way"));
    const { view } = this.app.store;
    say(this.root, "doing", word(plan.state === "waiting" ? "waiting" : plan.again ? "again_doing" : "ask_doing"));
    put(this.root, "bar").value = plan.progress;
    say(this.root, "percent", word("percent", { n: plan.progress }));
    say(this.root, "who", word("asked_by", { who: plan.asked_by ?? word("doorstep"), time: clockOf(view, plan.asked_at) }));
    put(this.root, "foot").hidden = true;
    this.show(null);
  }

  #ready() {
    const { plan } = this;
    const known = this.option && plan.options.find((option) => option.number === this.option.number);
    this.option = known ?? plan.options.find((option) => option.number === plan.recommended) ?? plan.options.at(-1);
    const made = piece("ready");
    const { view } = this.app.store;
    const facts = { who: plan.asked_by ?? word("doorstep"), time: clockOf(view, plan.ready_at), why: plan.why };
    say(made, "who", word(plan.why ? "ready_why" : "ready_by", facts));
    put(made, "notices-box").hidden = !plan.notices.length;
    lines(made, "notices", plan.notices);
    this.#slider(made);
    this.#body(made);
    say(this.root, "said", word("ready_by", facts));
    this.#fill();
  }

  /** Both ends with what they cost; no slider where there is nothing to choose. */
  #slider(made) {
    const { options } = this.plan;
    if (options.length < 2) return;
    put(made, "slider").hidden = false;
    const range = put(made, "range");
    range.max = options.length - 1;
    range.value = options.indexOf(this.option);
    lines(made, "little", ends(options[0]));
    lines(made, "best", ends(options.at(-1)));
  }

  #slide(index) {
    this.option = this.plan.options[index] ?? this.option;
    this.now = false;
    this.#fill();
  }

  /** What belongs to the option in view. */
  #fill() {
    const { option, plan, root } = this;
    lines(root, "gains", option.gains.length ? option.gains : [word("nothing")]);
    const range = put(root, "range");
    range.setAttribute("aria-valuetext", option.gains.join(", ") || word("nothing"));
    put(root, "figures").replaceChildren(...FIGURES.map((name) => row(name, plan.before, option.figures)));
    put(root, "moved").hidden = !option.moves.length;
    if (!this.app.may) root.querySelector("[data-plan-all]")?.closest("label").remove();
    put(root, "moves").replaceChildren(...group(option.moves).map((some) => groupBox(this.app, some)));
    put(root, "left-out").hidden = !option.left.length;
    say(root, "left-count", String(option.left.length));
    put(root, "left").replaceChildren(...leftOut(option.left));
    put(root, "foot").replaceChildren(piece("foot"));
    this.#boxes();
  }

  /** Boxes, buttons and ghosts after any choice. */
  #boxes() {
    const { root } = this;
    setBoxes(root, this.left);
    const open = this.#open().length;
    const chosen = this.chosen().length;
    const foot = put(root, "foot");
    foot.hidden = !this.app.may;
    const all = foot.querySelector('[data-plan="take-all"]');
    const some = foot.querySelector('[data-plan="take-some"]');
    all.textContent = word("accept_all", { n: open });
    all.hidden = !open;
    some.textContent = word("accept_some", { n: chosen });
    some.hidden = chosen === open;
    some.disabled = !chosen;
    const part = chosen !== open; // the large button is what the boxes say
    some.classList.toggle("primary", part);
    all.classList.toggle("primary", !part);
    for (const button of root.querySelectorAll('[data-plan="now"], [data-plan="then"]')) {
      button.setAttribute("aria-pressed", String((button.dataset.plan === "now") === this.now));
    }
    this.show(this.now ? null : this.option.moves.filter((move) => !this.left.has(move.order)));
  }

  #change(event) {
    const box = event.target;
    const orders = box.matches("[data-plan-one]") ? [Number(box.dataset.planOne)]
      : box.matches("[data-plan-group]") ? this.#open().filter((move) => move.technician.id === Number(box.dataset.planGroup)).map((move) => move.order)
        : box.matches("[data-plan-all]") ? this.#open().map((move) => move.order) : null;
    if (!orders) return;
    for (const order of orders) box.checked ? this.left.delete(order) : this.left.add(order);
    this.#boxes();
  }

  #click(event) {
    const button = event.target.closest("[data-plan], [data-plan-show], [data-plan-open], [data-plan-mend]");
    if (!button) return;
    const { plan: what, planShow, planOpen, planMend } = button.dataset;
    if (what === "now" || what === "then") {
      this.now = what === "now";
      this.#boxes();
    } else if (planShow) this.#reveal(Number(planShow));
    else if (planOpen) this.app.store.select(Number(planOpen));
    else if (planMend) this.app.acts?.form({ id: Number(planMend) }, button.dataset.verb);
  }

  #reveal(order) {
    const move = this.option?.moves.find((one) => one.order === order);
    if (move?.state === "open" && !this.now) this.reveal(move);
    else this.app.grid.reveal(order);
  }
}

/** What an end of the slider gives and costs, in a few words. */
function ends(option) {
  const { figures } = option;
  return ["served", "urgent", "travel", "changes", "calls"].map((name) => `${word(name)}: ${figure(figures, name)}`);
}

function row(name, before, after) {
  const line = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = word(name === "off" ? "off_board" : name);
  line.append(head, ...[before, after].map((figures) => {
    const cell = document.createElement("td");
    cell.className = "number";
    cell.textContent = figure(figures, name);
    return cell;
  }));
  return line;
}

function note(text, tone) {
  const made = document.createElement("p");
  made.className = `note ${tone}`;
  made.textContent = text;
  return made;
}
