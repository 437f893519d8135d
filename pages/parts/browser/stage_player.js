// The frames of a scene: played, stepped, scrubbed.

import { find } from "./element.js";

export class Player {
  /**
   * @param {HTMLElement} root
   * @param {Record<"play" | "pause" | "back" | "forward" | "step", string>} words
   * @param {(frame: number, moves: boolean) => void} show
   */
  constructor(root, words, show) {
    this.root = root;
    this.words = words;
    this.draw = show;
    this.button = find(root, ".play", HTMLElement);
    this.scrubber = find(root, ".scrub", HTMLInputElement);
    this.count = find(root, ".count", HTMLElement);
    /** @type {string[]} */
    this.captions = [];
    this.frame = 0;
    this.timer = 0;
    this.pause = 900; // milliseconds from frame to frame
    this.ended = () => {}; // called when the last frame has been played

    this.button.onclick = () => this.play(!this.timer);
    for (const [name, step] of /** @type {const} */ ([["back", -1], ["forward", 1]])) {
      const button = find(root, `.${name}`, HTMLElement);
      button.onclick = () => this.step(this.frame + step);
      button.setAttribute("aria-label", words[name]);
      button.title = words[name];
    }
    this.scrubber.setAttribute("aria-label", words.step);
    this.scrubber.oninput = () => this.step(Number(this.scrubber.value), false);
    this.showPlaying();
  }

  /**
   * Take other frames and go to the one that is shown at rest.
   *
   * @param {string[]} captions
   * @param {number} rest
   */
  hold(captions, rest) {
    this.captions = captions;
    this.play(false);
    this.root.hidden = captions.length < 2;
    const last = Math.max(0, captions.length - 1);
    this.scrubber.max = String(last);
    this.show(rest < 0 ? last : Math.min(rest, last));
  }

  /**
   * @param {number} frame
   * @param {boolean} [moves]
   */
  show(frame, moves = false) {
    const last = Math.max(0, this.captions.length - 1);
    this.frame = Math.max(0, Math.min(frame, last));
    this.scrubber.value = String(this.frame);
    this.scrubber.setAttribute("aria-valuetext", this.captions[this.frame] ?? "");
    this.count.textContent = `${this.frame + 1}/${last + 1}`;
    this.draw(this.frame, moves);
  }

  /**
   * @param {number} frame
   * @param {boolean} [moves]
   */
  step(frame, moves = true) {
    this.play(false);
    this.show(frame, moves);
  }

  /** @param {boolean} on */
  play(on) {
    clearInterval(this.timer);
    this.timer = 0;
    const last = this.captions.length - 1;
    if (on && last > 0) {
      this.show(this.frame >= last ? 0 : this.frame);
      this.timer = setInterval(() => this.tick(), this.pause);
    } else if (on) {
      this.timer = setTimeout(() => this.tick(), 2 * this.pause);
    }
    this.showPlaying();
  }

  tick() {
    if (this.frame >= this.captions.length - 1) {
      this.play(false);
      this.ended();
    } else {
      this.show(this.frame + 1, true);
    }
  }

  showPlaying() {
    const [sign, word] = this.timer ? ["❚❚", this.words.pause] : ["▶", this.words.play];
    this.button.textContent = `${sign} ${word}`;
  }
}
