// The decision map: what the network says in each place, and the points it learns from.

const MAP = 40; // as in lib/lessons/training/loop/frames.py
const THUMB = 10;
const EDGE = 6;

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function rgb(color) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d");
  pen.fillStyle = color;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

const mixed = (from, to, share) => from.map((value, i) => Math.round(value + (to[i] - value) * share));

// The color of each shade: see `shades` in lib/lessons/training/loop/frames.py.
function shadeColors(classes, colors, paper, discrete) {
  const [low, high, ...more] = colors.map(rgb);
  const background = rgb(paper);
  const table = new Uint8ClampedArray(256 * 4);
  for (let shade = 0; shade < 256; shade++) {
    let color;
    if (classes) {
      const sure = discrete ? 1 : (shade % 64) / 63;
      color = mixed(background, [low, high, ...more][Math.floor(shade / 64)] ?? background, 0.75 * sure);
    } else {
      const value = shade / 127.5 - 1;
      const strength = discrete ? (Math.abs(value) < 0.004 ? 0 : 1) : Math.abs(value);
      color = mixed(background, value < 0 ? low : high, 0.8 * strength);
    }
    table.set([...color, 255], shade * 4);
  }
  return table;
}

// Shades, size by size, as pixels; the first row is the lowest.
function painted(canvas, shades, size, table) {
  if (canvas.width !== size || canvas.height !== size) canvas.width = canvas.height = size;
  const image = new ImageData(size, size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const shade = shades[(size - 1 - row) * size + column] * 4;
      image.data.set(table.subarray(shade, shade + 4), (row * size + column) * 4);
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

class SpaceMap {
  constructor(canvas) {
    this.canvas = canvas;
    this.small = document.createElement("canvas");
  }

  draw(shades, size, table, points, colors, paper) {
    const scale = window.devicePixelRatio || 1;
    const side = Math.max(1, Math.round(this.canvas.clientWidth * scale));
    if (this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
    const pen = this.canvas.getContext("2d");
    pen.imageSmoothingEnabled = size < MAP;
    pen.drawImage(painted(this.small, shades, size, table), 0, 0, side, side);
    pen.lineWidth = scale;
    pen.strokeStyle = paper;
    for (const { x, y, color, test } of points) {
      const left = ((x + EDGE) / (2 * EDGE)) * side;
      const top = ((EDGE - y) / (2 * EDGE)) * side;
      const radius = Math.max(1.6, Math.min(3.4, this.canvas.clientWidth / 90)) * scale;
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
