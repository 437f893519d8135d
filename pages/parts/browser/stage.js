// Draws a scene: pictures that share a player, the code whose line is lit, and the numbers.

import { element, find } from "./element.js";
import { loadPlotly, themeOf } from "./plotly.js";
import { fillNumbers, litLines, showCode } from "./stage_code.js";
import { Live } from "./stage_live.js";
import { StagePicture } from "./stage_picture.js";
import { Player } from "./stage_player.js";

/** @import { Call } from "./element.js" */
/** @import { Plotly, Theme } from "./plotly.js" */
/** @import { Figure } from "./stage_picture.js" */

/**
 * What lib/runtime/scenes.py makes of lib/core/scene.py's Scene.
 *
 * @typedef {object} Scene
 * @property {{ name: string, alt: string, figure: Figure }[]} pictures
 * @property {{ html: string, frames: number[] }[]} code
 * @property {string} caption
 * @property {[string, string][]} numbers
 * @property {number} asked how many numbers a question still asks for
 * @property {number} rest the frame shown when nothing plays; -1 for the last
 * @property {number} pause milliseconds
 */

/**
 * Where to ask for another scene while a control is moved.
 *
 * @typedef {object} LiveData
 * @property {string} address
 * @property {Record<string, "number" | "option" | "switch">} controls by their keys
 * @property {string[]} revealed
 */

/**
 * What pages/parts/stage.py sends.
 *
 * @typedef {object} StageData
 * @property {string} scene as JSON
 * @property {string} example a scene to play once, as JSON; empty if it has been seen
 * @property {number} plays grows when the answer is to be played
 * @property {string} answer the scene at the settings of the question, as JSON
 * @property {LiveData | null} live
 * @property {string} plotly where its script is
 * @property {Record<"play" | "pause" | "back" | "forward" | "step" | "reset" | "numbers" |
 *   "asked" | "example" | "failed", string>} words
 */

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

class Stage {
  /**
   * @param {HTMLElement} root
   * @param {StageData} data
   */
  constructor(root, data) {
    this.root = root;
    this.caption = find(root, ".caption", HTMLElement);
    this.code = find(root, ".code", HTMLElement);
    this.numbers = find(root, ".numbers", HTMLDetailsElement);
    /** @type {StagePicture[]} */
    this.pictures = [];
    /** @type {Scene | null} */
    this.scene = null;
    this.text = ""; // of the scene that is shown
    this.own = ""; // of the page's own scene
    this.theme = themeOf(root);
    this.data = data;
    this.plays = data.plays;
    this.visiting = ""; // another scene that is played, then the page's own comes back
    /** @type {Plotly | null} */
    this.plotly = null;
    /** @type {Call<StageData>["setTriggerValue"]} */
    this.send = () => undefined;

    this.player = new Player(find(root, ".player", HTMLElement), data.words, (frame, moves) =>
      this.show(frame, moves));
    this.player.ended = () => this.comeBack();
    this.live = new Live((text) => {
      this.visiting = "";
      this.draw(text, false);
    });
    this.numbers.ontoggle = () => this.showNumbers();
  }

  /** @param {Call<StageData>} call */
  async update({ data, setTriggerValue }) {
    const isFirst = !this.plotly;
    const theme = themeOf(this.root);
    const otherTheme = JSON.stringify(theme) !== JSON.stringify(this.theme);
    this.data = data;
    this.theme = theme;
    this.send = setTriggerValue;
    try {
      this.plotly = await loadPlotly(data.plotly);
    } catch (error) {
      const alts = /** @type {Scene} */ (JSON.parse(data.scene)).pictures.map(({ alt }) => alt);
      find(this.root, ".pictures", HTMLElement).textContent =
        `${data.words.failed} ${alts.join(" ")}`;
      console.error(error);
      return;
    }
    this.live.follow(data.live); // not before there is something to draw with
    if (isFirst && data.example && !calm.matches) this.visit(data.example);
    else if (data.plays !== this.plays) this.visit(data.answer);
    else if (!this.visiting || data.scene !== this.own) this.comeBack(otherTheme);
    this.plays = data.plays;
    this.own = data.scene;
  }

  /**
   * Play another scene from its first frame.
   *
   * @param {string} text
   */
  visit(text) {
    this.visiting = text;
    this.draw(text, true);
    this.player.show(0);
    if (!calm.matches) this.player.play(true);
  }

  /** @param {boolean} [anew] */
  comeBack(anew = false) {
    this.visiting = "";
    this.draw(this.data.scene, anew);
  }

  /**
   * Draw a scene at rest.
   *
   * @param {string} text
   * @param {boolean} anew even if it is the one that is shown
   */
  draw(text, anew) {
    if (text === this.text && !anew) return;
    this.text = text;
    const scene = /** @type {Scene} */ (JSON.parse(text));
    this.scene = scene;
    this.player.pause = scene.pause;
    this.placePictures(scene);
    showCode(this.code, scene.code);
    const captions = scene.pictures.map(({ figure }) => figure.frames.map(({ name }) => name));
    const longest = captions.reduce((a, b) => (b.length > a.length ? b : a), []);
    this.player.hold(longest, scene.rest);
    this.showNumbers();
    // For tests: how often this very element was drawn.
    this.root.dataset.draws = String(Number(this.root.dataset.draws ?? 0) + 1);
  }

  /** @param {Scene} scene */
  placePictures(scene) {
    const place = find(this.root, ".pictures", HTMLElement);
    const names = scene.pictures.map(({ name }) => name).join();
    if (place.dataset.names !== names) {
      this.pictures.forEach((picture) => picture.clear());
      this.pictures = scene.pictures.map(() => new StagePicture(this.data.words.reset));
      this.pictures.forEach((picture) => {
        picture.touched = (values, isOver) => this.touch(values, isOver);
      });
      place.replaceChildren(...this.pictures.map(({ root }) => root));
      place.dataset.names = names;
    }
    scene.pictures.forEach((each, i) => {
      // What takes long comes when the control is let go; until then the page's own one stays.
      const stays = each.figure.layout.meta?.stays;
      const { figure, alt } = stays ? JSON.parse(this.data.scene).pictures[i] : each;
      this.pictures[i].take(figure, alt, this.theme);
    });
  }

  /**
   * @param {number} frame
   * @param {boolean} moves whether it is shown as a movement from the frame before
   */
  show(frame, moves) {
    if (!this.plotly || !this.scene) return;
    for (const picture of this.pictures) {
      picture.show(frame, this.plotly, moves && !calm.matches ? this.scene.pause / 2 : 0);
    }
    litLines(this.code, this.scene.code, frame);
    const name = this.player.captions[frame];
    const example = this.visiting === this.data.example && this.visiting
      ? `${this.data.words.example} ` : "";
    this.caption.textContent = example + (name ?? this.scene.caption);
  }

  /**
   * A picture was touched: controls take new values, at once in the picture.
   *
   * @param {Record<string, string | number>} values
   * @param {boolean} isOver whether the finger has left it
   */
  touch(values, isOver) {
    if (isOver) this.send("touch", values);
    else this.live.ask(values);
  }

  showNumbers() {
    const words = this.data.words;
    find(this.numbers, "summary", HTMLElement).textContent = words.numbers;
    if (!this.numbers.open || !this.scene) return;
    const tables = this.pictures.map(({ figure }) => figure.layout.meta?.numbers).filter(Boolean);
    fillNumbers(this.numbers, this.scene, tables, words.asked);
  }

  clear() {
    this.player.play(false);
    this.live.end();
    this.pictures.forEach((picture) => picture.clear());
  }
}

export default element(".stage", Stage);
