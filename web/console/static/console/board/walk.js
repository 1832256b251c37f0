/* Walking the board by keys: arrows from bar to bar and row to row, Enter opens, Home and End go to the ends. */

const KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "Enter"]);

/** Begin. One bar at a time can be reached by Tab; the arrows move on from there. */
export function walk(app) {
  const { grid, store } = app;
  grid.body.addEventListener("keydown", (event) => {
    if (!KEYS.has(event.key) || event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const bar = event.target.closest(".bar");
    if (!bar) return;
    const order = store.orders.get(Number(bar.dataset.order));
    if (!order) return;
    event.preventDefault();
    if (event.key === "Enter") store.select(order.id);
    else to(app, next(app, order, event.key));
  });
  grid.body.addEventListener("click", (event) => {
    const bar = event.target.closest(".bar");
    if (bar) store.select(Number(bar.dataset.order));
  });
  grid.body.addEventListener("focusin", (event) => {
    const bar = event.target.closest(".bar");
    if (!bar) return;
    for (const other of grid.body.querySelectorAll('.bar[tabindex="0"]')) other.tabIndex = -1;
    bar.tabIndex = 0;
  });
  const reach = () => {
    if (!grid.body.querySelector('.bar[tabindex="0"]')) grid.body.querySelector(".bar")?.setAttribute("tabindex", "0");
  };
  for (const kind of ["view", "change"]) store.addEventListener(kind, () => setTimeout(reach));
  reach();
}

function to(app, order) {
  if (!order) return;
  app.grid.reveal(order);
  const bar = app.grid.bar(order);
  bar?.focus({ preventScroll: true });
}

function next({ grid, store }, order, key) {
  const visits = store.visitsOf(order.technician);
  const here = visits.findIndex((one) => one.id === order.id);
  if (key === "ArrowLeft") return visits[here - 1];
  if (key === "ArrowRight") return visits[here + 1];
  if (key === "Home") return visits[0];
  if (key === "End") return visits.at(-1);
  const rows = grid.order();
  const way = key === "ArrowUp" ? -1 : 1;
  for (let row = rows.indexOf(order.technician) + way; row >= 0 && row < rows.length; row += way) {
    const there = store.visitsOf(rows[row]);
    if (there.length) return nearest(there, order.starts);
  }
  return null;
}

function nearest(visits, minute) {
  return visits.reduce((best, one) => (Math.abs(one.starts - minute) < Math.abs(best.starts - minute) ? one : best));
}
