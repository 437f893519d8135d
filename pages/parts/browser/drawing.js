// A canvas to draw on with a finger, a pen or a mouse: white ink on black.
//
// What goes to the server is how much ink is on each of side × side pixels, 0 to 255, row by row.

const SHARP = 4; // pixels drawn for each that is sent, along a side
const WORDS = ["brush", "undo", "clear"];

export default function ({ data, parentElement, setStateValue }) {
  const pad = drawerOf(parentElement, () => new Pad(parentElement.querySelector(".drawing"), data));
  pad.note = setStateValue;
  pad.update(data);
  return clearedOnceGone(parentElement);
}

class Pad {
  constructor(root, data) {
    this.canvas = root.querySelector("canvas");
    this.part = (name) => root.querySelector(`.${name}`);
    this.brush = root.querySelector("input");
    this.side = data.side;
    this.canvas.width = this.canvas.height = data.side * SHARP;
    this.page = this.canvas.getContext("2d", { willReadFrequently: true });
    this.strokes = []; // each a width and its points
    this.before = data.ink; // what was drawn when the element was last on the page
    this.canvas.onpointerdown = (event) => this.begin(event);
    this.canvas.onpointermove = (event) => this.go(event);
    this.canvas.onpointerup = this.canvas.onpointercancel = () => this.end();
    this.part("undo").onclick = () => this.change(() => this.strokes.pop());
    this.part("clear").onclick = () => this.change(() => this.forget());
    this.paint();
  }

  update({ words, alt, disabled }) {
    for (const name of WORDS) this.part(name).textContent = words[name];
    this.canvas.setAttribute("aria-label", alt);
    this.disabled = disabled;
    this.allow();
  }

  allow() {
    this.brush.disabled = this.disabled;
    this.part("undo").disabled = this.disabled || !this.strokes.length;
    this.part("clear").disabled = this.disabled || !(this.strokes.length || this.before);
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const scale = this.canvas.width / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }

  begin(event) {
    if (this.disabled || event.button) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.drawing = { width: Number(this.brush.value) * SHARP / 2, points: [this.place(event)] };
    this.strokes.push(this.drawing);
    this.paint();
  }

  go(event) {
    if (!this.drawing) return;
    // A fast hand makes more points than there are events.
    for (const each of event.getCoalescedEvents?.() ?? [event]) this.drawing.points.push(this.place(each));
    this.paint(); // all of it: ink over ink would make soft edges hard
  }

  end() {
    if (!this.drawing) return;
    this.drawing = null;
    this.tell();
  }

  forget() {
    this.strokes = [];
    this.before = "";
  }

  change(how) {
    how();
    this.paint();
    this.tell();
  }

  paint() {
    const size = this.canvas.width;
    this.page.fillStyle = "#000";
    this.page.fillRect(0, 0, size, size);
    if (this.before) this.restore();
    this.strokes.forEach((each) => this.stroke(each));
  }

  stroke({ width, points }) {
    const page = this.page;
    page.strokeStyle = "#fff";
    page.lineWidth = width;
    page.lineCap = page.lineJoin = "round";
    page.beginPath();
    page.moveTo(...points[0]);
    for (const point of points.slice(1)) page.lineTo(...point);
    if (points.length === 1) page.lineTo(points[0][0] + 0.1, points[0][1]); // else a dot has no ink
    page.stroke();
  }

  small() {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = this.side;
    return canvas.getContext("2d", { willReadFrequently: true });
  }

  restore() {
    const ink = atob(this.before);
    const page = this.small();
    const image = page.createImageData(this.side, this.side);
    for (let i = 0; i < ink.length; i++) image.data.set([255, 255, 255, ink.charCodeAt(i)], 4 * i);
    page.putImageData(image, 0, 0);
    this.page.drawImage(page.canvas, 0, 0, this.canvas.width, this.canvas.height);
  }

  tell() {
    this.allow();
    const page = this.small();
    page.imageSmoothingQuality = "high";
    page.drawImage(this.canvas, 0, 0, this.side, this.side);
    const { data } = page.getImageData(0, 0, this.side, this.side);
    let ink = "";
    for (let i = 0; i < data.length; i += 4) ink += String.fromCharCode(data[i]);
    this.note("ink", btoa(ink));
  }

  clear() {}
}
