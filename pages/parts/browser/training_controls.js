// What is pressed and moved: the buttons, the scrubber, and the field that sets a weight.

import { find } from "./element.js";

/** @import { Clock } from "./training_clock.js" */
/** @import { TrainingData, Words } from "./training_data.js" */
/** @import { NetworkPicture } from "./training_network.js" */

/** @typedef {typeof BUTTONS[number]} ButtonName */

/**
 * @typedef {Record<ButtonName, () => void> & {
 *   scrub: (index: number) => void,
 *   choose: (place: number) => void,
 *   edit: (place: number, value: number) => void,
 * }} Actions
 */

const BUTTONS = /** @type {const} */ (
  ["play", "epoch", "back", "batch", "again", "fork", "keep", "drop"]
);

export class Controls {
  /**
   * @param {HTMLElement} root
   * @param {Actions} actions
   */
  constructor(root, actions) {
    this.root = root;
    this.counter = find(root, ".count", HTMLElement);
    this.scrubber = find(root, ".scrub", HTMLInputElement);
    this.which = find(root, ".which", HTMLSelectElement);
    this.value = find(root, ".value", HTMLInputElement);
    for (const name of BUTTONS) this.part(name).onclick = () => actions[name]();
    this.scrubber.oninput = () => actions.scrub(Number(this.scrubber.value));
    this.which.onchange = () => actions.choose(Number(this.which.value));
    this.part("weight").onsubmit = (event) => {
      event.preventDefault();
      const value = Number(this.value.value);
      if (!this.value.value || !Number.isFinite(value)) return;
      actions.edit(Number(this.which.value), value);
    };
  }

  /** @param {string} name */
  part(name) {
    return find(this.root, `.${name}`, HTMLElement);
  }

  /**
   * Put words on everything.
   *
   * @param {TrainingData} data
   * @param {boolean} playing
   * @param {boolean} comparing whether another run is shown beside this one
   */
  label({ alt, words }, playing, comparing) {
    this.labelButton("play", playing ? "❚❚" : "▶", playing ? words.pause : words.play);
    this.labelButton("epoch", words.oneEpoch);
    this.labelButton("batch", words.oneBatch);
    this.labelButton("back", "◀", words.back);
    this.labelButton("again", "⟲", words.again);
    this.labelButton("fork", words.fork, words.forkHelp);
    this.labelButton("keep", words.keep, words.keepHelp);
    this.labelButton("drop", words.drop);
    this.part("drop").hidden = this.part("other").hidden = !comparing;
    this.part("other .tag").textContent = "A";
    this.part("one .tag").textContent = comparing ? "B" : "";
    this.part("weight button").textContent = words.set;
    this.which.setAttribute("aria-label", words.weight);
    this.value.setAttribute("aria-label", words.value);
    this.scrubber.setAttribute("aria-label", words.epoch);
    this.part("map").setAttribute("aria-label", alt);
    this.part("other-map").setAttribute("aria-label", words.keptAlt);
  }

  /**
   * @param {ButtonName} name
   * @param {string} text
   * @param {string} title
   */
  labelButton(name, text, title = text) {
    const button = this.part(name);
    if (button.textContent !== text) button.textContent = text;
    button.title = title;
    button.setAttribute("aria-label", title);
  }

  /**
   * Show which epoch it is, and its numbers.
   *
   * @param {Clock} clock
   * @param {Words} words
   */
  count(clock, words) {
    const { epochs, losses } = clock.frame;
    const [train, test, , correct] = losses;
    const epoch = `${words.epoch} ${epochs}`;
    const texts = [epoch, `${words.train} ${short(train)}`, `${words.test} ${short(test)}`];
    if (correct !== null) texts.push(`${words.correct} ${Math.round(correct * 100)}%`);
    if (clock.speed) texts.push(`${Math.round(clock.speed)} ${words.speed}`);
    this.counter.textContent = texts.join("  ·  ");
    this.scrubber.max = String(Math.max(0, clock.history.last));
    this.scrubber.value = String(clock.index);
    this.scrubber.setAttribute("aria-valuetext", epoch);
  }

  /**
   * Offer all weights and biases of a network.
   *
   * @param {NetworkPicture} network
   * @param {Words} words
   */
  offerWeights(network, words) {
    this.which.replaceChildren(
      ...network.edges.map(({ place, name }) => new Option(name, String(place))),
      ...network.biases.map(({ place, name }) => new Option(`${words.bias} ${name}`, String(place))),
    );
  }

  /**
   * Let the visitor type another value for a weight.
   *
   * @param {number} place
   * @param {number} value
   */
  editWeight(place, value) {
    this.which.value = String(place);
    this.value.value = String(Number(value.toPrecision(4)));
    this.value.focus();
    this.value.select();
  }
}

/** @param {number | null} number */
function short(number) {
  return number === null ? "NaN" : Number(number.toPrecision(3)).toString();
}
