/* The board on paper is a page of its own: the board draws only the rows in sight. Ctrl P leads there too. */

/** Begin: keep the link #board-print at the outlet and day that are looked at. */
export function printing(app) {
  const link = app.el("board-print");
  const address = () => `${app.url("board_print")}?${app.store.query}`;
  const keep = () => link && Object.assign(link, { href: address() });
  app.store.addEventListener("view", keep);
  if (app.store.view) keep();
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "p") return;
    if (!app.store.view) return;
    event.preventDefault();
    window.open(address(), "_blank", "noopener");
  });
}
