// The network: a picture of what each neuron says, and a line for each weight, wide if it is large.

import { find, penOf } from "./element.js";
import { exact, NEURON, painted } from "./training_map.js";

/** @import { TrainingData } from "./training_data.js" */
/** @import { Frame } from "./training_history.js" */
/** @import { Looks } from "./training_looks.js" */

/** @typedef {{ layer: number, from: number, to: number, place: number, name: string }} Edge */
/** @typedef {{ layer: number, to: number, place: number, name: string }} Bias */
/** @typedef {[number, number]} Neuron its hidden layer and its place in it */

/**
 * @typedef {object} NetworkEvents
 * @property {(place: number) => void} choose a weight was clicked
 * @property {(neuron: Neuron | null) => void} point the neuron under the mouse
 * @property {(weight: Edge | Bias | null) => void} read the weight or bias under the mouse
 */

const BOX = 30; // pixels along a side of it on the page

export class NetworkPicture {
  /**
   * @param {HTMLElement} wiring
   * @param {NetworkEvents} events
   */
  constructor(wiring, events) {
    this.wires = find(wiring, ".wires", HTMLCanvasElement);
    this.hits = find(wiring, ".hits", SVGElement);
    this.wiring = wiring;
    this.events = events;
    this.small = document.createElement("canvas");
    this.box = BOX;
    this.width = 0; // for which it is arranged
    /** @type {string[][]} */
    this.layers = [];
    /** @type {Edge[]} */
    this.edges = [];
    /** @type {Bias[]} */
    this.biases = [];
    /** @type {{ x: number, y: number }[][]} */
    this.corners = []; // of each neuron's box
  }

  /** @param {string[][]} layers names: the features, each hidden layer, the outputs */
  build(layers) {
    this.layers = layers;
    this.edges = [];
    this.biases = [];
    let place = 0; // as in Frame.weights: a layer's weights, row by row, then its biases
    layers.slice(1).forEach((names, layer) => {
      names.forEach((name, to) => layers[layer].forEach((source, from) => {
        this.edges.push({ layer, from, to, place: place++, name: `${source} → ${name}` });
      }));
      names.forEach((name, to) => this.biases.push({ layer: layer + 1, to, place: place++, name }));
    });
    this.arrange();
  }

  arrange() {
    const { clientWidth: width, clientHeight: height } = this.wiring;
    const { layers } = this;
    if (!width || !layers.length) return;
    this.width = width;
    const most = Math.max(...layers.map((names) => names.length));
    this.box = Math.max(8, Math.min(BOX, (height - 8) / most - 5, width / layers.length - 14));
    const across = (width - this.box - 12) / Math.max(1, layers.length - 1);
    this.corners = layers.map((names, layer) => names.map((_, i) => ({
      x: 6 + layer * across,
      y: ((i + 0.5) / names.length) * height - this.box / 2,
    })));
    this.hits.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.hits.replaceChildren(
      ...this.edges.map((edge) => hit("path", { d: this.path(edge) }, this.handlers(edge))),
      ...this.corners.slice(1, -1).flatMap((column, layer) => column.map(({ x, y }, i) => hit(
        "rect", { x, y, width: this.box, height: this.box },
        {
          onmouseenter: () => this.events.point([layer, i]),
          onmouseleave: () => this.events.point(null),
        },
      ))),
      ...this.biases.map((bias) => {
        const { x, y } = this.corners[bias.layer][bias.to];
        const box = { x: x - 6, y: y + this.box - 8, width: 12, height: 12 };
        return hit("rect", box, this.handlers(bias));
      }),
    );
  }

  /** @param {Edge | Bias} weight */
  handlers(weight) {
    return {
      onclick: () => this.events.choose(weight.place),
      onmouseenter: () => this.events.read(weight),
      onmouseleave: () => this.events.read(null),
    };
  }

  /** @param {Edge} edge */
  line({ layer, from, to }) {
    const start = this.corners[layer][from];
    const end = this.corners[layer + 1][to];
    const [left, right] = [start.x + this.box, end.x];
    return [left, start.y + this.box / 2, (left + right) / 2, right, end.y + this.box / 2];
  }

  /** @param {Edge} edge */
  path(edge) {
    const [x0, y0, middle, x1, y1] = this.line(edge);
    return `M${x0},${y0} C${middle},${y0} ${middle},${y1} ${x1},${y1}`;
  }

