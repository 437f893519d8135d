// Which epoch is shown, and when the next one is.

/** @import { Frame, History } from "./training_history.js" */

/**
 * @typedef {object} ClockEvents
 * @property {() => void} tick time has passed
 * @property {() => void} turn it began to play, or stopped
 * @property {() => void} rest the visitor stays at an epoch
 * @property {() => void} show an epoch was chosen
 * @property {() => void} need there are not enough epochs
 */

const TICK = 80; // milliseconds from picture to picture while playing
const LAG = 0.5; // seconds of training that the picture stays behind, so that it moves evenly
const AHEAD = 4; // chunks that may wait to be played
const MEASURED = 2000; // milliseconds that the speed is measured over

export class Clock {
  /**
   * @param {History} history
   * @param {ClockEvents} events
   */
  constructor(history, events) {
    this.history = history;
    this.events = events;
    this.position = 0; // in epochs of the history, with fractions while playing
    this.playing = false;
    this.stepping = false; // one epoch on, as soon as it comes
    /** @type {Frame | null} */
    this.preview = null; // shown instead: after single batches
    this.timer = 0;
    this.before = 0;
    /** @type {[number, number][]} */
    this.passed = []; // times and positions
  }

  /** @param {History} history of another run, shown from its beginning */
  begin(history) {
    this.history = history;
    this.position = 0;
    this.preview = null;
  }

  /** @param {boolean} on */
  play(on) {
    if (this.playing === on) return;
    this.playing = on;
    this.stepping = false;
    this.preview = null;
    this.passed = [];
    clearInterval(this.timer);
    if (on) {
      this.before = performance.now();
      this.timer = setInterval(() => this.tick(), TICK);
      this.tick();
    } else {
      this.position = Math.floor(this.position);
      this.events.rest();
    }
    this.events.turn();
  }

  tick() {
    const { history } = this;
    const now = performance.now();
    const seconds = (now - this.before) / 1000;
    this.before = now;
    if (document.hidden) return; // nobody watching, nothing running
    const waiting = history.last - this.position;
    if (waiting < AHEAD * history.per) this.events.need();
    // As fast as they come: the more of them wait, the faster.
    const speed = Math.max(2, waiting / LAG);
    this.position = Math.min(history.last, this.position + seconds * speed);
    this.passed.push([now, this.position]);
    while (now - this.passed[0][0] > MEASURED) this.passed.shift();
    this.events.tick();
    if (history.ended && this.position >= history.last) this.play(false);
  }

  // Epochs a second.
  get speed() {
    const start = this.passed[0];
    const end = this.passed.at(-1);
    if (!this.playing || !end || start === end) return 0;
    return ((end[1] - start[1]) / (end[0] - start[0])) * 1000;
  }

  /** @param {number} index */
  show(index) {
    this.play(false);
    this.preview = null;
    this.stepping = false;
    this.position = Math.max(0, Math.min(index, this.history.last));
    this.events.show();
    this.events.rest();
  }

  back() {
    this.show(Math.ceil(this.position) - 1);
  }

  step() {
    this.play(false);
    this.preview = null;
    const next = Math.floor(this.position) + 1;
    this.stepping = next > this.history.last;
    if (this.stepping) this.events.need();
    else this.show(next);
  }

  get index() {
    return Math.max(0, Math.min(Math.floor(this.position), this.history.last));
  }

  get epoch() {
    return this.history.first + this.index;
  }

  get frame() {
    return this.preview ?? this.history.frames[this.index];
  }

  clear() {
    clearInterval(this.timer);
  }
}
