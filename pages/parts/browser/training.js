// Training, live: asks the server for one chunk of epochs after the other, and plays them.
// Nothing is computed for a page that does not ask.

const PICTURES = 80; // milliseconds from picture to picture while playing
const LAG = 0.5; // seconds of training that the picture stays behind, so that it moves evenly
const AHEAD = 4; // chunks that may wait to be played
const CHARTS = 320;
const LIT = 700; // milliseconds for each line of the loop

export default function ({ data, parentElement, setTriggerValue, setStateValue }) {
  const player = drawerOf(parentElement, () => new Player(parentElement.querySelector(".training")));
  player.tell = setTriggerValue;
  player.note = setStateValue;
  player.update(data);
  return clearedOnceGone(parentElement);
}

const RECORDED = ["epochs", "losses", "gradients", "confusion", "weights", "map", "neurons"];

// The epochs of one run as far as they have come, in order.
class History {
  constructor(data) {
    this.branch = data.branch;
    this.per = data.per;
    this.first = data.first;
    this.chunks = 0;
    for (const name of RECORDED) this[name] = [];
  }

  take(chunk) {
    const count = chunk.epochs.length;
    const parts = (array) => split(array, array.length / count, count);
    for (const name of ["epochs", "losses", "gradients", "confusion"]) this[name].push(...chunk[name]);
    this.weights.push(...parts(new Float32Array(bytes(chunk.weights).buffer)));
    this.map.push(...parts(bytes(chunk.map)));
    this.neurons.push(...parts(bytes(chunk.neurons)));
    this.chunks++;
  }

  get last() {
    return this.epochs.length - 1;
  }

  frame(index) {
    return Object.fromEntries(RECORDED.map((name) => [name, this[name][index]]));
  }
}

class Player {
  constructor(root) {
    this.root = root;
    this.part = (name) => root.querySelector(`.${name}`);
    this.position = 0;
    this.playing = false;
    this.view = "loss";
    this.map = new SpaceMap(this.part("map"));
    this.other = new SpaceMap(this.part("kept"));
    this.network = new NetworkPicture(this.part("stage"), (place) => this.choose(place), (at) => this.look(at), (weight) => this.readWeight(weight));
    this.part("map").onmousemove = (event) => this.readPlace(event);
    this.part("map").onmouseleave = () => this.say("");
    const on = (name, act) => (this.part(name).onclick = act);
    on("play", () => this.play(!this.playing));
    on("epoch", () => this.step());
    on("back", () => this.show(Math.ceil(this.position) - 1));
    on("batch", () => this.batch());
    on("again", () => this.again());
    on("fork", () => this.fork());
    on("keep", () => this.keep(this.history));
    on("drop", () => this.keep(null));
    this.part("scrub").oninput = (event) => this.show(Number(event.target.value));
    this.part("which").onchange = (event) => this.choose(Number(event.target.value));
    this.part("weight").onsubmit = (event) => this.edit(event);
    this.resizing = new ResizeObserver(() => this.history && this.draw(true));
    this.resizing.observe(root);
  }

  update(data) {
    const theme = themeOf(this.root);
    const fresh = this.data?.branch !== data.branch;
    if (fresh && this.history) {
      if (this.forking && data.forked) this.keep(this.history, true);
      this.forking = false;
      this.position = 0;
    }
    this.data = data;
    this.words = data.words;
    this.colors = data.colors;
    // All but the epochs is the same from chunk to chunk.
    const looks = JSON.stringify([data.branch, data.discrete, data.test, data.words, theme]);
    if (looks !== this.looks) {
      this.looks = looks;
      this.theme = theme;
      this.table = shadeColors(data.classes, data.colors, theme["#010104"], data.discrete);
      this.signs = shadeColors(0, data.colors, theme["#010104"], false);
      this.points = [...points(data.train, data, false), ...(data.test ? points(data.test, data, true) : [])];
      this.fillLegend();
      this.fillTabs();
      this.label();
    }
    if (fresh) {
      this.history = new History(data);
      this.preview = null;
      this.network.build(data.layers);
      this.inputs = split(bytes(data.inputs), THUMB * THUMB);
      this.fillWeights();
      this.asked = this.linesKey = null;
      this.clearLines();
    }
    // Any other it had already, or one is missing between.
    if (data.number === this.history.chunks) this.history.take(JSON.parse(data.chunk));
    // This may answer an older question, and the last be lost behind a newer click: asked again then.
    this.asked = null;
    if (!this.history.chunks) this.ask();
    if (data.lines && data.lines.key !== this.linesKey) this.showLines(data.lines);
    this.fillDoctor();
    if (!this.playing) this.draw(true);
    if (this.stepping) this.step();
    // For tests.
    this.root.dataset.branch = data.branch;
  }

