/** Line charts over days, drawn by uPlot. Each has a table below it with the same figures. */

import { errorMessage, h, table } from "../lib/dom.js";
import { formatNumber } from "../lib/format.js";

const HEIGHT = 220;
const DAY_SECONDS = 86_400;
// Grid lines stand at whole days and at whole numbers of posts.
const DAY_STEPS = [1, 2, 7, 14].map((days) => days * DAY_SECONDS);
const COUNT_STEPS = [1, 10, 100, 1000, 10_000].flatMap((power) => [1, 2, 5].map((digit) => digit * power));
const LIBRARY = new URL("../vendor/uplot.js", import.meta.url);
const STYLES = new URL("../vendor/uplot.css", import.meta.url);
// Trusted Types block every script address that does not come from this policy, and it allows this one alone.
const policy = window.trustedTypes?.createPolicy("earshot", {
  createScriptURL: (address) => {
    if (address !== LIBRARY.href) throw new TypeError(`${address} is not a script of the console.`);
    return address;
  },
});

/** @typedef {{name: string, colour: string, dash?: number[], values: number[]}} Line `colour` names a CSS variable */

/** @type {Promise<typeof uPlot> | null} */
let library = null;

/** Load uPlot once. It is a classic script, which defines a global. */
function loadLibrary() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.addEventListener("load", () => resolve(globalThis.uPlot));
    script.addEventListener("error", () => reject(new Error("The charts could not be loaded. Reload the page.")));
    // TypeScript's DOM types do not know that `src` takes a TrustedScriptURL.
    script.src = /** @type {string} */ (/** @type {unknown} */ (policy?.createScriptURL(LIBRARY.href) ?? LIBRARY.href));
    document.head.append(h("link", { rel: "stylesheet", href: STYLES.href }), script);
  });
  return library;
}

/**
 * @param {string} title
 * @param {string[]} days such as `2026-11-21`
 * @param {Line[]} lines
 */
export function chart(title, days, lines) {
  const canvas = h("div", { class: "chart", role: "img", "aria-label": `${title}: the table below has the same figures` });
  draw(canvas, days, lines).catch((error) => canvas.replaceChildren(h("p", { class: "small" }, errorMessage(error))));
  return h("figure", {}, h("figcaption", {}, h("h3", {}, title)), canvas,
    h("ul", { class: "legend", "aria-hidden": "true" },
      lines.map((line) => h("li", {}, h("i", { class: `legend-line ${line.colour}` }), line.name))),
    h("details", {}, h("summary", {}, `${title} as a table`),
      table(title, ["Day", ...lines.map((line) => line.name)],
        days.map((day, index) => [day, ...lines.map((line) => formatNumber(line.values[index] ?? 0))]))));
}

/**
 * @param {HTMLElement} canvas
 * @param {string[]} days
 * @param {Line[]} lines
 */
async function draw(canvas, days, lines) {
  const Plot = await loadLibrary();
  /** @type {[number[], ...number[][]]} */
  const data = [days.map((day) => Date.parse(day) / 1000), ...lines.map((line) => line.values)];
  let plot = new Plot(plotOptions(Plot, canvas, days, lines), data, canvas);
  new ResizeObserver(() => {
    if (canvas.clientWidth) plot.setSize({ width: canvas.clientWidth, height: HEIGHT });
  }).observe(canvas);
  // A canvas does not follow the style sheet: in another colour scheme it is drawn again.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    plot.destroy();
    plot = new Plot(plotOptions(Plot, canvas, days, lines), data, canvas);
  });
}

/**
 * @param {typeof uPlot} Plot
 * @param {HTMLElement} canvas
 * @param {string[]} days
 * @param {Line[]} lines
 * @returns {import("uplot").Options}
 */
function plotOptions(Plot, canvas, days, lines) {
  const colour = (/** @type {string} */ name) => getComputedStyle(canvas).getPropertyValue(`--${name}`).trim();
  const axis = { stroke: colour("muted"), grid: { stroke: colour("rule"), width: 1 }, ticks: { show: false } };
  return {
    width: canvas.clientWidth || 300,
    height: HEIGHT,
    legend: { show: false },
    tzDate: (at) => Plot.tzDate(new Date(at * 1000), "UTC"),
    cursor: { drag: { x: false, y: false } },
    axes: [
      { ...axis, incrs: DAY_STEPS, values: [[DAY_SECONDS, "{D} {MMM}", null, null, null, null, null, null, 1]], space: 64 },
      { ...axis, size: 44, incrs: COUNT_STEPS },
    ],
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.08)] } },
    series: [{}, ...lines.map((line) => ({
      label: line.name,
      stroke: colour(line.colour),
      width: 2,
      ...(line.dash && { dash: line.dash }),
      // A line of one or two days is hardly seen without its points.
      points: { size: 5, ...(days.length < 3 && { show: true }) },
    }))],
  };
}
