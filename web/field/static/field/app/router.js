// @ts-check
/* Which page is shown: the part of the address behind the #. A page draws itself anew when something it shows changes. */

import { tabs } from "./header.js";

/** @type {[RegExp, string, () => Promise<any>][]} */
const PAGES = [
  [/^#\/order\/(\d+)\/step\/([\w:]+)$/, "step", () => import("./visit.js")],
  [/^#\/order\/(\d+)$/, "order", () => import("./order.js")],
  [/^#\/van$/, "van", () => import("./van.js")],
  [/^#\/me$/, "me", () => import("./me.js")],
  [/^#\/calls$/, "calls", () => import("./calls.js")],
  [/^#\/unsent$/, "unsent", () => import("./unsent.js")],
  [/^/, "day", () => import("./day.js")],
];

/** Show the page of the address, now and whenever it changes. @param {any} app */
export function route(app) {
  let turn = 0;
  /** @type {any} */
  let shown = null;
  const show = async () => {
    const mine = (turn += 1);
    const [pattern, name, read] = /** @type {any} */ (PAGES.find(([one]) => one.test(location.hash)));
    const found = location.hash.match(pattern)?.slice(1) ?? [];
    let page;
    try {
      page = await read();
      if (mine !== turn) return;
      shown?.leave?.();
      app.root.replaceChildren();
      app.root.dataset.page = name;
      shown = (await page.draw(app, app.root, ...found)) ?? {};
    } catch (wrong) {
      console.error(wrong);
      if (mine === turn) broken(app, show);
    }
    tabs(app, name);
  };
  addEventListener("hashchange", () => {
    show();
    scrollTo({ top: 0 });
  });
  app.store.addEventListener("change", () => shown?.again?.());
  return show();
}

/** @param {any} app @param {() => any} again */
function broken(app, again) {
  const said = document.createElement("p");
  said.className = "note";
  said.textContent = app.words("shell.broken");
  const press = document.createElement("button");
  press.className = "button";
  press.textContent = app.words("shell.again");
  press.addEventListener("click", again);
  app.root.replaceChildren(said, press);
}