  // --- asking for epochs ------------------------------------------------------------------------

  ask() {
    if (this.asked !== null || this.ended) return;
    this.asked = this.history.chunks;
    this.tell("ask", { branch: this.data.branch, number: this.asked });
  }

  get ended() {
    const { history } = this;
    const lost = history.last >= 0 && history.losses[history.last][0] === null;
    return lost || history.first + history.last >= this.data.end;
  }

  // --- moving through them ----------------------------------------------------------------------

  play(on) {
    if (this.playing === on) return;
    this.playing = on;
    this.stepping = false;
    this.preview = null;
    this.speeds = [];
    clearInterval(this.timer);
    if (on) {
      this.before = performance.now();
      this.timer = setInterval(() => this.tick(), PICTURES);
      this.tick();
    } else {
      this.position = Math.floor(this.position);
      this.report();
    }
    this.label();
    this.draw(true);
  }

  tick() {
    const { history } = this;
    const now = performance.now();
    const seconds = (now - this.before) / 1000;
    this.before = now;
    if (document.hidden) return; // nobody watching, nothing running
    const waiting = history.last - this.position;
    if (waiting < AHEAD * history.per) this.ask();
    // As fast as they come: the more of them wait, the faster.
    this.position = Math.min(history.last, this.position + seconds * Math.max(2, waiting / LAG));
    this.speeds.push([now, this.position]);
    while (now - this.speeds[0][0] > 2000) this.speeds.shift();
    this.draw(now - (this.charted ?? 0) > CHARTS);
    if (this.ended && this.position >= history.last) this.play(false);
  }

  get speed() {
    const { speeds } = this;
    if (!this.playing || !speeds || speeds.length < 2) return 0;
    const [[start, from], [end, to]] = [speeds[0], speeds.at(-1)];
    return ((to - from) / (end - start)) * 1000;
  }

  show(index) {
    this.play(false);
    this.preview = null;
    this.stepping = false;
    this.position = Math.max(0, Math.min(index, this.history.last));
    this.draw(true);
    this.report();
  }

  step() {
    this.play(false);
    this.preview = null;
    const next = Math.floor(this.position) + 1;
    this.stepping = next > this.history.last;
    if (this.stepping) this.ask();
    else this.show(next);
  }

  again() {
    this.play(false);
    this.position = 0;
    this.preview = null;
    this.clearLines();
    this.forking = false;
    if (this.data.forked) this.tell("again", { branch: this.data.branch });
    else this.show(0);
  }

  // Tell the server which epoch is looked at, so that the program below trains up to it.
  report() {
    clearTimeout(this.reporting);
    this.reporting = setTimeout(() => this.note("at", { branch: this.data.branch, epoch: this.epoch }), 250);
  }

  get index() {
    return Math.max(0, Math.min(Math.floor(this.position), this.history.last));
  }

  get epoch() {
    return this.history.first + this.index;
  }

  // --- going another way ------------------------------------------------------------------------

  fork() {
    this.play(false);
    this.forking = true;
    this.tell("fork", { branch: this.data.branch, epoch: this.epoch });
  }

  keep(history, forked = false) {
    this.kept = history;
    this.keptEpoch = history && (forked ? history.last : null);
    this.label();
    this.draw(true);
  }

  batch() {
    this.play(false);
    this.batches = this.preview ? this.batches + 1 : 1;
    this.tell("batch", { branch: this.data.branch, epoch: this.epoch, count: this.batches });
  }

  fillWeights() {
    const rows = [...this.network.edges, ...this.network.biases.map((bias) => ({ ...bias, name: `${this.words.bias} ${bias.name}` }))];
    this.part("which").replaceChildren(...rows.map(({ place, name }) => new Option(name, place)));
    this.chosen = null;
  }

