// A canvas to draw on with a finger, a pen or a mouse: white ink on black.
//
// What goes to the server is how much ink is on each of side × side pixels, 0 to 255, row by row.

import { element, find, penOf } from "./element.js";

/** @import { Call } from "./element.js" */

/**
 * What pages/parts/picture_source.py sends.
 *
 * @typedef {object} DrawingData
 * @property {number} side pixels
 * @property {string} ink what was drawn when the element was last on the page, as base64
 * @property {boolean} disabled
 * @property {string} alt
 * @property {Record<"brush" | "undo" | "clear", string>} words
 */

/** @typedef {[number, number]} Point */
/** @typedef {{ width: number, points: Point[] }} Stroke */

const SHARP = 4; // pixels drawn for each that is sent, along a side

class Drawing {
  /**
   * @param {HTMLElement} root
   * @param {DrawingData} data
   */
  constructor(root, { side, ink }) {
    this.root = root;
    this.canvas = find(root, "canvas", HTMLCanvasElement);
    this.undo = find(root, ".undo", HTMLButtonElement);
    this.erase = find(root, ".clear", HTMLButtonElement);
    this.brush = find(root, "input", HTMLInputElement);
    this.side = side;
    this.canvas.width = this.canvas.height = side * SHARP;
    this.pen = penOf(this.canvas, { willReadFrequently: true });
    /** @type {Stroke[]} */
    this.strokes = [];
    /** @type {Stroke | null} */
    this.stroke = null; // the one being drawn
    this.earlier = ink;
    this.disabled = true;
    /** @type {(ink: string) => void} */
    this.send = () => {};
    this.canvas.onpointerdown = (event) => this.begin(event);
    this.canvas.onpointermove = (event) => this.extend(event);
    this.canvas.onpointerup = this.canvas.onpointercancel = () => this.end();
    this.undo.onclick = () => {
      this.strokes.pop();
      this.change();
    };
    this.erase.onclick = () => {
      this.strokes = [];
      this.earlier = "";
      this.change();
    };
    this.paint();
  }

  /** @param {Call<DrawingData>} call */
  update({ data: { words, alt, disabled }, setStateValue }) {
    this.send = (ink) => setStateValue("ink", ink);
    find(this.root, ".brush", HTMLElement).textContent = words.brush;
    this.undo.textContent = words.undo;
    this.erase.textContent = words.clear;
    this.canvas.setAttribute("aria-label", alt);
    this.disabled = disabled;
    this.showWhatIsPossible();
  }

  showWhatIsPossible() {
    this.brush.disabled = this.disabled;
    this.undo.disabled = this.disabled || !this.strokes.length;
    this.erase.disabled = this.disabled || !(this.strokes.length || this.earlier);
  }

  /**
   * @param {PointerEvent} event
   * @returns {Point}
   */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const scale = this.canvas.width / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (this.disabled || event.button) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    const width = (Number(this.brush.value) * SHARP) / 2;
    this.stroke = { width, points: [this.place(event)] };
    this.strokes.push(this.stroke);
    this.paint();
  }

  /** @param {PointerEvent} event */
  extend(event) {
    if (!this.stroke) return;
    // A fast hand makes more points than there are events.
    for (const each of event.getCoalescedEvents?.() ?? [event]) {
      this.stroke.points.push(this.place(each));
    }
    this.paint(); // all of it: ink over ink would make soft edges hard
  }

  end() {
    if (!this.stroke) return;
    this.stroke = null;
    this.sendInk();
  }

  change() {
    this.paint();
    this.sendInk();
  }

  paint() {
    const size = this.canvas.width;
    this.pen.fillStyle = "#000";
    this.pen.fillRect(0, 0, size, size);
    if (this.earlier) this.paintEarlier();
    this.strokes.forEach((stroke) => this.paintStroke(stroke));
  }

  /** @param {Stroke} stroke */
  paintStroke({ width, points }) {
    const { pen } = this;
    const [start, ...others] = points;
    pen.strokeStyle = "#fff";
    pen.lineWidth = width;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(...start);
    for (const point of others) pen.lineTo(...point);
    if (!others.length) pen.lineTo(start[0] + 0.1, start[1]); // else a dot has no ink
    pen.stroke();
  }

  // A pen for a canvas as small as what is sent.
  smallPen() {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = this.side;
    return penOf(canvas, { willReadFrequently: true });
  }

  paintEarlier() {
    const ink = atob(this.earlier);
    const small = this.smallPen();
    const image = small.createImageData(this.side, this.side);
    for (let i = 0; i < ink.length; i++) {
      image.data.set([255, 255, 255, ink.charCodeAt(i)], 4 * i);
    }
    small.putImageData(image, 0, 0);
    this.pen.drawImage(small.canvas, 0, 0, this.canvas.width, this.canvas.height);
  }

  sendInk() {
    this.showWhatIsPossible();
    const small = this.smallPen();
    small.imageSmoothingQuality = "high";
    small.drawImage(this.canvas, 0, 0, this.side, this.side);
    const { data } = small.getImageData(0, 0, this.side, this.side);
    let ink = "";
    for (let i = 0; i < data.length; i += 4) ink += String.fromCharCode(data[i]);
    this.send(btoa(ink));
  }

  clear() {}
}

export default element(".drawing", Drawing);
