/* The queue beside the board: read again whenever the board changes, without taking anything from under the hand. */

import { Alarm } from "./alarm.js";

const SOON = 150;
const ANYWAY = 20_000; // overdue comes by itself: nothing tells the board of it
const FOLDS = "board-folded";

/** Begin. Gives the page app.queue. */
export function start(app) {
  const root = document.getElementById("board-queue");
  if (root) app.queue = new Queue(app, root);
}

class Queue {
  constructor(app, root) {
    this.app = app;
    this.root = root;
    this.box = root.querySelector("#board-queue-rows");
    this.need = root.querySelector("#board-need");
    this.need.value = "";
    this.asked = new URLSearchParams(location.search).get("need") ?? "";
    this.folded = new Set(readFolds());
    this.alarm = new Alarm(root.querySelector("#board-mute"));
    this.title = document.title;
    this.drawer = document.querySelector("[data-drawer=queue]"); // on a narrow screen the queue is folded away
    this.#listen();
    this.load();
  }

  #listen() {
    const { store } = this.app;
    for (const kind of ["change", "told", "view", "filter"]) store.addEventListener(kind, () => this.soon());
    store.addEventListener("select", () => this.#mark());
    document.addEventListener("acted", () => this.soon());
    document.addEventListener("htmx:afterSettle", (event) => event.target.id === "alarms" && this.#alarmed(event.target));
    document.addEventListener("visibilitychange", () => document.hidden || this.soon());
    setInterval(() => document.hidden || this.load(), ANYWAY);
    this.need.addEventListener("change", () => this.only(this.need.value));
    this.box.addEventListener("click", (event) => this.#click(event));
    this.drawer?.addEventListener("click", () => this.#drawn(this.drawer.getAttribute("aria-expanded") !== "true"));
    document.addEventListener("keydown", (event) => this.#escape(event), true);
    this.box.addEventListener("toggle", (event) => this.#fold(event.target), true);
  }

  /** The banner of alarms is asked for on every page: when it changes, so has the queue. */
  #alarmed(banner) {
    const said = banner.textContent.replace(/\s+/g, " ");
    if (said !== this.banner) this.soon();
    this.banner = said;
  }

  /** Show one kind alone ("": everything), and say so in the address. */
  only(code) {
    this.asked = code;
    const address = new URL(location.href);
    if (code) address.searchParams.set("need", code);
    else address.searchParams.delete("need");
    history.replaceState(history.state, "", address);
    this.box.scrollTop = 0;
    this.load();
  }

  /** Read it again in a moment: what comes together is read together. */
  soon() {
    this.timer ??= setTimeout(() => { // not put off again by what comes meanwhile
      this.timer = null;
      this.load();
    }, SOON);
  }

  /** Read it again; at most one at a time, and once more afterwards when asked meanwhile. */
  async load() {
    if (this.loading) {
      this.once_more = true;
      return;
    }
    this.loading = true;
    try {
      const answer = await fetch(this.#address(), { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(20_000) });
      if (answer.ok && answer.status !== 204) this.#show(await answer.text());
      else if (!answer.ok) this.#lost();
    } catch {
      this.#lost();
    } finally {
      this.loading = false;
      if (this.once_more) {
        this.once_more = false;
        this.soon();
      }
    }
  }

  #address() {
    const { store } = this.app;
    const outlet = store.view?.outlet.code ?? new URLSearchParams(location.search).get("outlet") ?? "";
    const asked = new URLSearchParams({ outlet, need: this.asked, q: store.filter.q });
    const shown = this.box.querySelector("#board-queue-list");
    if (shown) asked.set("stamp", shown.dataset.stamp);
    return `${this.app.url("board_queue")}?${asked}`;
  }

  #lost() {
    if (!this.box.querySelector("#board-queue-list")) this.box.textContent = this.box.dataset.lost;
    this.box.dataset.state = "lost";
    setTimeout(() => this.load(), ANYWAY / 4);
  }

  /** Put the rows in place; focus, scroll, folds and what is being dragged stay as they are. */
  #show(html) {
    if (this.root.querySelector(".held")) {
      this.soon();
      return;
    }
    const page = document.createElement("template");
    page.innerHTML = html;
    const list = page.content.querySelector("#board-queue-list");
    if (!list) return this.#lost(); // the sign-in page, or something else that is no queue
    for (const group of list.querySelectorAll("details")) group.open = !this.folded.has(group.dataset.sign);
    const focus = this.box.contains(document.activeElement) ? document.activeElement.id : "";
    const scrolled = this.box.scrollTop;
    const place = focus ? this.#placeOf(document.activeElement) : -1;
    this.box.replaceChildren(page.content);
    this.box.dataset.state = "shown";
    this.box.scrollTop = scrolled;
    if (focus) this.#refocus(focus, place);
    this.#tell(list);
    this.#mark();
  }

  #placeOf(node) {
    const row = node.closest(".desk-row");
    return row ? [...this.box.querySelectorAll(".desk-row")].indexOf(row) : -1;
  }

  /** Back to the same row; when it is gone, to the one that took its place. */
  #refocus(id, place) {
    const rows = this.box.querySelectorAll(".desk-row .desk-open");
    const next = document.getElementById(id) ?? rows[Math.min(place, rows.length - 1)] ?? this.box;
    next.focus({ preventScroll: true });
  }

