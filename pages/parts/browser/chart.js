// Draws a figure in place: the same div from first to last, so zoom and camera stay.

import { ChartView } from "./chart_view.js";
import { element, find, make } from "./element.js";
import { inTheme, loadPlotly, themeOf } from "./plotly.js";

/** @import { Call } from "./element.js" */
/** @import { Layout, Plot, Plotly, Trace } from "./plotly.js" */

/**
 * What pages/parts/chart.py sends.
 *
 * @typedef {object} ChartData
 * @property {string} figure as JSON
 * @property {string} alt
 * @property {string} plotly where its script is
 * @property {Record<"play" | "pause" | "back" | "forward" | "step" | "reset" | "numbers" |
 *   "failed", string>} words
 */

/**
 * A figure of lib/plots/figure.py. `layout.meta` is ours: `numbers`, `sprite` and `pause`.
 *
 * @typedef {object} Figure
 * @property {Trace[]} data
 * @property {Layout} layout
 * @property {{ name: string, data: Trace[], layout?: Layout, traces?: number[] }[]} [frames]
 */

const SPRITE_SIDE = 84; // pixels of the page

class Chart {
  /**
   * @param {HTMLElement} root
   * @param {ChartData} data
   */
  constructor(root, data) {
    this.root = root;
    this.plot = /** @type {Plot} */ (find(root, ".plot", HTMLElement));
    this.playButton = find(root, ".play", HTMLElement);
    this.scrubber = find(root, ".scrub", HTMLInputElement);
    this.caption = find(root, ".caption", HTMLElement);
    this.sprite = find(root, ".sprite", HTMLElement);
    this.numbers = find(root, ".numbers", HTMLDetailsElement);
    this.resetButton = find(root, ".reset", HTMLElement);
    this.view = new ChartView(this.plot, this.resetButton);
    this.signature = "";
    this.words = data.words;
    this.theme = themeOf(root);
    /** @type {Figure} */
    this.figure = { data: [], layout: {} };
    this.frame = 0;
    this.timer = 0;
    this.cleared = false;
    /** @type {Plotly | null} */
    this.plotly = null; // until it is drawn

    this.playButton.onclick = () => this.play(!this.timer);
    find(root, ".back", HTMLElement).onclick = () => this.show(this.frame - 1);
    find(root, ".forward", HTMLElement).onclick = () => this.show(this.frame + 1);
    this.scrubber.oninput = () => this.show(Number(this.scrubber.value));
    this.numbers.ontoggle = () => this.fillNumbers();

    // A chart in a hidden tab has no width until the tab is shown.
    this.resizing = new ResizeObserver(() => {
      if (this.plot.offsetWidth) this.plotly?.Plots.resize(this.plot);
    });
    this.resizing.observe(this.plot);
  }