  choose(place) {
    this.play(false);
    this.chosen = place;
    this.part("which").value = place;
    const field = this.part("value");
    field.value = Number((this.current().weights[place] ?? 0).toPrecision(4));
    field.focus();
    field.select();
    this.draw(false);
  }

  edit(event) {
    event.preventDefault();
    const value = Number(this.part("value").value);
    const place = Number(this.part("which").value);
    if (!this.part("value").value || !Number.isFinite(value)) return;
    this.play(false);
    this.forking = false;
    this.tell("edit", { branch: this.data.branch, epoch: this.epoch, place, value });
  }

  // --- drawing ----------------------------------------------------------------------------------

  current() {
    return this.preview ?? this.history.frame(this.index);
  }

  look(at) {
    this.seen = at;
    this.draw(false);
  }

  say(text) {
    this.part("read").textContent = text;
  }

  readWeight(weight) {
    if (!weight) return this.say("");
    const bias = "from" in weight ? "" : `${this.words.bias} `;
    this.say(`${bias}${weight.name}: ${exact(this.current().weights[weight.place])}`);
  }

  // What the network says in the place under the mouse.
  readPlace(event) {
    const { width, height } = event.target.getBoundingClientRect();
    const [across, up] = [event.offsetX / width, 1 - event.offsetY / height];
    const at = [across, up].map((part) => Math.min(MAP - 1, Math.max(0, Math.floor(part * MAP))));
    const shade = this.current().map[at[1] * MAP + at[0]];
    const place = [across, up].map((part, i) => `x${i + 1} = ${exact(part * 2 * EDGE - EDGE)}`).join(", ");
    const { classes, layers } = this.data;
    if (!classes) return this.say(`${place}: y = ${exact(shade / 127.5 - 1)}`);
    const chance = 1 / classes + ((shade % 64) / 63) * (1 - 1 / classes);
    this.say(`${place}: ${layers.at(-1)[Math.floor(shade / 64)]}, ${Math.round(chance * 100)}%`);
  }

  draw(all) {
    if (!this.history.chunks) return;
    const frame = this.current();
    const paper = this.theme["#010104"];
    const one = this.seen && this.neuron(frame, this.seen);
    if (one) this.map.draw(one, THUMB, this.signs, this.points, this.colors, paper);
    else this.map.draw(frame.map, MAP, this.table, this.points, this.colors, paper);
    const lines = { text: this.theme["#010101"], paper, font: this.theme.font, outputs: this.outputColors() };
    this.network.draw(frame.weights, frame.neurons, this.inputs, this.signs, this.colors, lines, this.chosen);
    if (this.kept) {
      const index = Math.min(Math.max(0, this.epoch - this.kept.first), this.keptEpoch ?? this.kept.last, this.kept.last);
      const old = this.kept.frame(index);
      this.other.draw(old.map, MAP, this.table, this.points, this.colors, paper);
    }
    this.count(frame);
    if (all) {
      this.charted = performance.now();
      this.fillConfusion(frame.confusion);
      this.chart();
    }
    this.root.dataset.epoch = frame.epochs;
    this.root.dataset.draws = Number(this.root.dataset.draws ?? 0) + 1;
  }

  neuron(frame, [layer, index]) {
    const before = this.data.layers.slice(1, 1 + layer).reduce((sum, names) => sum + names.length, 0);
    const start = (before + index) * THUMB * THUMB;
    return frame.neurons.subarray(start, start + THUMB * THUMB);
  }

  outputColors() {
    return this.data.layers.at(-1).map((_, i) => (this.data.classes ? this.colors[i] : this.theme["#010105"]));
  }

  count(frame) {
    const [train, test, right, correct] = frame.losses;
    const words = [`${this.words.epoch} ${frame.epochs}`, `${this.words.train} ${short(train)}`, `${this.words.test} ${short(test)}`];
    if (correct !== null) words.push(`${this.words.correct} ${Math.round(correct * 100)}%`);
    const speed = this.speed;
    if (speed) words.push(`${Math.round(speed)} ${this.words.speed}`);
    this.root.dataset.speed = speed.toFixed(1);
    this.part("count").textContent = words.join("  ·  ");
    const scrub = this.part("scrub");
    scrub.max = Math.max(0, this.history.last);
    scrub.value = this.index;
    scrub.setAttribute("aria-valuetext", `${this.words.epoch} ${frame.epochs}`);
  }

