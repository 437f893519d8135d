// Training, live: asks the server for one chunk of epochs after the other, and plays them.
// Nothing is computed for a page that does not ask.

import { element, find } from "./element.js";
import { themeOf } from "./plotly.js";
import { Clock } from "./training_clock.js";
import { Controls } from "./training_controls.js";
import { Curves } from "./training_curves.js";
import { History } from "./training_history.js";
import { LoopLines } from "./training_lines.js";
import { looksOf } from "./training_looks.js";
import { answerUnder, DecisionMap } from "./training_map.js";
import { NetworkPicture, weightText } from "./training_network.js";
import { Requests } from "./training_requests.js";
import { fillConfusion, fillFindings, fillLegend } from "./training_tables.js";

/** @import { Call } from "./element.js" */
/** @import { BatchLines, TrainingData } from "./training_data.js" */
/** @import { Neuron } from "./training_network.js" */

const CURVES_PAUSE = 320; // milliseconds from drawing to drawing of the curves while playing

class Training {
  /**
   * @param {HTMLElement} root
   * @param {TrainingData} data
   */
  constructor(root, data) {
    this.root = root;
    this.data = data;
    this.branch = "";
    this.looks = looksOf(data, themeOf(root));
    this.looksKey = "";
    this.history = new History(data);
    /** @type {{ run: History, last: number } | null} */
    this.other = null; // the run to compare with, and the last epoch of it that is shown
    /** @type {Map<number, string[]>} */
    this.findings = new Map(); // what the doctor said, by epoch
    this.forking = false;
    this.batches = 0; // single ones since the last whole epoch
    /** @type {number | null} */
    this.chosen = null; // the place of the weight that is being set
    /** @type {Neuron | null} */
    this.neuron = null; // the one under the mouse
    this.curvesDrawn = 0; // when

    this.requests = new Requests();
    this.clock = new Clock(this.history, {
      tick: () => this.draw(performance.now() - this.curvesDrawn > CURVES_PAUSE),
      turn: () => this.redraw(),
      rest: () => this.requests.report(() => this.clock.epoch),
      show: () => this.draw(true),
      need: () => this.ask(),
    });
    this.controls = new Controls(root, {
      play: () => this.clock.play(!this.clock.playing),
      epoch: () => this.clock.step(),
      back: () => this.clock.back(),
      batch: () => this.batch(),
      again: () => this.again(),
      fork: () => this.fork(),
      keep: () => this.compare(this.history),
      drop: () => this.compare(null),
      scrub: (index) => this.clock.show(index),
      choose: (place) => this.choose(place),
      edit: (place, value) => this.edit(place, value),
    });
    this.curves = new Curves(root, data);
    this.lines = new LoopLines(root);
    const map = find(root, ".map", HTMLCanvasElement);
    this.map = new DecisionMap(map);
    this.otherMap = new DecisionMap(find(root, ".other-map", HTMLCanvasElement));
    map.onmousemove = (event) => this.say(answerUnder(event, this.clock.frame.map, this.data));
    map.onmouseleave = () => this.say("");
    this.network = new NetworkPicture(find(root, ".wiring", HTMLElement), {
      choose: (place) => this.choose(place),
      point: (neuron) => {
        this.neuron = neuron;
        this.draw(false);
      },
      read: (weight) => this.say(weight ? weightText(weight, this.clock.frame, this.data) : ""),
    });
    this.resizing = new ResizeObserver(() => this.draw(true));
    this.resizing.observe(root);
  }

  /** @param {Call<TrainingData>} call */
  update(call) {
    const { data } = call;
    const fresh = this.branch !== data.branch;
    if (fresh && this.forking && data.forked) this.compare(this.history, this.history.last);
    this.data = data;
    this.branch = data.branch;
    this.requests.answered(call);
    this.updateLooks();
    if (fresh) this.begin();
    // Any other it had already, or one is missing between.
    if (data.number === this.history.chunks) this.history.take(data.chunk);
    if (!this.history.chunks) this.ask();
    if (data.lines) this.showLines(data.lines);
    for (const [epoch, sentences] of data.findings) this.findings.set(epoch, sentences);
    if (!this.clock.playing) this.draw(true);
    if (this.clock.stepping) this.clock.step();
    // For tests.
    this.root.dataset.branch = data.branch;
  }

