// One picture of a scene: a Plotly figure whose frames blend into each other; it can be touched.

import { ChartView } from "./chart_view.js";
import { make } from "./element.js";
import { inTheme } from "./plotly.js";
import { between, grown } from "./stage_growth.js";

/** @import { Layout, Plot, Plotly, Theme, Trace } from "./plotly.js" */

/**
 * A figure of lib/plots/figure.py. `layout.meta.touch` says what a touch sets: the controls that
 * the x and the y of the place stand for, each with its range and step, or `points`, where each
 * point's `customdata` holds the controls and their values. `layout.meta.stays` says that the
 * picture is not known now, and that of the page stays. `layout.meta.share` says how wide it is
 * beside others, 1 being as wide as they are.
 *
 * @typedef {object} Figure
 * @property {Trace[]} data
 * @property {Layout} layout
 * @property {{ name: string, data: Trace[], layout?: Layout, traces?: number[] }[]} frames
 */

const [PHONE, PHONE_HEIGHT] = [640, 300]; // pixels: below that width, no picture is higher
const BLENDED = ["x", "y", "base", "width", "z"];

export class StagePicture {
  /** @param {string} reset the word on the button that undoes a zoom */
  constructor(reset) {
    this.root = make("figure");
    this.root.className = "picture";
    this.plot = /** @type {Plot} */ (/** @type {unknown} */ (make("div")));
    this.plot.className = "plot";
    this.plot.tabIndex = 0;
    this.plot.setAttribute("role", "img");
    const button = make("button", reset);
    button.className = "reset";
    button.type = "button";
    button.hidden = true;
    this.root.append(this.plot, button);
    this.view = new ChartView(this.plot, button);
    /** @type {Figure} */
    this.figure = { data: [], layout: {}, frames: [] };
    /** @type {Trace[]} */
    this.seen = []; // the traces as they were drawn last
    /** @type {Theme} */
    this.theme = {};
    this.height = 0;
    this.animation = 0;
    this.began = false;
    /** @type {Plotly | null} */
    this.plotly = null; // until it is drawn
    /** @type {(values: Record<string, string | number>, isOver: boolean) => void} */
    this.touched = () => {};

    // A picture in a hidden tab has no width until the tab is shown.
    this.resizing = new ResizeObserver(() => {
      if (this.plot.offsetWidth) this.plotly?.Plots.resize(this.plot);
    });
    this.resizing.observe(this.plot);
    this.plot.addEventListener("pointerdown", (event) => this.beginTouch(event));
  }

