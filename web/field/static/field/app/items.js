/** The bag and the checklists of a visit: what is answered, and what still stands in the way. Pure. */

/**
 * Return what must be in the bag and is not (H-D1).
 * @param {any} order
 * @returns {any[]}
 */
export function missing(order) {
  const taken = new Set(order.taken ?? []);
  return (order.kit ?? []).filter((/** @type {any} */ one) => one.mandatory && !taken.has(one.code));
}

/**
 * Return the items of checklists at these steps.
 * @param {any} order
 * @param {number[]} steps
 * @returns {any[]}
 */
export function lists(order, steps) {
  return (order.checks ?? []).filter((/** @type {any} */ one) => steps.includes(one.step)).flatMap((/** @type {any} */ one) => one.items);
}

/** @param {any} item */
export function answered(item) {
  return item.value !== null && item.value !== undefined && item.value !== false && item.value !== "";
}

/**
 * Tell whether a measured value lies within its limits.
 * @param {any} item
 * @param {any} [value]
 */
export function within(item, value = item.value) {
  if (item.kind !== "number" || value === null || value === undefined || value === "") return true;
  const number = Number(String(value).replace(",", "."));
  return Number.isFinite(number) && (item.min === null || item.min === undefined || number >= item.min)
    && (item.max === null || item.max === undefined || number <= item.max);
}

/**
 * Return what stands in the way at these steps: not answered, or measured outside its limits (H-E1, H-E6, H-F6, H-H4).
 * @param {any} order
 * @param {number[]} steps
 * @returns {any[]}
 */
export function undone(order, steps) {
  return lists(order, steps).filter((item) => (item.mandatory && !answered(item)) || !within(item));
}

/**
 * Which steps of the checklists are gone through where the order stands.
 * @param {any} order
 * @returns {number[]}
 */
export function checkSteps(order) {
  return (order.checks ?? []).filter((/** @type {any} */ one) => one.states.includes(order.state)).map((/** @type {any} */ one) => one.step);
}
