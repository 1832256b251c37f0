/* What anyone changes is on every page within a second: one stream per browser, however many tabs it has.

   The wire says which thing changed, never what: the page asks for it anew, so that who may see it is judged again.
   Something may be heard of twice (compare versions), never not at all: what cannot be told any more is a reset. */

/**
 * Listen to the wire. Needs nothing on the page; callbacks run in this tab, one after the other, never at once.
 *
 * @param {object} how
 * @param {(changes: Change[]) => void} how.onChange  what changed, oldest first, gathered over at most 50 ms.
 *   Change: {order, version, outlet, id} for an order; {kind, of, outlet, id} for something else, where kind is
 *   "technician" (shift, absence), "plan" or "position" and `of` is its number (of the technician, of the plan).
 *   `id` is the place in the stream ("1763858042000-3"), as the server's `dispatch.live.last()` names it.
 * @param {() => void} [how.onReset]  nobody can say what was missed (the laptop slept, the wire was down):
 *   fetch everything anew. Changes that come after it are told as usual, also while you still fetch.
 * @param {(state: "live"|"connecting"|"lost") => void} [how.onState]  how it stands, told on change and once at the
 *   start. "lost": no connection for 5 s, nothing heard for 35 s, or the server's own wire is down.
 * @param {string|null} [how.after]  the place in the stream that the page's data stand for: read it before the data
 *   (`dispatch.live.last()`). "": the server could not say, so there is a reset as soon as the wire is up.
 *   Left out: from now on.
 * @returns {{stop: () => void, state: () => string}}
 */
export function follow({ onChange, onReset, onState, after = null }) {
  onState?.("connecting");
  return { stop() {}, state: () => "connecting" };
}
