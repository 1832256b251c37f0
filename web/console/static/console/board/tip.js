/* What a bar is, in words, while the pointer rests on it or it has the focus. */

const REST = 350;

/** Begin. */
export function tips(app) {
  const { grid, store } = app;
  const box = app.el("board-tip");
  let timer = 0;
  const hide = () => {
    clearTimeout(timer);
    box.hidden = true;
  };
  const show = (bar) => {
    const order = store.orders.get(Number(bar.dataset.order));
    if (!order || !bar.isConnected) return;
    const lines = grid.rows.bars.facts(order).map((line) => line.filter(Boolean).join(" · ")).filter(Boolean);
    put(lines, bar.getBoundingClientRect());
  };
  const showRow = (row, { clientX, clientY }) => {
    const technician = store.technicians.get(Number(row.dataset.technician));
    if (!technician || !row.isConnected) return;
    put(grid.rows.facts(technician, grid.minuteAt(clientX)), { left: clientX, top: clientY - 8, bottom: clientY + 8 });
  };
  const put = (lines, at) => {
    if (!lines.length || document.body.classList.contains("in-hand")) return;
    box.replaceChildren(...lines.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
    box.hidden = false;
    const left = Math.max(8, Math.min(at.left, innerWidth - box.offsetWidth - 8));
    const below = at.bottom + 6 + box.offsetHeight < innerHeight;
    box.style.transform = `translate(${left}px, ${below ? at.bottom + 6 : at.top - box.offsetHeight - 6}px)`;
  };
  grid.body.addEventListener("pointerover", (event) => {
    const bar = event.target.closest(".bar");
    hide();
    if (bar && event.pointerType === "mouse") timer = setTimeout(() => show(bar), REST);
  });
  grid.body.addEventListener("pointermove", (event) => { // beside the bars: who is away, and why; a break
    const row = event.pointerType === "mouse" && !event.target.closest(".bar, .row-head") && event.target.closest(".row");
    if (!row) return;
    hide();
    timer = setTimeout(() => showRow(row, event), REST);
  }, { passive: true });
  grid.body.addEventListener("pointerleave", hide);
  grid.body.addEventListener("pointerdown", hide);
  grid.body.addEventListener("focusin", (event) => {
    const bar = event.target.closest(".bar");
    if (bar?.matches(":focus-visible")) show(bar);
  });
  grid.body.addEventListener("focusout", hide);
  grid.scroll.addEventListener("scroll", hide, { passive: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
}
