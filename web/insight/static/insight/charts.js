/* A table as a chart: its head names the lines, its rows are the steps, what is empty stays a gap. */

const COLOURS = ["--accent", "--exception-line", "--contacted-line", "--closed-line"];
const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3]];
const POINTS = ["circle", "rectRot", "triangle", "rect"];
const drawn = new WeakMap();

/**
 * Resolve a colour of the style sheet to what a canvas and the library understand.
 * @param {HTMLElement} near whose theme counts
 * @param {string} name of the custom property
 * @returns {string} rgb(…)
 */
function colour(near, name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  near.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  const dot = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  dot.fillStyle = found;
  dot.fillRect(0, 0, 1, 1);
  return `rgb(${[...dot.getImageData(0, 0, 1, 1).data.slice(0, 3)].join(", ")})`;
}

/** Read a table: labels of its rows, and a list of values (null for a gap) for each column. */
function read(table) {
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows].filter((row) => !("total" in row.dataset));
  const labels = rows.map((row) => row.cells[0].textContent.trim());
  const value = (cell) => (cell.dataset.value === "" ? null : Number(cell.dataset.value));
  const words = rows.map((row) => [...row.cells].slice(1).map((cell) => cell.textContent.trim()));
  const columns = names.map((_name, at) => rows.map((row) => value(row.cells[at + 1])));
  return { names, labels, columns, words };
}

/**
 * Draw a table as lines, bars or stacked bars.
 * @param {any} Chart the library
 * @param {HTMLElement} box with data-chart ("line", "bar" or "stack") and a canvas
 * @param {HTMLTableElement} table what is drawn
 */
export function draw(Chart, box, table) {
  forget(box);
  const { names, labels, columns, words } = read(table);
  const kind = box.dataset.chart;
  const [text, line] = [colour(box, "--text-quiet"), colour(box, "--line")];
  const datasets = names.map((label, at) => {
    const own = colour(box, COLOURS[at % COLOURS.length]);
    return {
      label, data: columns[at], borderColor: own, backgroundColor: own, hoverBackgroundColor: own, hoverBorderColor: own,
      borderWidth: 2, borderDash: DASHES[at % DASHES.length], pointStyle: POINTS[at % POINTS.length], pointRadius: labels.length > 40 ? 0 : 3,
      spanGaps: false, maxBarThickness: 28, stack: kind === "stack" ? "all" : undefined,
    };
  });
  const stacked = kind === "stack";
  const share = kind === "line";
  drawn.set(box, new Chart(box.querySelector("canvas"), {
    type: share ? "line" : "bar",
    data: { labels, datasets },
    options: {
      animation: false, responsive: true, maintainAspectRatio: false, interaction: { mode: "index", intersect: false },
      font: { family: getComputedStyle(box).fontFamily },
      plugins: {
        legend: { position: "bottom", labels: { color: text, usePointStyle: true, boxHeight: 7 } },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${words[item.dataIndex][item.datasetIndex]}` } },
      },
      scales: {
        x: { stacked, ticks: { color: text, maxRotation: 0, autoSkipPadding: 12 }, grid: { display: false }, border: { color: line } },
        y: { stacked, beginAtZero: true, suggestedMax: share ? 100 : undefined, ticks: { color: text, precision: 0 }, grid: { color: line }, border: { display: false } },
      },
    },
  }));
}

/**
 * Throw a chart away.
 * @param {HTMLElement} box where it was drawn
 * @returns {boolean} whether there was one
 */
export function forget(box) {
  const known = drawn.get(box);
  known?.destroy();
  drawn.delete(box);
  return Boolean(known);
}