  /** @param {Call<ChartData>} call */
  update({ data }) {
    const theme = themeOf(this.root);
    const signature = data.figure + JSON.stringify(theme);
    if (signature === this.signature) return;
    this.signature = signature;
    this.theme = theme;
    this.words = data.words;

    this.figure = JSON.parse(
      data.figure.replace(/#01010[1-5]/g, (color) => theme[color] || color),
    );
    this.view.layout = this.figure.layout;
    this.plot.style.height = `${this.figure.layout.height ?? 380}px`;
    this.plot.setAttribute("aria-label", data.alt);
    this.prepareControls();
    loadPlotly(data.plotly)
      .then((plotly) => this.draw(plotly))
      .catch((error) => {
        this.plot.textContent = `${data.words.failed} ${data.alt}`;
        console.error(error);
      });
  }

  get frames() {
    return this.figure.frames ?? [];
  }

  prepareControls() {
    const { frames, words } = this;
    find(this.root, ".player", HTMLElement).hidden = frames.length < 2;
    this.frame = Math.max(0, Math.min(this.frame, frames.length - 1));
    this.scrubber.max = String(Math.max(0, frames.length - 1));
    this.scrubber.setAttribute("aria-label", words.step);
    for (const name of /** @type {const} */ (["back", "forward", "reset"])) {
      const button = find(this.root, `.${name}`, HTMLElement);
      button.setAttribute("aria-label", words[name]);
      button.title = words[name];
    }
    this.resetButton.textContent = words.reset;
    find(this.numbers, "summary", HTMLElement).textContent = words.numbers;
    this.numbers.hidden = !this.figure.layout.meta?.numbers;
    this.showPlaying();
    if (this.numbers.open) this.fillNumbers();
  }

  /**
   * The figure with frame number `frame` laid over it, in the colors of the theme.
   *
   * @returns {[Trace[], Layout]}
   */
  picture() {
    const { data, layout } = this.figure;
    const frame = this.frames[this.frame];
    const traces = data.map((trace, index) => {
      if (!frame) return trace;
      const place = (frame.traces ?? frame.data.map((_, i) => i)).indexOf(index);
      return place < 0 ? trace : { ...trace, ...frame.data[place] };
    });
    // A copy: Plotly writes the visitor's zoom into the layout it is given.
    const dressed = inTheme(structuredClone({ ...layout, ...frame?.layout }), this.theme);
    this.view.apply(dressed);
    return [traces, dressed];
  }

  /** @param {Plotly} plotly */
  async draw(plotly) {
    if (this.cleared) return; // it left the page while Plotly was on its way
    const [traces, layout] = this.picture();
    await plotly.react(this.plot, traces, layout, { displayModeBar: false, responsive: true });
    if (!this.plotly) {
      this.plotly = plotly;
      this.view.begin(plotly);
      this.plot.on("plotly_hover", (event) => this.showSprite(event.points[0]?.customdata));
      this.plot.on("plotly_unhover", () => this.showSprite());
    }
    this.view.showReset();
    if (this.frames.length > 1) {
      const { name } = this.frames[this.frame];
      this.scrubber.value = String(this.frame);
      this.scrubber.setAttribute("aria-valuetext", name);
      this.caption.textContent = `${this.frame + 1}/${this.frames.length}  ${name}`;
    }
    // For tests: how often this very div was drawn.
    this.root.dataset.draws = String(Number(this.root.dataset.draws ?? 0) + 1);
  }

  /**
   * Show one of the pictures in layout.meta.sprite beside the points; none without a number.
   *
   * @param {number} [number]
   */
  showSprite(number) {
    const sprite = this.figure.layout.meta?.sprite;
    const { style } = this.sprite;
    this.sprite.hidden = !sprite || !Number.isInteger(number);
    if (number === undefined || this.sprite.hidden) return;
    const place = [number % sprite.across, Math.floor(number / sprite.across)];
    style.width = style.height = `${SPRITE_SIDE}px`;
    style.backgroundImage = `url(${sprite.source})`;
    style.backgroundSize = `${sprite.across * SPRITE_SIDE}px auto`;
    style.backgroundPosition = place.map((steps) => `${-steps * SPRITE_SIDE}px`).join(" ");
  }

  // --- the frames -------------------------------------------------------------------------------

  /** @param {number} frame */
  show(frame) {
    const last = this.frames.length - 1;
    this.frame = Math.max(0, Math.min(frame, last));
    if (this.frame === last) this.play(false);
    if (this.plotly) this.draw(this.plotly);
  }

  /** @param {boolean} on */
  play(on) {
    clearInterval(this.timer);
    this.timer = 0;
    if (on) {
      if (this.frame === this.frames.length - 1) this.frame = -1;
      const pause = this.figure.layout.meta?.pause ?? 900; // milliseconds from frame to frame
      this.timer = setInterval(() => this.show(this.frame + 1), pause);
      this.show(this.frame + 1);
    }
    this.showPlaying();
  }

  showPlaying() {
    const label = this.timer ? this.words.pause : this.words.play;
    this.playButton.textContent = this.timer ? "❚❚" : "▶";
    this.playButton.setAttribute("aria-label", label);
    this.playButton.title = label;
  }

  // --- the numbers behind the picture -----------------------------------------------------------

  fillNumbers() {
    if (!this.numbers.open) return;
    const { columns, rows } = this.figure.layout.meta?.numbers ?? { columns: [], rows: [] };
    /**
     * @param {(string | number | null)[]} cells
     * @param {"th" | "td"} tag
     */
    const row = (cells, tag) => {
      const line = make("tr");
      for (const cell of cells) {
        const text = typeof cell === "number" ? Number(cell.toPrecision(6)) : (cell ?? "");
        line.append(make(tag, String(text)));
      }
      return line;
    };
    find(this.numbers, ".table", HTMLElement).replaceChildren(
      row(columns, "th"),
      .../** @type {(string | number | null)[][]} */ (rows).map((cells) => row(cells, "td")),
    );
  }

  clear() {
    this.cleared = true;
    clearInterval(this.timer);
    this.resizing.disconnect();
    this.plotly?.purge(this.plot);
  }
}

export default element(".picture", Chart);
