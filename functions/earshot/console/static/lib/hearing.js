/** The strip below the header of every page: there while something is wrong, with what to do. */

import { getJson } from "./api.js";
import { errorMessage, h } from "./dom.js";
import { atTime, plural, sourceName } from "./format.js";

const REFRESH_MS = 20_000;
// So many sources, and so many different reasons, are named; the others are counted.
const NAMED = 2;
const REASONS = 3;

/** @typedef {"unknown" | "heard" | "deaf"} HearingState */

export class Hearing {
  /** @type {HearingState} */
  state = "unknown";
  #strip;
  /** @type {(() => void)[]} */
  #listeners = [];
  #isAsking = false;

  /** @param {HTMLElement} strip where to say it */
  constructor(strip) {
    this.#strip = strip;
    setInterval(() => this.refresh(), REFRESH_MS);
    document.addEventListener("visibilitychange", () => this.refresh());
    this.refresh();
  }

  /**
   * Call `listener` whenever `state` changes.
   * @param {() => void} listener
   */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  /** Ask the API, and show what it says. */
  async refresh() {
    if (document.hidden || this.#isAsking) return;
    this.#isAsking = true;
    try {
      const { sources, problems, findings } = /** @type {Api.Health} */ (await getJson("health"));
      const deaf = sources.filter((source) => source.deaf);
      const isGrave = deaf.length > 0 || problems.length > 0 || findings.some(({ level }) => level === "failure");
      this.#strip.classList.toggle("mild", !isGrave);
      this.#show(deaf.length ? "deaf" : "heard",
        [...deafLines(deaf), ...problems.map(problemLine), ...findings.map(findingLine)]);
    } catch (error) {
      this.#show("unknown", [h("p", {}, `It is not known whether Earshot hears its sources: ${errorMessage(error)}`)]);
    } finally {
      this.#isAsking = false;
    }
  }

  /**
   * @param {HearingState} state
   * @param {HTMLElement[]} lines
   */
  #show(state, lines) {
    // What is said already is not said again: a screen reader would read it out every half minute.
    const text = lines.map((line) => line.textContent).join("");
    if (text !== this.#strip.textContent) this.#strip.replaceChildren(...lines);
    this.#strip.hidden = !lines.length;
    if (state === this.state) return;
    this.state = state;
    for (const listener of this.#listeners) listener();
  }
}

/**
 * A line for each reason, with the sources that have it.
 * @param {Api.SourceHealth[]} deaf
 */
function deafLines(deaf) {
  /** @type {Map<string, Api.SourceHealth[]>} */
  const byReason = new Map();
  for (const source of deaf) byReason.set(source.message, [...byReason.get(source.message) ?? [], source]);
  const reasons = [...byReason.values()];
  const lines = reasons.slice(0, REASONS).map((sources) => deafLine(sources));
  const more = reasons.slice(REASONS).flat().length;
  return more ? [...lines, h("p", {}, `And ${plural(more, "more source")}: GET /health names them all.`)] : lines;
}

/** @param {Api.SourceHealth[]} sources */
function deafLine(sources) {
  const names = sources.slice(0, NAMED).map(({ source }) => sourceName(source)).join(", ");
  const more = sources.length > NAMED ? ` and ${sources.length - NAMED} more` : "";
  const [heard] = sources.map(({ last_success_at }) => last_success_at ?? "").sort();
  const [{ message = "", what_to_do = "" } = {}] = sources;
  return h("p", {}, h("b", {}, `Earshot does not hear ${names}${more}. `),
    heard ? `Last heard ${atTime(heard)}. ` : "", `${message} `, h("span", {}, `What to do: ${what_to_do}`));
}

/** @param {string} problem */
function problemLine(problem) {
  return h("p", {}, h("b", {}, "A setting cannot be used. "), problem);
}

/** @param {Api.Finding} finding */
function findingLine({ what, remedy }) {
  return h("p", {}, h("b", {}, `${what}. `), remedy && `What to do: ${remedy}`);
}
