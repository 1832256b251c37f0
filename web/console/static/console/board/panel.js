/* The order beside the board: opens when one is chosen, is read again when it changes, and takes nothing from the hand:
   the tab, where one had scrolled to, the focus and a note half written stay. Nothing done in it leaves the board. */

const BUSY_AGAIN = 2_000;
const REST = 160;

/** Begin. Gives the page app.panel. */
export function start(app) {
  const box = document.getElementById("board-order");
  if (box) app.panel = new Panel(app, box);
}

class Panel {
  constructor(app, box) {
    this.app = app;
    this.box = box;
    this.frame = box.closest("#board-panel") ?? box;
    this.none = box.querySelector("[data-none]");
    this.tab = "order";
    this.drafts = new Map();
    this.#listen();
    const asked = Number(new URLSearchParams(location.search).get("order"));
    if (app.store.selected == null && Number.isInteger(asked) && asked > 0) app.store.select(asked);
    else this.#chosen();
  }

  #listen() {
    const { store } = this.app;
    store.addEventListener("select", () => this.#chosen());
    for (const kind of ["change", "told"]) {
      store.addEventListener(kind, (event) => event.detail.orders.has(this.order) && this.refresh());
    }
    document.addEventListener("acted", (event) => this.#acted(event.detail?.order));
    document.addEventListener("noted", (event) => this.#noted(event.detail?.order));
    this.box.addEventListener("click", (event) => this.#click(event));
    document.getElementById("alarms")?.addEventListener("click", (event) => this.#alarm(event));
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.box.addEventListener("input", (event) => this.#typed(event.target));
  }

  /** Open an order a moment from now, unless another one is asked for meanwhile. */
  soon(id) {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.app.store.select(id), REST);
  }

  /** Close it; the focus goes back to the order on the board or in the queue. Returns false when nothing was open. */
  close() {
    const { order } = this;
    if (!order) return false;
    const inside = this.frame.contains(document.activeElement) || document.activeElement === document.body;
    this.app.store.select(null);
    if (inside) this.#back(order);
    return true;
  }

  #back(order) {
    this.app.hands?.focus(order);
    if (document.activeElement !== document.body) return;
    const drawer = document.querySelector("[data-drawer=queue]"); // the queue is folded away behind it
    if (drawer?.checkVisibility()) drawer.focus();
  }

  /** Read the order again, once the hand is free. */
  refresh({ now = false } = {}) {
    clearTimeout(this.again);
    if (!this.order) return;
    if (!now && this.#occupied()) this.again = setTimeout(() => this.refresh(), BUSY_AGAIN);
    else this.#load(this.order, true, now);
  }

  #chosen() {
    const id = Number(this.app.store.selected) || 0;
    if (id === this.order) return;
    this.order = id;
    document.body.classList.toggle("panel-open", Boolean(id));
    this.frame.classList.toggle("is-open", Boolean(id));
    this.#address(id);
    if (id) this.#load(id, false);
    else this.box.replaceChildren(this.none);
  }

  #address(id) {
    const address = new URL(location.href);
    if (id) address.searchParams.set("order", id);
    else address.searchParams.delete("order");
    history.replaceState(history.state, "", address);
  }

  /** `again`: the same order anew; `mine`: because of something done here, whatever is open. */
  async #load(id, again, mine = false) {
    if (this.reading === id) { // what is on its way may be older than this: once more afterwards
      this.more = { mine: mine || Boolean(this.more?.mine) };
      return;
    }
    this.reading = id;
    this.more = null;
    const shown = this.box.querySelector("[data-order-panel]");
    const stamp = again && shown ? shown.dataset.stamp : "";
    this.box.setAttribute("aria-busy", "true");
    const came = await read(`${this.app.url("board_panel", id)}?stamp=${stamp}`, this.box.dataset);
    if (this.reading === id) this.reading = 0;
    if (this.order !== id) return; // another one was opened meanwhile
    this.box.removeAttribute("aria-busy");
    if (came.html) this.#arrived(came.html, again && !mine);
    else if (came.words) this.#said(came.words, again);
    if (this.more) await this.#load(id, true, this.more.mine);
  }

  #said(words, again) {
    if (again && this.box.querySelector("[data-order-panel]") && words !== this.box.dataset.gone) return; // shown as it was
    const line = document.createElement("p");
    line.className = "note error";
    line.setAttribute("role", "status");
    line.textContent = words;
    this.box.replaceChildren(line);
  }

  /** It has come: shown at once, unless the hand was put to something meanwhile, or it is what is shown already. */
  #arrived(html, waits) {
    const page = document.createElement("template");
    page.innerHTML = html;
    const [now, shown] = [page.content, this.box].map((root) => root.querySelector("[data-order-panel]"));
    if (!now) return this.#said(this.box.dataset.lost, true);
    const same = Number(shown?.dataset.orderPanel) === this.order;
    if (same && shown.dataset.stamp === now.dataset.stamp) return undefined;
    if (same && waits && this.#occupied()) this.again = setTimeout(() => this.refresh(), BUSY_AGAIN);
    else this.#show(page, same);
    return undefined;
  }