  // All but the epochs is the same from chunk to chunk.
  updateLooks() {
    const { data } = this;
    const theme = themeOf(this.root);
    const key = JSON.stringify([data.branch, data.discrete, data.test, data.words, theme]);
    if (key === this.looksKey) return;
    this.looksKey = key;
    this.looks = looksOf(data, theme);
    fillLegend(this.root, data);
    this.curves.update(data, theme);
    this.label();
  }

  // Another run.
  begin() {
    this.history = new History(this.data);
    this.findings.clear();
    this.clock.begin(this.history);
    this.forking = false;
    this.chosen = null;
    this.network.build(this.data.layers);
    this.controls.offerWeights(this.network, this.data.words);
    this.lines.key = "";
    this.lines.reset(this.data.loop);
  }

  ask() {
    if (!this.history.ended) this.requests.ask(this.history.chunks);
  }

  // --- what the visitor does --------------------------------------------------------------------

  again() {
    this.clock.play(false);
    this.clock.begin(this.history);
    this.lines.reset(this.data.loop);
    this.forking = false;
    if (this.data.forked) this.requests.send("again");
    else this.clock.show(0);
  }

  fork() {
    this.clock.play(false);
    this.forking = true;
    this.requests.send("fork", { epoch: this.clock.epoch });
  }

  /**
   * @param {History | null} run the one to compare with
   * @param {number} last the last epoch of it that is shown
   */
  compare(run, last = Infinity) {
    this.other = run && { run, last };
    this.redraw();
  }

  batch() {
    this.clock.play(false);
    this.batches = this.clock.preview ? this.batches + 1 : 1;
    this.requests.send("batch", { epoch: this.clock.epoch, count: this.batches });
  }

  /** @param {number} place of a weight */
  choose(place) {
    this.clock.play(false);
    this.chosen = place;
    this.controls.editWeight(place, this.clock.frame.weights[place] ?? 0);
    this.draw(false);
  }

  /**
   * @param {number} place of a weight
   * @param {number} value
   */
  edit(place, value) {
    this.clock.play(false);
    this.forking = false;
    this.requests.send("edit", { epoch: this.clock.epoch, place, value });
  }

  /** @param {BatchLines} lines */
  showLines(lines) {
    this.lines.show(lines, () => {
      const after = new History(this.data);
      after.take(lines.frame);
      this.clock.preview = after.frames[0];
      this.draw(true);
    });
  }

  // --- what the visitor sees --------------------------------------------------------------------

  /** @param {string} text about what is under the mouse */
  say(text) {
    find(this.root, ".read", HTMLElement).textContent = text;
  }

  label() {
    this.controls.label(this.data, this.clock.playing, this.other !== null);
  }

  redraw() {
    this.label();
    this.draw(true);
  }

  /** @param {boolean} all the curves as well */
  draw(all) {
    if (!this.history.chunks) return;
    const { clock, data, looks, neuron } = this;
    const { frame } = clock;
    if (neuron) this.map.drawNeuron(this.network.pictureOf(neuron, frame), looks);
    else this.map.draw(frame.map, looks);
    this.network.draw(frame, looks, this.chosen);
    if (this.other) {
      const { run, last } = this.other;
      const index = Math.min(Math.max(0, clock.epoch - run.first), last, run.last);
      this.otherMap.draw(run.frames[index].map, looks);
    }
    this.controls.count(clock, data.words);
    if (all) {
      this.curvesDrawn = performance.now();
      fillConfusion(this.root, frame.confusion, data);
      fillFindings(this.root, this.findings, clock.epoch);
      const epoch = clock.preview?.epochs ?? clock.epoch;
      this.curves.draw({ run: this.history, other: this.other?.run ?? null, epoch });
    }
    // For tests and measurements.
    this.root.dataset.speed = clock.speed.toFixed(1);
    this.root.dataset.epoch = String(frame.epochs);
    this.root.dataset.draws = String(Number(this.root.dataset.draws ?? 0) + 1);
  }

  clear() {
    this.clock.clear();
    this.lines.clear();
    this.curves.clear();
    this.resizing.disconnect();
  }
}

export default element(".training", Training);
