// What pages/parts/training/loop_player.py sends, and how its numbers are read.

/**
 * @typedef {object} TrainingData
 * @property {string} branch which run this is
 * @property {number} number which chunk of its epochs
 * @property {string} chunk as JSON, see Chunk
 * @property {number} per epochs a chunk
 * @property {number} first epoch of the run
 * @property {number} end the last epoch there can be
 * @property {boolean} forked
 * @property {number} classes 0 for regression
 * @property {string[][]} layers names: the features, each hidden layer, the outputs
 * @property {string[]} colors
 * @property {string[]} palette
 * @property {string} train points, see `pointsOf` in training_looks.js
 * @property {string} test the same, empty while they are not shown
 * @property {string} inputs pictures of the features
 * @property {boolean} discrete
 * @property {string[]} loop the lines of the loop
 * @property {BatchLines | null} lines what they did in the last single batch
 * @property {[number, string[]][]} findings epochs, and what the training doctor says there
 * @property {string} alt
 * @property {string} plotly where its script is
 * @property {Words} words
 */

/** @typedef {{ key: string, rows: [string, string][], frame: string }} BatchLines */

/**
 * @typedef {Record<"play" | "pause" | "oneEpoch" | "oneBatch" | "back" | "again" | "fork" |
 *   "forkHelp" | "keep" | "keepHelp" | "drop" | "epoch" | "train" | "test" | "correct" | "speed" |
 *   "low" | "high" | "testPoints" | "curves" | "curvesAlt" | "loss" | "accuracy" | "gradients" |
 *   "layer" | "confusion" | "weight" | "bias" | "value" | "set" | "keptAlt", string>} Words
 */

/**
 * Some epochs as `packed` in lib/lessons/training/loop/runs.py has them; null stands for NaN.
 *
 * @typedef {object} Chunk
 * @property {number[]} epochs
 * @property {(number | null)[][]} losses
 * @property {(number | null)[][]} gradients
 * @property {number[][][]} confusion
 * @property {string} weights
 * @property {string} map
 * @property {string} neurons
 */

/** @param {string} text base64 */
export function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** @param {string} text base64 of single-precision numbers */
export function floats(text) {
  return new Float32Array(bytes(text).buffer);
}

/**
 * @template {Uint8Array | Float32Array} Numbers
 * @param {Numbers} array
 * @param {number} count how many parts of equal size
 * @returns {Numbers[]}
 */
export function split(array, count) {
  const size = array.length / count;
  return Array.from({ length: count }, (_, i) =>
    /** @type {Numbers} */ (array.subarray(i * size, (i + 1) * size)));
}
