/** Charts over days, drawn by uPlot. A chart is a picture of the table below it, which says the same in words. */

import { h, table } from "./dom.js";
import { count } from "./words.js";

const HEIGHT = 220;
// Between two lines of the grid: whole days, and whole posts.
const EVERY_DAYS = [1, 2, 7, 14];
const WHOLE = [1, 2, 5].flatMap((first) => [1, 10, 100, 1000, 10_000].map((zeros) => first * zeros)).sort((a, b) => a - b);
const LIBRARY = new URL("vendor/uplot.js", import.meta.url);
// The page takes no address of a script but by this policy, and the policy takes no other address than this one.
const policy = globalThis.trustedTypes?.createPolicy("earshot", {
  createScriptURL: (address) => {
    if (address !== LIBRARY.href) throw new TypeError(`${address} is no script of the console`);
    return address;
  },
});

let library = null;

/** Load uPlot, once: it is a script of the old kind, and gives its name to the window. */
function uPlot() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.addEventListener("load", () => resolve(globalThis.uPlot));
    script.addEventListener("error", () => reject(new Error("The charts could not be loaded: reload the page.")));
    script.src = policy ? policy.createScriptURL(LIBRARY.href) : LIBRARY.href;
    document.head.append(h("link", { rel: "stylesheet", href: new URL("vendor/uplot.css", import.meta.url).href }), script);
  });
  return library;
}

/**
 * A figure of lines over days.
 * @param {string} title
 * @param {string[]} days as `2026-11-21`
 * @param {{name: string, colour: string, dash?: number[], values: number[]}[]} lines `colour` names a CSS variable
 */
export function chart(title, days, lines) {
  const canvas = h("div", { class: "chart", role: "img", "aria-label": `${title}: the table below says the same` });
  const figure = h("figure", {}, h("figcaption", {}, h("h3", {}, title)), canvas,
    h("ul", { class: "legend", "aria-hidden": "true" }, lines.map((line) =>
      h("li", {}, h("i", { class: `key ${line.colour}` }), line.name))),
    h("details", {}, h("summary", {}, `${title} as a table`),
      table(title, ["Day", ...lines.map((line) => line.name)], days.map((day, at) => [day, ...lines.map((line) => count(line.values[at]))]))));
  draw(canvas, days, lines).catch((error) => canvas.replaceChildren(h("p", { class: "small" }, error.message)));
  return figure;
}

async function draw(canvas, days, lines) {
  const Plot = await uPlot();
  const data = [days.map((day) => Date.parse(day) / 1000), ...lines.map((line) => line.values)];
  let plot = null;
  const make = () => {
    plot?.destroy();
    const colour = (name) => getComputedStyle(canvas).getPropertyValue(`--${name}`).trim();
    const axis = { stroke: colour("muted"), grid: { stroke: colour("rule"), width: 1 }, ticks: { show: false } };
    plot = new Plot({
      width: canvas.clientWidth || 300, height: HEIGHT, legend: { show: false }, tzDate: (at) => Plot.tzDate(new Date(at * 1000), "UTC"),
      cursor: { drag: { x: false, y: false } },
      axes: [
        { ...axis, incrs: EVERY_DAYS.map((every) => every * 86_400), values: [[86_400, "{D} {MMM}", null, null, null, null, null, null, 1]], space: 64 },
        { ...axis, size: 44, incrs: WHOLE },
      ],
      scales: { y: { range: (self, least, most) => [0, Math.max(1, most * 1.08)] } },
      series: [{}, ...lines.map((line) => ({
        label: line.name, stroke: colour(line.colour), width: 2, dash: line.dash, points: { show: days.length < 3 || undefined, size: 5 },
      }))],
    }, data, canvas);
  };
  make();
  new ResizeObserver(() => canvas.clientWidth && plot.setSize({ width: canvas.clientWidth, height: HEIGHT })).observe(canvas);
  // The colours are drawn, not styled: another scheme, or paper, draws them anew.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", make);
}
