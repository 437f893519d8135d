// The network: a picture of what each neuron says, and a line for each weight, wide if it is large.

const BOX = 30; // pixels, the side of a neuron's picture

class NetworkPicture {
  constructor(stage, choose, point, read) {
    this.wires = stage.querySelector(".wires");
    this.hits = stage.querySelector(".hits");
    this.stage = stage;
    this.choose = choose; // called with a weight's position when it is clicked
    this.point = point; // called with the position of a neuron under the mouse, or null
    this.read = read; // called with the weight or bias under the mouse, or null
    this.small = document.createElement("canvas");
  }

  // `layers` are lists of names: the features, each hidden layer, the outputs.
  build(layers) {
    this.layers = layers;
    this.edges = [];
    this.biases = [];
    let place = 0; // as in Frame.weights: a layer's weights, row by row, then its biases
    layers.slice(1).forEach((names, l) => {
      names.forEach((name, to) => layers[l].forEach((source, from) => {
        this.edges.push({ layer: l, from, to, place: place++, name: `${source} → ${name}` });
      }));
      names.forEach((name, to) => this.biases.push({ layer: l + 1, to, place: place++, name }));
    });
    this.arrange();
  }

  arrange() {
    const width = this.stage.clientWidth;
    const height = this.stage.clientHeight;
    if (!width || !this.layers) return;
    this.width = width;
    const most = Math.max(...this.layers.map((names) => names.length));
    this.box = Math.max(8, Math.min(BOX, (height - 8) / most - 5, width / this.layers.length - 14));
    const across = (width - this.box - 12) / Math.max(1, this.layers.length - 1);
    this.at = this.layers.map((names, l) => names.map((_, i) => ({
      x: 6 + l * across,
      y: ((i + 0.5) / names.length) * height - this.box / 2,
    })));
    this.hits.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const make = (tag, attributes, handlers) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      Object.assign(element, handlers);
      return element;
    };
    this.hits.replaceChildren(
      ...this.edges.map((edge) => make("path", { d: this.path(edge) }, this.handlers(edge))),
      ...this.at.slice(1, -1).flatMap((column, l) => column.map(({ x, y }, i) => make(
        "rect", { x, y, width: this.box, height: this.box },
        { onmouseenter: () => this.point([l, i]), onmouseleave: () => this.point(null) },
      ))),
      ...this.biases.map((bias) => {
        const { x, y } = this.at[bias.layer][bias.to];
        return make("rect", { x: x - 6, y: y + this.box - 8, width: 12, height: 12 }, this.handlers(bias));
      }),
    );
  }

  handlers(weight) {
    return {
      onclick: () => this.choose(weight.place),
      onmouseenter: () => this.read(weight),
      onmouseleave: () => this.read(null),
    };
  }

  ends({ layer, from, to }) {
    const a = this.at[layer][from];
    const b = this.at[layer + 1][to];
    return [a.x + this.box, a.y + this.box / 2, b.x, b.y + this.box / 2];
  }

  path(edge) {
    const [x0, y0, x1, y1] = this.ends(edge);
    const middle = (x0 + x1) / 2;
    return `M${x0},${y0} C${middle},${y0} ${middle},${y1} ${x1},${y1}`;
  }

  // `neurons` are the pictures of the hidden ones, 100 bytes each; `inputs` those of the features.
  draw(weights, neurons, inputs, table, colors, lines, chosen) {
    if (!this.stage.clientWidth) return;
    if (this.stage.clientWidth !== this.width) this.arrange();
    const scale = window.devicePixelRatio || 1;
    const [wide, high] = [this.stage.clientWidth * scale, this.stage.clientHeight * scale].map(Math.round);
    if (this.wires.width !== wide || this.wires.height !== high) Object.assign(this.wires, { width: wide, height: high });
    const pen = this.wires.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, wide, high);
    const faint = this.edges.length > 150 ? 0.35 : 0.8;
    for (const edge of this.edges) {
      const weight = weights[edge.place];
      const [x0, y0, x1, y1] = this.ends(edge);
      const middle = (x0 + x1) / 2;
      pen.strokeStyle = colors[weight < 0 ? 0 : 1];
      pen.globalAlpha = edge.place === chosen ? 1 : faint;
      pen.lineWidth = edge.place === chosen ? 6 : Math.min(7, 0.4 + 2.2 * Math.abs(weight));
      pen.beginPath();
      pen.moveTo(x0, y0);
      pen.bezierCurveTo(middle, y0, middle, y1, x1, y1);
      pen.stroke();
    }
    pen.globalAlpha = 1;
    pen.imageSmoothingEnabled = false;
    let next = 0;
    this.at.forEach((column, l) => column.forEach(({ x, y }, i) => {
      const last = l === this.at.length - 1;
      if (!last) {
        const levels = l ? neurons.subarray(next * THUMB * THUMB, (next + 1) * THUMB * THUMB) : inputs[i];
        if (l) next++;
        pen.drawImage(painted(this.small, levels, THUMB, table), x, y, this.box, this.box);
      }
      pen.lineWidth = 1;
      pen.strokeStyle = lines.text;
      pen.strokeRect(x, y, this.box, this.box);
      if (l && !last) return;
      pen.fillStyle = lines.text;
      pen.font = `11px ${lines.font}`;
      pen.textAlign = last ? "right" : "left";
      pen.fillText(this.layers[l][i], last ? x + this.box : x, y - 3);
      if (last) {
        pen.fillStyle = lines.outputs[i];
        pen.fillRect(x + 1, y + 1, this.box - 2, this.box - 2);
      }
    }));
    for (const { layer, to, place } of this.biases) {
      const { x, y } = this.at[layer][to];
      const bias = weights[place];
      const side = Math.min(10, 4 + 3 * Math.abs(bias));
      pen.fillStyle = colors[bias < 0 ? 0 : 1];
      pen.fillRect(x - side / 2, y + this.box - side / 2 - 2, side, side);
      pen.strokeStyle = place === chosen ? lines.text : lines.paper;
      pen.strokeRect(x - side / 2, y + this.box - side / 2 - 2, side, side);
    }
  }
}
