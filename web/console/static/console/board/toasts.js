/* What came of it, said at the foot of the board: one note at a time, with the way out as buttons. */

import { announce } from "./announce.js";
import { sentence } from "./words.js";

const STAYS = { success: 10_000, error: 30_000 };

let leaving = 0;

/**
 * Say what came of something. `tone`: "success" or "error"; `reasons`: further lines; `ways`: [{label, act}] as buttons.
 * A screen reader hears it. Returns the note.
 */
export function say(text, { tone = "success", reasons = [], ways = [] } = {}) {
  const box = document.getElementById("board-toasts");
  if (!box || !text) return null;
  const note = document.createElement("div");
  note.className = `note ${tone} hands-note`;
  const line = document.createElement("p");
  line.className = "hands-note-text";
  line.textContent = text;
  note.append(line);
  if (reasons.length) note.append(listOf(reasons));
  const buttons = document.createElement("div");
  buttons.className = "hands-note-ways";
  for (const way of ways) buttons.append(button(way.label, () => { drop(note); way.act(); }));
  buttons.append(button(sentence("close"), () => drop(note), "quiet"));
  note.append(buttons);
  box.replaceChildren(note);
  if (!box.closest("[aria-live]")) announce([text, ...reasons].join(" "));
  stay(note, STAYS[tone]);
  return note;
}

/** Take the note away again, when what it offers is no longer so. */
export function hush() {
  document.querySelector("#board-toasts .hands-note")?.remove();
}

function listOf(reasons) {
  const list = document.createElement("ul");
  for (const reason of reasons) {
    const item = document.createElement("li");
    item.textContent = reason;
    list.append(item);
  }
  return list;
}

function button(label, act, more = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button small ${more}`;
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

function drop(note) {
  note.remove();
}

/** A note goes by itself, but never from under the hand or the focus. */
function stay(note, time) {
  clearTimeout(leaving);
  leaving = setTimeout(() => (note.matches(":hover, :focus-within") ? stay(note, 3_000) : drop(note)), time);
}
