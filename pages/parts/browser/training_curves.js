// The curves of a run, epoch by epoch, and the tabs that choose among them.

import { find, make } from "./element.js";
import { inTheme, loadPlotly, themeOf } from "./plotly.js";

/** @import { Plotly, Theme } from "./plotly.js" */
/** @import { Frame, History } from "./training_history.js" */
/** @import { TrainingData } from "./training_data.js" */

/**
 * @typedef {object} Curve
 * @property {History} run
 * @property {string} name
 * @property {(frame: Frame) => number | null} value
 * @property {string} color
 * @property {string} [dash]
 */

/**
 * @typedef {object} Shown
 * @property {History} run
 * @property {History | null} other the run to compare with
 * @property {number} epoch
 */

const MOST_POINTS = 400; // no screen shows more

export class Curves {
  /**
   * @param {HTMLElement} root
   * @param {TrainingData} data
   */
  constructor(root, data) {
    this.data = data;
    this.theme = themeOf(root);
    this.tabs = find(root, ".tabs", HTMLElement);
    this.plot = find(root, ".plot", HTMLElement);
    this.view = "loss";
    /** @type {Shown | null} */
    this.shown = null;
    this.cleared = false;
    /** @type {Promise<unknown> | null} */
    this.drawing = null;
    /** @type {Plotly | null} */
    this.plotly = null; // until they are drawn
  }

  /**
   * @param {TrainingData} data
   * @param {Theme} theme
   */
  update(data, theme) {
    this.data = data;
    this.theme = theme;
    const { words } = data;
    this.plot.setAttribute("aria-label", words.curvesAlt);
    this.tabs.setAttribute("aria-label", words.curves);
    const names = {
      loss: words.loss,
      ...(data.classes ? { accuracy: words.accuracy } : {}),
      gradients: words.gradients,
    };
    if (!(this.view in names)) this.view = "loss";
    this.tabs.replaceChildren(...Object.entries(names).map(([name, text]) => this.tab(name, text)));
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  tab(name, text) {
    const button = make("button", text);
    button.type = "button";
    button.setAttribute("aria-pressed", String(name === this.view));
    button.onclick = () => {
      this.view = name;
      this.update(this.data, this.theme);
      if (this.shown) this.draw(this.shown);
    };
    return button;
  }

  /** @param {Shown} shown */
  draw(shown) {
    this.shown = shown;
    this.drawing ??= loadPlotly(this.data.plotly)
      .then((plotly) => this.drawNow(plotly, this.shown ?? shown))
      .catch((error) => console.error(error))
      .finally(() => (this.drawing = null));
  }

  /**
   * @param {Plotly} plotly
   * @param {Shown} shown
   */
  drawNow(plotly, shown) {
    if (this.cleared) return; // it left the page while Plotly was on its way
    this.plotly = plotly;
    const accuracy = this.view === "accuracy";
    const { words } = this.data;
    const line = { color: this.theme["#010102"], width: 1, dash: "dot" };
    const layout = inTheme({
      height: 240,
      margin: { l: 52, r: 8, t: 8, b: 36 },
      showlegend: true,
      legend: { orientation: "h", y: 1.16, x: 0, font: { size: 12 } },
      xaxis: { title: { text: words.epoch }, rangemode: "tozero", fixedrange: true },
      yaxis: {
        type: accuracy ? "linear" : "log",
        fixedrange: true,
        ...(accuracy ? { range: [0, 1.02] } : {}),
      },
      shapes: [{ type: "line", x0: shown.epoch, x1: shown.epoch, yref: "paper", y0: 0, y1: 1, line }],
    }, this.theme);
    const traces = this.curves(shown).map((curve) => this.trace(curve));
    return plotly.react(this.plot, traces, layout, { displayModeBar: false, responsive: true });
  }

  /**
   * @param {Shown} shown
   * @returns {Curve[]}
   */
  curves({ run, other }) {
    if (this.view === "gradients") return this.gradients(run);
    if (!other) return this.trainAndTest(run, "solid", "");
    return [...this.trainAndTest(run, "solid", "B "), ...this.trainAndTest(other, "dot", "A ")];
  }

  /**
   * @param {History} run
   * @returns {Curve[]}
   */
  gradients(run) {
    const { palette, words } = this.data;
    return run.frames[0].gradients.map((_, layer) => ({
      run,
      name: `${words.layer} ${layer + 1}`,
      value: (frame) => frame.gradients[layer] || null,
      color: palette[layer % palette.length],
    }));
  }

  /**
   * @param {History} run
   * @param {string} dash
   * @param {string} tag
   * @returns {Curve[]}
   */
  trainAndTest(run, dash, tag) {
    const { colors, words } = this.data;
    const place = this.view === "accuracy" ? 2 : 0; // see Frame.losses
    const train = this.theme["#010102"];
    const [name, testName] = [`${tag}${words.train}`, `${tag}${words.test}`];
    return [
      { run, name, value: ({ losses }) => losses[place], color: train, dash },
      { run, name: testName, value: ({ losses }) => losses[place + 1], color: colors[1], dash },
    ];
  }

  /** @param {Curve} curve */
  trace({ run, name, value, color, dash }) {
    const step = Math.max(1, Math.ceil(run.frames.length / MOST_POINTS));
    const some = run.frames.filter((_, i) => i % step === 0 || i === run.last);
    return {
      type: "scatter",
      mode: "lines",
      name,
      x: some.map(({ epochs }) => epochs),
      y: some.map(value),
      line: { color, width: 2, dash },
      hovertemplate: `${name}: %{y:.4g}<br>${this.data.words.epoch} %{x}<extra></extra>`,
    };
  }

  clear() {
    this.cleared = true;
    this.plotly?.purge(this.plot);
  }
}
