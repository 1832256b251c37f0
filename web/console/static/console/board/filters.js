/* The toolbar: which outlet and day, how wide, who and what is looked for. All of it stands in the address bar. */

import { longDay } from "./clock.js";

const DAY = 86_400_000;

/** Begin. `go(query)` of the page reads another view. */
export function filters(app) {
  const { store, grid } = app;
  const tools = app.el("board-tools");
  const field = (name) => tools.querySelector(`[name="${name}"]`);
  const asked = new URLSearchParams(location.search);
  for (const name of ["q", "skill", "group"]) {
    const control = field(name);
    if (!control) continue;
    control.value = asked.get(name) ?? "";
    store.filter[name] = control.value;
    control.addEventListener("input", () => {
      store.narrow({ [name]: control.value });
      keep(name, control.value);
    });
  }
  let wanted = {}; // what is asked for and not here yet: who presses ] twice goes on by two days
  const view = (change) => {
    const seen = { outlet: store.view?.outlet.code ?? "", day: store.view?.day ?? "", days: String(store.view?.days ?? 1) };
    const now = { ...seen, ...wanted, ...change };
    for (const [name, value] of Object.entries(now)) keep(name, value === "1" && name === "days" ? "" : value);
    wanted = { ...now };
    return app.go(new URLSearchParams(now).toString());
  };
  app.toDay = (day) => view({ day });
  const step = (way) => {
    const shown = { day: field("day").value, days: field("days").value, ...store.view }; // the page knows before the data do
    const { day, days } = { ...shown, ...wanted };
    return view({ day: new Date(Date.parse(day || shown.day) + way * Number(days) * DAY).toISOString().slice(0, 10) });
  };
  const acts = {
    before: () => step(-1),
    after: () => step(1),
    today: () => view({ day: "" }).then(() => grid.toNow()),
    closer: () => grid.zoom(1.35),
    farther: () => grid.zoom(1 / 1.35),
  };
  tools.addEventListener("click", (event) => acts[event.target.closest("[data-board]")?.dataset.board]?.());
  for (const name of ["outlet", "day", "days"]) {
    field(name)?.addEventListener("change", () => field(name).value && view({ [name]: field(name).value }));
  }
  grid.scroll.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    grid.zoom(event.deltaY < 0 ? 1.12 : 1 / 1.12, event.clientX);
  }, { passive: false });
  store.addEventListener("view", () => {
    wanted = {};
    shown(store, field, app.el("board-day"));
  });
}

function shown(store, field, words) {
  const { view } = store;
  if (field("outlet")) field("outlet").value = view.outlet.code;
  field("day").value = view.day;
  field("days").value = String(view.days);
  words.textContent = longDay(view.day, view.days);
}

function keep(name, value) {
  const address = new URL(location.href);
  if (value) address.searchParams.set(name, value);
  else address.searchParams.delete(name);
  history.replaceState(history.state, "", address);
}