  #tell(list) {
    const { total, alarms, unanswered } = list.dataset;
    this.root.querySelector("#board-queue-count").textContent = total;
    for (const other of document.querySelectorAll("[data-queue-count]")) { // where the queue is folded away
      other.textContent = total;
      other.hidden = !Number(total);
    }
    document.title = Number(total) ? `(${total}) ${this.title}` : this.title;
    this.alarm.tell(Number(alarms), Number(unanswered));
    const choices = list.querySelector("template[data-needs]").content.cloneNode(true);
    const all = document.createElement("option");
    all.value = "";
    all.textContent = `${this.need.dataset.all} (${total})`;
    this.need.replaceChildren(all, choices);
    if (this.asked && ![...this.need.options].some((option) => option.value === this.asked)) this.need.value = "";
    else this.need.value = this.asked;
  }

  #mark() {
    const { selected } = this.app.store;
    for (const row of this.box.querySelectorAll(".desk-open")) {
      if (Number(row.dataset.order) === selected) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  #click(event) {
    const pressed = event.target.closest("[data-way], [data-need], [data-select]");
    if (!pressed) return;
    const { way, need } = pressed.dataset;
    const id = Number(pressed.dataset.select) || Number(pressed.closest(".desk-row")?.querySelector("[data-order]")?.dataset.order);
    if (need !== undefined) {
      this.only(need);
      return;
    }
    if (way !== "suggest" && way !== "form") this.#makeWay();
    else if (this.drawer?.checkVisibility()) this.#drawn(false);
    this.app.store.select(id);
    if (way === "form") {
      event.preventDefault();
      window.htmx.ajax("GET", pressed.getAttribute("href"), { target: "#act-body", swap: "innerHTML" });
    } else if (way === "suggest") {
      if (this.app.suggest) this.app.suggest.ask(id);
      else this.app.suggestFor = id; // the part is still being read: it looks here when it begins
    }
  }

  #drawn(open) {
    document.body.classList.toggle("queue-open", open);
    this.drawer.setAttribute("aria-expanded", String(open));
    if (open) this.box.focus({ preventScroll: true });
  }

  /** Escape puts the drawer away before anything else. */
  #escape(event) {
    const open = event.key === "Escape" && this.drawer?.checkVisibility() && document.body.classList.contains("queue-open");
    if (!open || document.querySelector("dialog[open]") || this.root.querySelector(".held")) return;
    event.preventDefault();
    event.stopPropagation();
    this.#drawn(false);
    this.drawer.focus();
  }

  /** An order was chosen in the drawer: it makes way, and the order has the focus. */
  #makeWay() {
    if (!this.drawer?.checkVisibility() || !document.body.classList.contains("queue-open")) return;
    this.#drawn(false);
    const panel = document.getElementById("board-order");
    panel?.addEventListener("panel", () => panel.querySelector("#panel-title")?.focus(), { once: true });
  }

  #fold(group) {
    if (!group.dataset?.sign || group.dataset.sign === "sos") return; // an alarm is never kept folded
    if (group.open) this.folded.delete(group.dataset.sign);
    else this.folded.add(group.dataset.sign);
    try {
      localStorage.setItem(FOLDS, JSON.stringify([...this.folded]));
    } catch {
      // A closed storage only means that the folds last for this page.
    }
  }
}

function readFolds() {
  try {
    const kept = JSON.parse(localStorage.getItem(FOLDS) ?? "[]");
    return Array.isArray(kept) ? kept.filter((code) => code !== "sos") : [];
  } catch {
    return [];
  }
}
