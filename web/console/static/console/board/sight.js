/* Scrolling the board so that something is seen. */

const EDGE = 36; // pixels
const SPEED = 14; // pixels a frame at the edge
const AIR = 8;

/** Bring an order's bar on its row of the layout into sight. */
export function bring({ scroll, axis, box, axisHeight, headWidth, top, left }, row, order) {
  const room = box.height - axisHeight;
  if (row.top < top) scroll.scrollTop = Math.max(0, row.top - AIR);
  else if (row.top + row.height > top + room) scroll.scrollTop = row.top + row.height - room + AIR;
  const [from, to] = [axis.x(order.starts), axis.x(order.ends)];
  const wide = box.width - headWidth;
  if (from < left || to > left + wide) scroll.scrollLeft = Math.max(0, from - wide / 3);
}

/** Move on by a frame's worth where a pointer is held at an edge. */
export function push({ scroll, box, axisHeight, headWidth }, x, y) {
  if (x < box.left || x > box.right || y < box.top || y > box.bottom) return;
  const [left, top] = [box.left + headWidth, box.top + axisHeight];
  const across = x > box.right - EDGE ? SPEED : x < left + EDGE && x > left ? -SPEED : 0;
  const down = y > box.bottom - EDGE ? SPEED : y < top + EDGE && y > top ? -SPEED : 0;
  if (across || down) scroll.scrollBy(across, down);
}
