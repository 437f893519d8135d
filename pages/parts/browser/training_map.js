// The decision map: what the network says in each place, and the points it learns from.

import { penOf } from "./element.js";

/** @import { TrainingData } from "./training_data.js" */
/** @import { Looks } from "./training_looks.js" */

// Shades along a side, as in lib/lessons/training/loop/frames.py.
const MAP = 40;
export const NEURON = 10; // of a neuron's picture
const EDGE = 6;

/**
 * Shades, size by size, as pixels; the first row is the lowest.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} shades
 * @param {number} size
 * @param {Uint8ClampedArray} colors of each shade
 */
export function painted(canvas, shades, size, colors) {
  if (canvas.width !== size || canvas.height !== size) canvas.width = canvas.height = size;
  const image = new ImageData(size, size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const shade = shades[(size - 1 - row) * size + column] * 4;
      image.data.set(colors.subarray(shade, shade + 4), (row * size + column) * 4);
    }
  }
  penOf(canvas).putImageData(image, 0, 0);
  return canvas;
}

export class DecisionMap {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.small = document.createElement("canvas");
  }

  /**
   * What the network says.
   *
   * @param {Uint8Array} map
   * @param {Looks} looks
   */
  draw(map, looks) {
    this.drawShades(map, MAP, looks.mapColors, looks);
  }

  /**
   * What one neuron says.
   *
   * @param {Uint8Array} picture
   * @param {Looks} looks
   */
  drawNeuron(picture, looks) {
    this.drawShades(picture, NEURON, looks.neuronColors, looks);
  }

  /**
   * @param {Uint8Array} shades
   * @param {number} size of the shades, along a side
   * @param {Uint8ClampedArray} colors of each shade
   * @param {Looks} looks
   */
  drawShades(shades, size, colors, { points, paper }) {
    const scale = window.devicePixelRatio || 1;
    const side = Math.max(1, Math.round(this.canvas.clientWidth * scale));
    if (this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
    const pen = penOf(this.canvas);
    pen.imageSmoothingEnabled = size < MAP;
    pen.drawImage(painted(this.small, shades, size, colors), 0, 0, side, side);
    pen.lineWidth = scale;
    pen.strokeStyle = paper;
    const radius = Math.max(1.6, Math.min(3.4, this.canvas.clientWidth / 90)) * scale;
    for (const { x, y, color, test } of points) {
      const left = ((x + EDGE) / (2 * EDGE)) * side;
      const top = ((EDGE - y) / (2 * EDGE)) * side;
      pen.fillStyle = color;
      pen.beginPath();
      if (test) {
        pen.moveTo(left, top - radius * 1.2);
        pen.lineTo(left + radius * 1.2, top);
        pen.lineTo(left, top + radius * 1.2);
        pen.lineTo(left - radius * 1.2, top);
        pen.closePath();
      } else pen.arc(left, top, radius, 0, 2 * Math.PI);
      pen.fill();
      pen.stroke();
    }
  }
}

/**
 * What the network says in the place under the mouse.
 *
 * @param {MouseEvent} event on the map
 * @param {Uint8Array} map
 * @param {TrainingData} data
 */
export function answerUnder(event, map, { classes, layers }) {
  const { width, height } = /** @type {Element} */ (event.target).getBoundingClientRect();
  const [across, up] = [event.offsetX / width, 1 - event.offsetY / height];
  const [column, row] = [across, up].map(
    (part) => Math.min(MAP - 1, Math.max(0, Math.floor(part * MAP))),
  );
  const shade = map[row * MAP + column];
  const place = [across, up]
    .map((part, i) => `x${i + 1} = ${exact(part * 2 * EDGE - EDGE)}`)
    .join(", ");
  if (!classes) return `${place}: y = ${exact(shade / 127.5 - 1)}`;
  const chance = 1 / classes + ((shade % 64) / 63) * (1 - 1 / classes);
  const winner = layers[layers.length - 1][Math.floor(shade / 64)];
  return `${place}: ${winner}, ${Math.round(chance * 100)}%`;
}

/** @param {number} number */
export function exact(number) {
  return Number(number.toPrecision(4)).toString();
}
