// How a run looks, from its first epoch to its last: points, colors, pictures of the features.

import { penOf } from "./element.js";
import { bytes, floats, split } from "./training_data.js";
import { NEURON } from "./training_map.js";

/** @import { Theme } from "./plotly.js" */
/** @import { TrainingData } from "./training_data.js" */

/** @typedef {{ x: number, y: number, test: boolean, color: string }} DataPoint */

/**
 * @typedef {object} Looks
 * @property {DataPoint[]} points
 * @property {Uint8ClampedArray} mapColors of each shade
 * @property {Uint8ClampedArray} neuronColors of each shade
 * @property {Uint8Array[]} inputs the pictures of the features
 * @property {string[]} colors of weights: below zero, above
 * @property {string[]} outputs the color of each output
 * @property {string} text
 * @property {string} paper
 * @property {string} font
 */

/**
 * @param {TrainingData} data
 * @param {Theme} theme
 * @returns {Looks}
 */
export function looksOf(data, theme) {
  const { classes, colors, layers } = data;
  const paper = theme["#010104"];
  const inputs = bytes(data.inputs);
  return {
    points: [...pointsOf(data.train, data, false), ...pointsOf(data.test, data, true)],
    mapColors: shadeColors(classes, colors, paper, data.discrete),
    neuronColors: shadeColors(0, colors, paper, false),
    inputs: split(inputs, inputs.length / (NEURON * NEURON)),
    colors,
    outputs: layers[layers.length - 1].map((_, i) => (classes ? colors[i] : theme["#010105"])),
    text: theme["#010101"],
    paper,
    font: theme.font,
  };
}

/**
 * @param {string} color as CSS has it
 * @returns {number[]}
 */
function redGreenBlue(color) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = penOf(canvas);
  pen.fillStyle = color;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

/**
 * @param {number[]} from
 * @param {number[]} to
 * @param {number} share
 */
function mixed(from, to, share) {
  return from.map((value, i) => Math.round(value + (to[i] - value) * share));
}

/**
 * The color of each shade: see `shades` in lib/lessons/training/loop/frames.py.
 *
 * @param {number} classes
 * @param {string[]} colors
 * @param {string} paper
 * @param {boolean} discrete
 */
function shadeColors(classes, colors, paper, discrete) {
  const [low, high, ...more] = colors.map(redGreenBlue);
  const background = redGreenBlue(paper);
  const table = new Uint8ClampedArray(256 * 4);
  for (let shade = 0; shade < 256; shade++) {
    let color;
    if (classes) {
      const sure = discrete ? 1 : (shade % 64) / 63;
      const winner = [low, high, ...more][Math.floor(shade / 64)] ?? background;
      color = mixed(background, winner, 0.75 * sure);
    } else {
      const value = shade / 127.5 - 1;
      const strength = discrete ? Number(Math.abs(value) >= 0.004) : Math.abs(value);
      color = mixed(background, value < 0 ? low : high, 0.8 * strength);
    }
    table.set([...color, 255], shade * 4);
  }
  return table;
}

/**
 * The points of a data set.
 *
 * @param {string} text base64 of x, y and label, point by point
 * @param {TrainingData} data
 * @param {boolean} test
 * @returns {DataPoint[]}
 */
function pointsOf(text, data, test) {
  const numbers = floats(text);
  const [low, high] = data.colors.map(redGreenBlue);
  // A number's color: gray for 0, full at -1 and 1.
  const shaded = (/** @type {number} */ label) => {
    const color = mixed([150, 150, 150], label < 0 ? low : high, Math.min(1, Math.abs(label)));
    return `rgb(${color})`;
  };
  return Array.from({ length: numbers.length / 3 }, (_, i) => {
    const [x, y, label] = numbers.subarray(3 * i, 3 * i + 3);
    return { x, y, test, color: data.classes ? data.colors[label] : shaded(label) };
  });
}