  label() {
    const { words } = this;
    const set = (name, text, title = text) => {
      const button = this.part(name);
      if (button.textContent !== text) button.textContent = text;
      button.title = title;
      button.setAttribute("aria-label", title);
    };
    set("play", this.playing ? "❚❚" : "▶", this.playing ? words.pause : words.play);
    set("epoch", words.oneEpoch);
    set("batch", words.oneBatch);
    set("back", "◀", words.back);
    set("again", "⟲", words.again);
    set("fork", words.fork, words.forkHelp);
    set("keep", words.keep, words.keepHelp);
    set("drop", words.drop);
    this.part("drop").hidden = !this.kept;
    this.part("other").hidden = !this.kept;
    this.part("other").querySelector(".tag").textContent = "A";
    this.part("one").querySelector(".tag").textContent = this.kept ? "B" : "";
    this.part("weight").querySelector("button").textContent = words.set;
    this.part("which").setAttribute("aria-label", words.weight);
    this.part("value").setAttribute("aria-label", words.value);
    this.part("scrub").setAttribute("aria-label", words.epoch);
    this.part("map").setAttribute("aria-label", this.data.alt);
    this.part("kept").setAttribute("aria-label", words.keptAlt);
  }

  fillLegend() {
    const entry = (className, color, text) => {
      const span = document.createElement("span");
      const dot = document.createElement("i");
      dot.className = className;
      if (color) dot.style.background = color;
      span.append(dot, text);
      return span;
    };
    const { data, words } = this;
    const names = data.classes ? data.layers.at(-1).map((name, i) => entry("", this.colors[i], name))
      : [entry("", this.colors[0], words.low), entry("", this.colors[1], words.high)];
    this.part("legend").replaceChildren(...names, ...(data.test ? [entry("test", "", words.testPoints)] : []));
  }

  fillTabs() {
    const tabs = this.part("tabs");
    tabs.setAttribute("aria-label", this.words.curves);
    const names = { loss: this.words.loss, accuracy: this.words.accuracy, gradients: this.words.gradients };
    if (!this.data.classes) delete names.accuracy;
    if (!(this.view in names)) this.view = "loss";
    tabs.replaceChildren(...Object.entries(names).map(([name, text]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.setAttribute("aria-pressed", String(name === this.view));
      button.onclick = () => {
        this.view = name;
        this.fillTabs();
        this.chart();
      };
      return button;
    }));
  }

  fillConfusion(rows) {
    const table = this.part("confusion");
    table.hidden = !rows.length;
    const key = JSON.stringify(rows);
    if (table.dataset.key === key) return;
    table.dataset.key = key;
    const names = this.data.layers.at(-1);
    const cell = (tag, text, color) => {
      const td = document.createElement(tag);
      td.textContent = text;
      if (color) td.style.background = color;
      return td;
    };
    const line = (...cells) => {
      const tr = document.createElement("tr");
      tr.append(...cells);
      return tr;
    };
    const caption = document.createElement("caption");
    caption.textContent = this.words.confusion;
    table.replaceChildren(
      caption,
      line(cell("th", ""), ...names.map((name) => cell("th", name))),
      ...rows.map((row, i) => {
        const sum = row.reduce((a, b) => a + b, 0) || 1;
        return line(cell("th", names[i]), ...row.map((count, j) => {
          const share = Math.round((count / sum) * 45);
          return cell("td", count, `color-mix(in srgb, ${this.colors[i === j ? 1 : 0]} ${share}%, transparent)`);
        }));
      }),
    );
  }

  fillDoctor() {
    const box = this.part("doctor");
    const text = JSON.stringify(this.data.findings);
    if (box.dataset.key === text) return;
    box.dataset.key = text;
    box.replaceChildren(...this.data.findings.map((sentence) => {
      const p = document.createElement("p");
      p.textContent = sentence;
      return p;
    }));
  }

  // --- the curves -------------------------------------------------------------------------------

  chart() {
    this.charting ??= loadPlotly(this.data.plotly)
      .then(() => this.drawChart())
      .catch((error) => console.error(error))
      .finally(() => (this.charting = null));
  }