  #show(page, again) {
    const kept = again ? this.#kept() : null;
    this.box.replaceChildren(page.content);
    window.htmx?.process(this.box);
    const text = this.box.querySelector("#panel-note-text");
    if (text) text.value = this.drafts.get(this.order) ?? "";
    this.#turn(this.tab);
    if (kept) this.#restore(kept);
    if (this.toEnd) this.#lastNote();
    this.toEnd = false;
    this.box.dispatchEvent(new CustomEvent("panel", { bubbles: true, detail: { order: this.order, again } }));
  }

  #kept() {
    const focus = this.box.contains(document.activeElement) ? document.activeElement : null;
    const panes = new Map([...this.box.querySelectorAll(".desk-pane")].map((pane) => [pane.id, pane.scrollTop]));
    const caret = focus?.id === "panel-note-text" ? [focus.selectionStart, focus.selectionEnd] : null;
    const open = [...this.box.querySelectorAll("details[open]")].map((fold) => fold.querySelector("summary")?.textContent);
    return { focus: focus?.id, panes, caret, open };
  }

  #restore({ focus, panes, caret, open }) {
    for (const fold of this.box.querySelectorAll("details:not([data-menu])")) {
      if (open.includes(fold.querySelector("summary")?.textContent)) fold.open = true;
    }
    for (const [id, top] of panes) {
      const pane = document.getElementById(id);
      if (pane) pane.scrollTop = top;
    }
    if (!focus) return;
    const next = document.getElementById(focus) ?? this.box.querySelector("#panel-title");
    next?.focus({ preventScroll: true });
    if (caret) next.setSelectionRange(...caret);
  }

  /** True while reading it again would take something: an open menu, words being marked, a note on its way. */
  #occupied() {
    const marked = document.getSelection();
    if (marked && !marked.isCollapsed && this.box.contains(marked.anchorNode)) return true;
    return Boolean(this.box.querySelector("details[data-menu][open], form[data-busy], [data-offering]"));
  }

  #acted(order) {
    if (order === this.order) this.refresh({ now: true });
  }

  #noted(order) {
    this.drafts.delete(order);
    if (order !== this.order) return;
    const text = this.box.querySelector("#panel-note-text");
    if (text) text.value = "";
    this.tab = "notes";
    this.toEnd = true;
    this.#load(order, true, true);
  }

  #lastNote() {
    const pane = this.box.querySelector("#panel-pane-notes");
    if (pane) pane.scrollTop = pane.scrollHeight;
  }

  #typed(control) {
    if (control.id !== "panel-note-text") return;
    if (control.value.trim()) this.drafts.set(this.order, control.value);
    else this.drafts.delete(this.order);
  }

  #click(event) {
    const tab = event.target.closest('[role="tab"]');
    if (tab) {
      this.#turn(tab.id.replace("panel-tab-", ""));
      return;
    }
    if (event.target.closest("[data-panel-close]")) this.close();
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || /^(tel|geo|mailto|#)/.test(link.getAttribute("href")) || link.hasAttribute("hx-get")) return;
    const id = Number(link.dataset.orderLink);
    if (id && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      this.app.store.select(id);
    } else {
      link.target = "_blank"; // the board stays where it is
      link.rel = "noopener";
    }
  }

  /** The order of an alarm in the banner opens here, whichever outlet's board is looked at (H-F10). */
  #alarm(event) {
    const [, id] = event.target.closest("a[href]")?.pathname.match(/\/orders\/(\d+)\/$/) ?? [];
    if (!id || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.app.store.select(Number(id));
  }

  #key(event) {
    const { target } = event;
    if (target.id === "panel-note-text") {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return; // an input method's Enter
      event.preventDefault();
      if (target.value.trim()) target.form.requestSubmit();
    } else if (target.matches('[role="tab"]')) {
      this.#tabKey(event);
    }
  }

  #tabKey(event) {
    const tabs = [...this.box.querySelectorAll('[role="tab"]')];
    const here = tabs.indexOf(event.target);
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    this.#turn(next.id.replace("panel-tab-", ""));
    next.focus();
  }

  #turn(name) {
    const chosen = this.box.querySelector(`#panel-tab-${name}`) ? name : "order";
    this.tab = chosen;
    for (const tab of this.box.querySelectorAll('[role="tab"]')) {
      const on = tab.id === `panel-tab-${chosen}`;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
    if (chosen === "notes") this.#lastNote();
  }
}

/** Read a part of the page: {html}, {words} for a person, or {} when nothing is new. */
export async function read(url, said) {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, redirect: "manual", signal: AbortSignal.timeout(20_000) });
    if (answer.status === 204) return {};
    if (answer.status === 401 || answer.type === "opaqueredirect") return { words: said.signedOut };
    if (answer.status === 404 || answer.status === 403) return { words: said.gone };
    return answer.ok ? { html: await answer.text() } : { words: said.lost };
  } catch {
    return { words: said.lost };
  }
}
