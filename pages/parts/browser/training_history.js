// The epochs of one run as far as they have come, in order.

import { bytes, floats, split } from "./training_data.js";

/** @import { Chunk, TrainingData } from "./training_data.js" */

/**
 * One epoch.
 *
 * @typedef {object} Frame
 * @property {number} epochs how many were trained
 * @property {(number | null)[]} losses of train and test points, then how many of each are right
 * @property {(number | null)[]} gradients a number for each layer
 * @property {number[][]} confusion
 * @property {Float32Array} weights a layer's weights, row by row, then its biases
 * @property {Uint8Array} map the shade of each place
 * @property {Uint8Array} neurons the picture of each hidden neuron
 */

export class History {
  /** @param {TrainingData} data */
  constructor(data) {
    this.per = data.per;
    this.first = data.first;
    this.end = data.end;
    this.chunks = 0;
    /** @type {Frame[]} */
    this.frames = [];
  }

  /** @param {string} text a chunk */
  take(text) {
    /** @type {Chunk} */
    const chunk = JSON.parse(text);
    const count = chunk.epochs.length;
    const weights = split(floats(chunk.weights), count);
    const map = split(bytes(chunk.map), count);
    const neurons = split(bytes(chunk.neurons), count);
    chunk.epochs.forEach((epochs, i) => this.frames.push({
      epochs,
      losses: chunk.losses[i],
      gradients: chunk.gradients[i],
      confusion: chunk.confusion[i],
      weights: weights[i],
      map: map[i],
      neurons: neurons[i],
    }));
    this.chunks++;
  }

  get last() {
    return this.frames.length - 1;
  }

  // Whether no epoch comes after these: it is trained to the end, or the loss is lost.
  get ended() {
    return this.frames.at(-1)?.losses[0] === null || this.first + this.last >= this.end;
  }
}