  drawChart() {
    const { history, kept, view, words, theme, colors } = this;
    const line = (run, name, values, color, dash) => {
      const step = Math.max(1, Math.ceil(run.epochs.length / 400)); // no screen shows more
      const some = run.epochs.map((_, i) => i).filter((i) => i % step === 0 || i === run.last);
      return {
        type: "scatter", mode: "lines", name, x: some.map((i) => run.epochs[i]), y: some.map((i) => values(i)),
        line: { color, width: 2, dash }, hovertemplate: `${name}: %{y:.4g}<br>${words.epoch} %{x}<extra></extra>`,
      };
    };
    const both = (run, dash, tag) => {
      const at = view === "accuracy" ? 2 : 0;
      return [
        line(run, `${tag}${words.train}`, (i) => run.losses[i][at], theme["#010102"], dash),
        line(run, `${tag}${words.test}`, (i) => run.losses[i][at + 1], colors[1], dash),
      ];
    };
    const layers = (run) => run.gradients[0].map((_, l) => line(
      run, `${words.layer} ${l + 1}`, (i) => run.gradients[i][l] || null, this.data.palette[l % this.data.palette.length],
    ));
    const traces = view === "gradients" ? layers(history)
      : [...both(history, "solid", kept ? "B " : ""), ...(kept ? both(kept, "dot", "A ") : [])];
    const now = this.preview ? this.preview.epochs : this.epoch;
    const layout = inTheme({
      height: 240, margin: { l: 52, r: 8, t: 8, b: 36 }, showlegend: true,
      legend: { orientation: "h", y: 1.16, x: 0, font: { size: 12 } },
      xaxis: { title: { text: words.epoch }, rangemode: "tozero", fixedrange: true },
      yaxis: { type: view === "accuracy" ? "linear" : "log", fixedrange: true, ...(view === "accuracy" ? { range: [0, 1.02] } : {}) },
      shapes: [{ type: "line", x0: now, x1: now, yref: "paper", y0: 0, y1: 1, line: { color: theme["#010102"], width: 1, dash: "dot" } }],
    }, theme);
    const plot = this.part("plot");
    plot.setAttribute("aria-label", words.curvesAlt);
    this.drawn = true;
    return window.Plotly.react(plot, traces, layout, { displayModeBar: false, responsive: true });
  }

  // --- the lines of the loop --------------------------------------------------------------------

  clearLines() {
    clearInterval(this.lighting);
    this.part("code-lines").replaceChildren(...this.data.loop.map((text) => this.line(text, "")));
  }

  line(text, said) {
    const li = document.createElement("li");
    const code = document.createElement("code");
    code.textContent = text;
    const span = document.createElement("span");
    span.className = "said";
    span.textContent = said;
    li.append(code, span);
    return li;
  }

  showLines(lines) {
    clearInterval(this.lighting);
    this.linesKey = lines.key;
    const rows = lines.rows.map(([text, said]) => this.line(text, said));
    this.part("code-lines").replaceChildren(...rows);
    let next = 0;
    const light = () => {
      rows[next - 1]?.classList.replace("lit", "done");
      if (next === rows.length) {
        clearInterval(this.lighting);
        const after = new History(this.data);
        after.take(JSON.parse(lines.frame));
        this.preview = after.frame(0);
        this.draw(true);
        return;
      }
      rows[next++].classList.add("lit");
    };
    light();
    this.lighting = setInterval(light, LIT);
  }

  clear() {
    clearInterval(this.timer);
    clearInterval(this.lighting);
    this.resizing.disconnect();
    if (this.drawn) window.Plotly.purge(this.part("plot"));
  }
}

function points(text, data, test) {
  const numbers = new Float32Array(bytes(text).buffer);
  const [low, high] = data.colors.map(rgb);
  // A number's color: gray for 0, full at -1 and 1.
  const shaded = (label) => `rgb(${mixed([150, 150, 150], label < 0 ? low : high, Math.min(1, Math.abs(label)))})`;
  return Array.from({ length: numbers.length / 3 }, (_, i) => {
    const [x, y, label] = numbers.subarray(3 * i, 3 * i + 3);
    return { x, y, test, color: data.classes ? data.colors[label] : shaded(label) };
  });
}

function split(array, size, count = array.length / size) {
  return Array.from({ length: count }, (_, i) => array.subarray(i * size, (i + 1) * size));
}

function exact(number) {
  return Number(number.toPrecision(4)).toString();
}

function short(number) {
  return number === null ? "NaN" : Number(number.toPrecision(3)).toString();
}