  /**
   * @param {Figure} figure
   * @param {string} alt
   * @param {Theme} theme
   */
  take(figure, alt, theme) {
    const text = JSON.stringify(figure);
    this.figure = JSON.parse(text.replace(/#01010[1-5]/g, (color) => theme[color] || color));
    this.theme = theme;
    this.view.layout = this.figure.layout;
    const given = this.figure.layout.height ?? 380;
    const height = window.innerWidth <= PHONE ? Math.min(given, PHONE_HEIGHT) : given;
    if (height !== this.height) this.plot.style.height = `${height}px`;
    this.height = height;
    this.plot.setAttribute("aria-label", alt);
    this.root.style.setProperty("--share", String(this.figure.layout.meta?.share ?? 1));
    this.root.classList.toggle("touchable", Boolean(this.figure.layout.meta?.touch));
  }

  /**
   * Show a frame, at once or as a movement from what is seen.
   *
   * @param {number} number
   * @param {Plotly} plotly
   * @param {number} duration milliseconds
   */
  show(number, plotly, duration) {
    cancelAnimationFrame(this.animation);
    this.plotly = plotly;
    const { data, layout, frames } = this.figure;
    const frame = frames[Math.min(number, frames.length - 1)];
    const target = data.map((trace, index) => {
      if (!frame) return trace;
      const place = (frame.traces ?? frame.data.map((_, i) => i)).indexOf(index);
      return place < 0 ? trace : { ...trace, ...frame.data[place] };
    });
    const dressed = { ...layout, ...frame?.layout };
    const start = this.seen;
    if (!duration || start.length !== target.length) {
      this.draw(target, dressed, plotly);
      return;
    }
    const begun = performance.now();
    const step = () => {
      const part = Math.min(1, (performance.now() - begun) / duration);
      const eased = part * part * (3 - 2 * part);
      this.draw(part < 1 ? blended(start, target, eased) : target, dressed, plotly);
      if (part < 1) this.animation = requestAnimationFrame(step);
    };
    step();
  }

  /**
   * @param {Trace[]} traces
   * @param {Layout} layout
   * @param {Plotly} plotly
   */
  async draw(traces, layout, plotly) {
    this.seen = traces;
    // A copy: Plotly writes the visitor's zoom into the layout it is given.
    const dressed = inTheme(structuredClone(layout), this.theme);
    dressed.height = this.height;
    if (layout.meta?.touch) dressed.dragmode = false;
    this.view.apply(dressed);
    const config = { displayModeBar: false, responsive: true };
    await plotly.react(this.plot, withTexts(traces.map(grown)), dressed, config);
    if (!this.began) {
      this.began = true;
      this.view.begin(plotly);
      this.plot.on("plotly_click", (event) => this.touchPoint(event.points[0]));
    }
    this.view.showReset();
  }

  /** @param {{ customdata?: unknown }} [point] */
  touchPoint(point) {
    const values = point?.customdata;
    if (!this.figure.layout.meta?.touch?.points || !values) return;
    this.touched(/** @type {Record<string, string | number>} */ (values), true);
  }

  /** @param {PointerEvent} event */
  beginTouch(event) {
    const touch = this.figure.layout.meta?.touch;
    if (!touch?.x && !touch?.y) return;
    const at = (/** @type {PointerEvent} */ each) => this.valuesAt(each, touch);
    const inside = this.plot._fullLayout?._size;
    if (!inside) return;
    event.preventDefault();
    this.plot.setPointerCapture(event.pointerId);
    this.touched(at(event), false);
    this.plot.onpointermove = (each) => this.touched(at(each), false);
    this.plot.onpointerup = this.plot.onpointercancel = (each) => {
      this.plot.onpointermove = this.plot.onpointerup = this.plot.onpointercancel = null;
      this.touched(at(each), true);
    };
  }

  /**
   * The controls' values at a place of the picture.
   *
   * @param {PointerEvent} event
   * @param {Record<string, { control: string, low: number, high: number, step: number }>} touch
   */
  valuesAt(event, touch) {
    const full = this.plot._fullLayout ?? {};
    const box = this.plot.getBoundingClientRect();
    /** @type {Record<string, number>} */
    const values = {};
    for (const name of /** @type {const} */ (["x", "y"])) {
      if (!touch[name]) continue;
      const axis = full[`${name}axis`];
      const pixel = name === "x" ? event.clientX - box.left : event.clientY - box.top;
      const { control, low, high, step } = touch[name];
      const value = Number(axis.p2d(pixel - axis._offset));
      const whole = low + Math.round((value - low) / step) * step;
      values[control] = Number(Math.max(low, Math.min(high, whole)).toPrecision(8));
    }
    return values;
  }

  clear() {
    cancelAnimationFrame(this.animation);
    this.resizing.disconnect();
    if (this.began) this.plotly?.purge(this.plot);
  }
}

/**
 * The traces on their way from one frame to the next: numbers between numbers, all else as it
 * will be.
 *
 * @param {Trace[]} start
 * @param {Trace[]} end
 * @param {number} part from 0 to 1
 * @returns {Trace[]}
 */
function blended(start, end, part) {
  return end.map((trace, i) => {
    /** @type {Trace} */
    const moved = { ...trace, meta: between(start[i], trace, part) };
    for (const name of BLENDED) {
      const [from, to] = [start[i][name], trace[name]];
      if (start[i].type !== trace.type || !blends(from, to)) continue;
      moved[name] = to.map((/** @type {number} */ each, /** @type {number} */ k) =>
        from[k] + (each - from[k]) * part);
    }
    return moved;
  });
}

/**
 * The traces, with what bars say at their middle as a trace of its own: Plotly fits every text into
 * its bar, which takes longer than all else of a picture made of cells.
 *
 * @param {Trace[]} traces
 * @returns {Trace[]}
 */
function withTexts(traces) {
  return traces.flatMap((trace) => {
    if (trace.type !== "bar" || trace.constraintext !== "none" || !trace.text) return trace;
    const { x, y, base = 0, text, insidetextfont, opacity } = trace;
    /** @type {number[]} */
    const bottoms = Array.isArray(base) ? base : y.map(() => base);
    const middle = bottoms.map((bottom, i) => bottom + y[i] / 2);
    return [
      { ...trace, text: undefined },
      { type: "scatter", mode: "text", x, y: middle, text, textfont: insidetextfont, opacity,
        hoverinfo: "skip", cliponaxis: false, showlegend: false },
    ];
  });
}

/**
 * Whether two arrays hold numbers of which each has a partner.
 *
 * @param {unknown} from
 * @param {unknown} to
 */
function blends(from, to) {
  return Array.isArray(from) && Array.isArray(to) && from.length === to.length && from !== to &&
    [...from, ...to].every((each) => typeof each === "number");
}
