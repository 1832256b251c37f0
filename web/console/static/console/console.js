/* The desk's manners: lists refresh without taking anything from under the hand, searches run while typing. */

/** True while a refresh of `part` would take something from the person: a selection, an open menu, typed words. */
function occupied(part) {
  const picked = document.getSelection();
  if (picked && !picked.isCollapsed && part.contains(picked.anchorNode)) return true;
  if (part.querySelector("details[data-menu][open]")) return true;
  if (part.hasAttribute("data-keeps-typed")) {
    if ([...part.querySelectorAll("textarea")].some((box) => box.value !== box.defaultValue)) return true;
  }
  return document.hidden;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.detail.elt;
  if (!part.hasAttribute?.("data-live")) return;
  const polled = event.detail.requestConfig?.triggeringEvent?.type !== "acted";
  if (polled && occupied(part)) event.preventDefault();
});

/* A list that is refreshed keeps where it was scrolled to, sideways as well. */
let scrolled = 0;
document.addEventListener("htmx:beforeSwap", (event) => {
  scrolled = event.detail.target.querySelector?.(".table-box")?.scrollLeft ?? 0;
});
document.addEventListener("htmx:afterSettle", () => {
  const box = document.querySelector("[data-live] .table-box");
  if (box && scrolled) box.scrollLeft = scrolled;
});

/* A poll that fails says nothing: the next one follows. */
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (event.detail.elt?.hasAttribute?.("data-live") && event.detail.xhr?.status !== 401) event.stopImmediatePropagation();
  }, true);
}

/* Searching while typing, once the hand rests. */
let soon = 0;
document.addEventListener("input", (event) => {
  if (!event.target.hasAttribute?.("data-soon")) return;
  clearTimeout(soon);
  const form = event.target.form;
  soon = setTimeout(() => window.htmx.trigger(form, "search-soon"), 300);
});

/* The address bar holds only the filters that are set. */
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.elt.hasAttribute?.("data-drops-empty")) return;
  for (const [name, value] of Object.entries(event.detail.parameters)) if (value === "") delete event.detail.parameters[name];
});

/* What is known of a customer goes into the fields; what was typed elsewhere stays. */
document.addEventListener("click", (event) => {
  const filler = event.target.closest?.("[data-fill]");
  const form = document.getElementById("new-order");
  if (!filler || !form) return;
  event.preventDefault();
  for (const [name, value] of new URLSearchParams(filler.dataset.fill)) {
    const control = form.elements.namedItem(name);
    if (control && "value" in control) control.value = value;
  }
  form.elements.namedItem("symptom")?.focus();
});
