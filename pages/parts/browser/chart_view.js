// The part of a chart that is looked at: moved by mouse or keys, kept from figure to figure.

/** @import { Layout, Plot, Plotly } from "./plotly.js" */

// Where Plotly looks from if a figure does not say.
const FIRST_CAMERA = {
  eye: { x: 1.25, y: 1.25, z: 1.25 },
  center: { x: 0, y: 0, z: 0 },
  up: { x: 0, y: 0, z: 1 },
};

// Key -> the axes it moves, the shift as a share of what is seen, the change of scale.
/** @type {Record<string, [string, number, number]>} */
const MOVES = {
  ArrowLeft: ["x", -0.1, 1],
  ArrowRight: ["x", 0.1, 1],
  ArrowDown: ["y", -0.1, 1],
  ArrowUp: ["y", 0.1, 1],
  "+": ["xy", 0, 0.8],
  "=": ["xy", 0, 0.8],
  "-": ["xy", 0, 1.25],
};

export class ChartView {
  /**
   * @param {Plot} plot
   * @param {HTMLElement} reset the button that goes back, shown where there is a way back
   */
  constructor(plot, reset) {
    this.plot = plot;
    this.resetButton = reset;
    reset.onclick = () => this.reset();
    plot.onkeydown = (event) => this.onKey(event);
    /** @type {Plotly | null} */
    this.plotly = null; // until the chart is drawn
    /** @type {Layout} */
    this.layout = {}; // of the figure, as it was sent
    /** @type {Record<string, Layout>} */
    this.chosen = {}; // axis or scene -> the view the visitor chose
  }

  /**
   * Called when the chart is drawn for the first time.
   *
   * @param {Plotly} plotly
   */
  begin(plotly) {
    this.plotly = plotly;
    this.plot.on("plotly_relayout", (change) => this.remember(change));
  }

  /**
   * Put the view the visitor chose into a layout.
   *
   * @param {Layout} layout
   */
  apply(layout) {
    for (const [name, view] of Object.entries(this.chosen)) {
      layout[name] = { ...layout[name], ...view };
    }
  }

  /**
   * Plotly's uirevision keeps what the mouse did; what the keys did is kept here as well.
   *
   * @param {Layout} change
   */
  remember(change) {
    const full = this.fullLayout;
    for (const [name, part] of Object.keys(change).map((path) => path.split(/[.[]/))) {
      if (part === "camera") this.chosen[name] = { camera: structuredClone(full[name].camera) };
      if (part !== "range" && part !== "autorange") continue;
      const { range, autorange } = full[name];
      /** @type {unknown[] | undefined} */
      const given = this.layout[name]?.range;
      const asGiven = given?.every((end, index) => Number(end) === Number(range[index]));
      if (autorange || asGiven) delete this.chosen[name];
      else this.chosen[name] = { range: [...range], autorange: false };
    }
    this.showReset();
  }

  showReset() {
    this.resetButton.hidden = Object.keys(this.chosen).length === 0;
  }

  async reset() {
    /** @type {Layout} */
    const change = {};
    for (const name of Object.keys(this.chosen)) {
      const { range, camera } = this.layout[name] ?? {};
      if (this.chosen[name].camera) change[`${name}.camera`] = camera ?? FIRST_CAMERA;
      else if (range) change[`${name}.range`] = [...range];
      else change[`${name}.autorange`] = true;
    }
    await this.plotly?.relayout(this.plot, change);
    this.chosen = {};
    this.showReset();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (!this.plotly || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "0" || event.key === "Home") this.reset();
    else if (event.key in MOVES) this.move(...MOVES[event.key]);
    else return;
    event.preventDefault();
  }

  /**
   * @param {string} letters the axes
   * @param {number} shift as a share of what is seen
   * @param {number} scale
   */
  move(letters, shift, scale) {
    const full = this.fullLayout;
    if (full.scene) {
      this.turn(letters, shift, scale);
      return;
    }
    /** @type {Layout} */
    const change = {};
    for (const axis of Object.keys(full)) {
      if (!/^[xy]axis\d*$/.test(axis) || full[axis].fixedrange) continue;
      if (!letters.includes(axis[0])) continue;
      const [low, high] = full[axis].range.map(Number);
      const middle = (low + high) / 2 + shift * (high - low);
      const half = ((high - low) / 2) * scale;
      change[`${axis}.range`] = [middle - half, middle + half];
    }
    this.plotly?.relayout(this.plot, change);
  }

  /**
   * @param {string} letters
   * @param {number} shift
   * @param {number} scale
   */
  turn(letters, shift, scale) {
    const { x, y, z } = this.fullLayout.scene.camera.eye;
    const angle = letters === "x" ? shift * 2 : 0;
    const eye = {
      x: (x * Math.cos(angle) - y * Math.sin(angle)) * scale,
      y: (x * Math.sin(angle) + y * Math.cos(angle)) * scale,
      z: (letters === "y" ? z + shift * 2 : z) * scale,
    };
    this.plotly?.relayout(this.plot, { "scene.camera.eye": eye });
  }

  get fullLayout() {
    return this.plot._fullLayout ?? {};
  }
}
