/* Saying something to who can't see it, without a note on the page. */

let turn = 0;

/** Have a screen reader say `text` now. */
export function announce(text) {
  const box = document.getElementById("hands-live");
  if (!box) return;
  turn += 1;
  box.textContent = turn % 2 ? text : `${text}\u00a0`; // the same words twice are said twice
}
