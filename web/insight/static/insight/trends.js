/* The page of trends: charts are drawn from the tables below them, and only once one comes into sight. */

import { draw, forget } from "./charts.js";

const root = document.querySelector("#trends");
const filters = document.querySelector("#filters");

/** Show the two days only where they count. */
function customDays() {
  filters.classList.toggle("custom", filters.elements.period.value === "custom");
}

/** Let Escape put an explanation away that hovers over something (WCAG 1.4.13). */
function tips() {
  for (const tip of document.querySelectorAll(".tip")) {
    const open = () => tip.classList.remove("shut");
    tip.addEventListener("pointerenter", open);
    tip.addEventListener("focusin", open);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const tip of document.querySelectorAll(".tip")) tip.classList.add("shut");
  });
}

/** Fetch the library once; null where it is not installed: the tables say it all. */
let library;
function charts() {
  library ??= new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = root.dataset.charts;
    script.onload = () => resolve(window.Chart);
    script.onerror = () => resolve(null);
    document.head.append(script);
  });
  return library;
}

/** Draw one chart, in the colours of the moment. */
async function show(box) {
  const table = document.getElementById(box.dataset.table);
  const Chart = await charts();
  if (Chart && table) draw(Chart, box, table);
}

function watch() {
  const boxes = [...document.querySelectorAll("[data-chart]")];
  if (!root.dataset.charts) {
    for (const numbers of document.querySelectorAll("[data-numbers]")) numbers.open = true;
    return;
  }
  for (const box of boxes) box.hidden = false;
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      show(target);
    }
  }, { rootMargin: "200px" });
  for (const box of boxes) document.body.classList.contains("on-paper") ? show(box) : seen.observe(box);
  const redraw = () => boxes.filter(forget).forEach(show);
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  addEventListener("beforeprint", () => boxes.forEach(show));
}

filters.classList.add("ready");
filters.elements.period.addEventListener("change", customDays);
customDays();
tips();
watch();