  /**
   * What a hidden neuron says in each place.
   *
   * @param {Neuron} neuron
   * @param {Frame} frame
   */
  pictureOf([layer, number], frame) {
    const before = this.layers.slice(1, 1 + layer).reduce((sum, { length }) => sum + length, 0);
    const shades = NEURON * NEURON;
    return frame.neurons.subarray((before + number) * shades, (before + number + 1) * shades);
  }

  /**
   * @param {Frame} frame
   * @param {Looks} looks
   * @param {number | null} chosen the place of the weight that is being set
   */
  draw(frame, looks, chosen) {
    if (!this.wiring.clientWidth) return;
    if (this.wiring.clientWidth !== this.width) this.arrange();
    const pen = this.emptied();
    this.drawEdges(pen, frame.weights, looks, chosen);
    this.drawNeurons(pen, frame.neurons, looks);
    this.drawBiases(pen, frame.weights, looks, chosen);
  }

  // A pen for the canvas, which is as large as the wiring and has nothing on it.
  emptied() {
    const scale = window.devicePixelRatio || 1;
    const width = Math.round(this.wiring.clientWidth * scale);
    const height = Math.round(this.wiring.clientHeight * scale);
    if (this.wires.width !== width) this.wires.width = width;
    if (this.wires.height !== height) this.wires.height = height;
    const pen = penOf(this.wires);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    return pen;
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {Float32Array} weights
   * @param {Looks} looks
   * @param {number | null} chosen
   */
  drawEdges(pen, weights, { colors }, chosen) {
    const faint = this.edges.length > 150 ? 0.35 : 0.8;
    for (const edge of this.edges) {
      const weight = weights[edge.place];
      const [x0, y0, middle, x1, y1] = this.line(edge);
      pen.strokeStyle = colors[weight < 0 ? 0 : 1];
      pen.globalAlpha = edge.place === chosen ? 1 : faint;
      pen.lineWidth = edge.place === chosen ? 6 : Math.min(7, 0.4 + 2.2 * Math.abs(weight));
      pen.beginPath();
      pen.moveTo(x0, y0);
      pen.bezierCurveTo(middle, y0, middle, y1, x1, y1);
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {Uint8Array} neurons the pictures of the hidden ones, one after the other
   * @param {Looks} looks
   */
  drawNeurons(pen, neurons, { inputs, neuronColors, text, font, outputs }) {
    const shades = NEURON * NEURON;
    pen.imageSmoothingEnabled = false;
    let next = 0;
    this.corners.forEach((column, layer) => column.forEach(({ x, y }, i) => {
      const last = layer === this.corners.length - 1;
      if (!last) {
        const hidden = neurons.subarray(next * shades, (next + 1) * shades);
        const picture = painted(this.small, layer ? hidden : inputs[i], NEURON, neuronColors);
        if (layer) next++;
        pen.drawImage(picture, x, y, this.box, this.box);
      }
      pen.lineWidth = 1;
      pen.strokeStyle = text;
      pen.strokeRect(x, y, this.box, this.box);
      if (layer && !last) return;
      pen.fillStyle = text;
      pen.font = `11px ${font}`;
      pen.textAlign = last ? "right" : "left";
      pen.fillText(this.layers[layer][i], last ? x + this.box : x, y - 3);
      if (last) {
        pen.fillStyle = outputs[i];
        pen.fillRect(x + 1, y + 1, this.box - 2, this.box - 2);
      }
    }));
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {Float32Array} weights
   * @param {Looks} looks
   * @param {number | null} chosen
   */
  drawBiases(pen, weights, { colors, text, paper }, chosen) {
    for (const { layer, to, place } of this.biases) {
      const { x, y } = this.corners[layer][to];
      const bias = weights[place];
      const side = Math.min(10, 4 + 3 * Math.abs(bias));
      const left = x - side / 2;
      const top = y + this.box - side / 2 - 2;
      pen.fillStyle = colors[bias < 0 ? 0 : 1];
      pen.fillRect(left, top, side, side);
      pen.strokeStyle = place === chosen ? text : paper;
      pen.strokeRect(left, top, side, side);
    }
  }
}

/**
 * A part of the network that the mouse can find.
 *
 * @param {"path" | "rect"} tag
 * @param {Record<string, string | number>} attributes
 * @param {Record<string, () => void>} handlers
 */
function hit(tag, attributes, handlers) {
  const part = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, String(value));
  Object.assign(part, handlers);
  return part;
}

/**
 * @param {Edge | Bias} weight
 * @param {Frame} frame
 * @param {TrainingData} data
 */
export function weightText(weight, frame, { words }) {
  const bias = "from" in weight ? "" : `${words.bias} `;
  return `${bias}${weight.name}: ${exact(frame.weights[weight.place])}`;
}
