/* One registry of the board's shortcuts. A key either presses what carries data-key="…" on the page, or does what a
   module registered with shortcut(). Nothing is pressed while somebody types, or while a dialog is open. */

const ACTS = new Map();
const TYPING = "input:not([type=checkbox], [type=radio], [type=range], [type=button]), textarea, select, [contenteditable]";

/** Let a key do something: `act(event)` returns false when the key means nothing just now. Letters without regard to case. */
export function shortcut(key, act) {
  ACTS.set(name(key), act);
}

/** Begin: listen, and let "?" open the sheet that lists them all. */
export function start(app) {
  document.addEventListener("keydown", (event) => pressed(event));
  shortcut("?", () => void sheet(app));
  document.addEventListener("click", (event) => event.target.closest?.("[data-open-keys]") && sheet(app));
  shortcut("j", () => step(app, 1));
  shortcut("k", () => step(app, -1));
  shortcut("o", () => openPage(app));
  shortcut("n", () => write());
  shortcut("Escape", () => app.panel?.close() ?? false);
}

function name(key) {
  return key.length === 1 ? key.toLowerCase() : key;
}

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const { target } = event;
  if (target.closest?.("dialog[open]") || document.querySelector("dialog[open]")) return;
  if (event.key !== "Escape" && target.matches?.(TYPING)) return;
  if (event.key === "Escape" && target.matches?.("input, select")) return; // theirs: it empties or closes them
  const key = name(event.key);
  const act = ACTS.get(key);
  if ((act && act(event) !== false) || press(key)) event.preventDefault();
}

/** Press the first visible thing on the page that carries this key; a field gets the focus. */
function press(key) {
  for (const found of document.querySelectorAll("[data-key]")) {
    if (found.dataset.key !== key || !found.checkVisibility() || found.disabled) continue;
    if (found.matches(TYPING)) {
      found.focus();
      found.select?.();
    } else {
      found.click();
    }
    return true;
  }
  return false;
}

/** Everything that keys do, on one sheet. */
async function sheet({ parts, el }) {
  if (await parts.need("keys")) el("board-keys").showModal();
}

/** To the next or the one before in the queue, from the one that has the focus or is open. */
function step(app, way) {
  const rows = [...document.querySelectorAll("#board-queue [data-order]")].filter((row) => row.checkVisibility());
  if (!rows.length) return false;
  const here = rows.findIndex((row) => row === document.activeElement);
  const open = rows.findIndex((row) => Number(row.dataset.order) === app.store.selected);
  const from = here >= 0 ? here : open;
  const next = rows[from < 0 ? (way > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, from + way))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  if (app.panel) app.panel.soon(Number(next.dataset.order));
  else app.store.select(Number(next.dataset.order)); // its part is read for it
  return true;
}

function write() {
  const text = document.getElementById("panel-note-text");
  text?.focus();
  return Boolean(text);
}

function openPage(app) {
  const row = document.activeElement?.closest?.("[data-order]");
  const id = Number(row?.dataset.order) || app.store.selected;
  if (!id) return false;
  window.open(app.url("order", id), "_blank", "noopener");
  return true;
}
