/* The small menu of a technician's row: call, show on the map, away, route sheet. By mouse, by right click, by key. */

/** The menu. `here()` is the technician whose row has the focus, or the pointer's last press, or is chosen on the map. */
export class RowMenu {
  constructor(app) {
    this.app = app;
    this.menu = document.getElementById("board-row-menu");
    this.grid = document.getElementById("board");
    this.grid?.addEventListener("contextmenu", (event) => this.#asked(event));
    document.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("keydown", (event) => this.#key(event));
    this.menu.addEventListener("click", (event) => this.#do(event));
    this.menu.addEventListener("toggle", (event) => event.newState === "closed" && this.#closed());
  }

  /** The technician's number that a key means, or 0. */
  here() {
    const row = document.activeElement?.closest?.("[data-technician]");
    const chosen = this.app.store.orders.get(this.app.store.selected)?.technician;
    return Number(row?.dataset.technician) || chosen || this.app.map?.chosen.technician || 0;
  }

  /** Open it for a technician below a node. */
  open(id, beside) {
    const one = this.app.store.technicians.get(id);
    if (!one || !this.menu.showPopover) return;
    this.one = one;
    this.beside = beside;
    const find = (name) => this.menu.querySelector(`[data-do="${name}"]`);
    find("call").hidden = !one.phone;
    find("call").href = `tel:${one.phone}`;
    find("call").querySelector("[data-put=phone]").textContent = one.phone ?? "";
    find("away").hidden = !this.app.may;
    find("sheet").href = `${this.app.url("board_sheet", one.id)}?day=${this.#day()}`;
    find("orders").href = `${this.app.url("queue")}?technician=${one.id}`;
    this.menu.showPopover();
    const box = beside.getBoundingClientRect();
    const left = Math.max(8, Math.min(box.left, innerWidth - this.menu.offsetWidth - 8));
    const below = box.bottom + this.menu.offsetHeight + 8 < innerHeight;
    this.menu.style.left = `${left}px`;
    this.menu.style.top = `${below ? box.bottom + 2 : Math.max(8, box.top - this.menu.offsetHeight - 2)}px`;
    this.#items()[0].focus();
  }

  #day() {
    const { view } = this.app.store;
    return view.day ?? new Intl.DateTimeFormat("en-CA", { timeZone: view.zone }).format(view.from * 1000);
  }

  #items() {
    return [...this.menu.querySelectorAll("[role=menuitem]")].filter((item) => !item.hidden);
  }

  #asked(event) {
    const head = event.target.closest("[data-row-head], .row-head");
    const id = Number(head?.closest("[data-technician]")?.dataset.technician);
    if (!id) return;
    event.preventDefault();
    this.open(id, head);
  }

  #click(event) {
    const button = event.target.closest?.("[data-row-menu]");
    if (button) this.open(Number(button.dataset.rowMenu) || Number(button.closest("[data-technician]")?.dataset.technician), button);
  }

  #key(event) {
    if (!this.menu.matches(":popover-open")) return;
    const items = this.#items();
    const here = items.indexOf(document.activeElement);
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items[(to + items.length) % items.length].focus();
    } else if (event.key === "Escape") {
      event.preventDefault(); // only the menu, not what lies below
      this.menu.hidePopover();
    }
  }

  #do(event) {
    const what = event.target.closest("[data-do]")?.dataset.do;
    if (!what) return;
    this.menu.hidePopover();
    if (what === "map") this.#map(this.one.id);
    if (what === "away") this.app.away.openFor(this.one.id);
  }

  async #map(id) {
    if (await this.app.parts.need("map")) this.app.map.at(id);
  }

  #closed() {
    if (document.activeElement === document.body && this.beside?.isConnected) this.beside.focus?.({ preventScroll: true });
  }
}
