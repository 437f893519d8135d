// Draws a figure in place: the same div from first to last, so zoom and camera stay.
// Called by Streamlit on every rerun and every change of theme.

export default function ({ data, parentElement }) {
  drawerOf(parentElement, () => new View(parentElement.querySelector(".picture"))).update(data);
  return clearedOnceGone(parentElement);
}

// Where Plotly looks from if a figure does not say.
const FIRST_CAMERA = { eye: { x: 1.25, y: 1.25, z: 1.25 }, center: { x: 0, y: 0, z: 0 }, up: { x: 0, y: 0, z: 1 } };

class View {
  constructor(root) {
    this.root = root;
    this.part = (name) => root.querySelector(`.${name}`);
    this.plot = this.part("plot");
    this.frame = 0;
    this.timer = null;
    this.kept = {}; // axis or scene -> the view the visitor chose
    this.drawing = Promise.resolve();

    this.part("play").onclick = () => this.play(!this.timer);
    this.part("back").onclick = () => this.show(this.frame - 1);
    this.part("forward").onclick = () => this.show(this.frame + 1);
    this.part("scrub").oninput = (event) => this.show(Number(event.target.value));
    this.part("reset").onclick = () => this.reset();
    this.part("numbers").ontoggle = () => this.fillNumbers();
    this.plot.onkeydown = (event) => this.key(event);

    // A chart in a hidden tab has no width until the tab is shown.
    this.resizing = new ResizeObserver(() => {
      if (this.drawn && this.plot.offsetWidth) window.Plotly.Plots.resize(this.plot);
    });
    this.resizing.observe(this.plot);
  }

  update(data) {
    const theme = themeOf(this.root);
    const signature = data.figure + JSON.stringify(theme);
    if (signature === this.signature) return;
    this.signature = signature;
    this.theme = theme;
    this.words = data.words;

    this.figure = JSON.parse(
      data.figure.replace(/#01010[1-5]/g, (color) => theme[color] || color),
    );
    this.height = this.figure.layout.height ?? 380;
    this.plot.style.height = `${this.height}px`;
    this.plot.setAttribute("aria-label", data.alt);
    this.prepareControls();
    this.drawing = loadPlotly(data.plotly)
      .then(() => this.draw())
      .catch((error) => {
        this.plot.textContent = `${data.words.failed} ${data.alt}`;
        console.error(error);
      });
  }

  prepareControls() {
    const frames = this.figure.frames ?? [];
    const words = this.words;
    this.part("player").hidden = frames.length < 2;
    this.frame = Math.max(0, Math.min(this.frame, frames.length - 1));
    const scrub = this.part("scrub");
    scrub.max = Math.max(0, frames.length - 1);
    scrub.setAttribute("aria-label", words.step);
    for (const name of ["back", "forward", "reset"]) {
      this.part(name).setAttribute("aria-label", words[name]);
      this.part(name).title = words[name];
    }
    this.part("reset").textContent = words.reset;
    this.part("numbers").querySelector("summary").textContent = words.numbers;
    this.part("numbers").hidden = !this.figure.layout.meta?.numbers;
    this.showPlaying();
    if (this.part("numbers").open) this.fillNumbers();
  }

  // The figure with frame number `frame` laid over it, in the colors of the theme.
  picture() {
    const { data, layout, frames = [] } = this.figure;
    const frame = frames[this.frame];
    const traces = data.map((trace, index) => {
      const place = frame ? (frame.traces ?? frame.data.map((_, i) => i)).indexOf(index) : -1;
      return place < 0 ? trace : { ...trace, ...frame.data[place] };
    });
    // A copy: Plotly writes the visitor's zoom into the layout it is given.
    const dressed = inTheme(structuredClone({ ...layout, ...frame?.layout }), this.theme);
    for (const [name, view] of Object.entries(this.kept)) dressed[name] = { ...dressed[name], ...view };
    return [traces, dressed];
  }

  async draw() {
    const [traces, layout] = this.picture();
    await window.Plotly.react(this.plot, traces, layout, { displayModeBar: false, responsive: true });
    if (!this.drawn) {
      this.drawn = true;
      this.plot.on("plotly_relayout", (change) => this.remember(change));
      this.plot.on("plotly_hover", (event) => this.showSprite(event.points[0]?.customdata));
      this.plot.on("plotly_unhover", () => this.showSprite());
    }
    this.showReset();
    const frames = this.figure.frames ?? [];
    if (frames.length > 1) {
      this.part("scrub").value = this.frame;
      this.part("scrub").setAttribute("aria-valuetext", frames[this.frame].name);
      this.part("caption").textContent = `${this.frame + 1}/${frames.length}  ${frames[this.frame].name}`;
    }
    // For tests: how often this very div was drawn.
    this.root.dataset.draws = Number(this.root.dataset.draws ?? 0) + 1;
  }

  // Which of the pictures in layout.meta.sprite to show beside the points; none without a number.
  showSprite(number) {
    const sprite = this.figure.layout.meta?.sprite;
    const part = this.part("sprite");
    part.hidden = !sprite || !Number.isInteger(number);
    if (part.hidden) return;
    const large = 84; // pixels of the page
    const place = [number % sprite.across, Math.floor(number / sprite.across)];
    part.style.width = part.style.height = `${large}px`;
    part.style.backgroundImage = `url(${sprite.source})`;
    part.style.backgroundSize = `${sprite.across * large}px auto`;
    part.style.backgroundPosition = place.map((steps) => `${-steps * large}px`).join(" ");
  }

  show(frame) {
    const last = this.figure.frames.length - 1;
    this.frame = Math.max(0, Math.min(frame, last));
    if (this.frame === last) this.play(false);
    this.draw();
  }

  play(on) {
    clearInterval(this.timer);
    this.timer = null;
    if (on) {
      if (this.frame === this.figure.frames.length - 1) this.frame = -1;
      const pause = this.figure.layout.meta?.pause ?? 900; // milliseconds from frame to frame
      this.timer = setInterval(() => this.show(this.frame + 1), pause);
      this.show(this.frame + 1);
    }
    this.showPlaying();
  }

  showPlaying() {
    const button = this.part("play");
    button.textContent = this.timer ? "❚❚" : "▶";
    button.setAttribute("aria-label", this.timer ? this.words.pause : this.words.play);
    button.title = button.getAttribute("aria-label");
  }

  // --- zoom without a mouse -------------------------------------------------------------------

  axes() {
    const full = this.plot._fullLayout ?? {};
    return Object.keys(full).filter((name) => /^[xy]axis\d*$/.test(name) && !full[name].fixedrange);
  }

  // Plotly's uirevision keeps what the mouse did; what the keys did is kept here as well.
  remember(change) {
    const full = this.plot._fullLayout;
    for (const [name, part] of Object.keys(change).map((path) => path.split(/[.[]/))) {
      if (part === "camera") this.kept[name] = { camera: structuredClone(full[name].camera) };
      if (part !== "range" && part !== "autorange") continue;
      const { range, autorange } = full[name];
      const given = this.figure.layout[name]?.range;
      const asDrawn = autorange || given?.every((end, index) => Number(end) === Number(range[index]));
      if (asDrawn) delete this.kept[name];
      else this.kept[name] = { range: [...range], autorange: false };
    }
    this.showReset();
  }

  showReset() {
    this.part("reset").hidden = Object.keys(this.kept).length === 0;
  }

  async reset() {
    const change = {};
    for (const name of Object.keys(this.kept)) {
      const { range, camera } = this.figure.layout[name] ?? {};
      if (this.kept[name].camera) change[`${name}.camera`] = camera ?? FIRST_CAMERA;
      else if (range) change[`${name}.range`] = [...range];
      else change[`${name}.autorange`] = true;
    }
    await window.Plotly.relayout(this.plot, change);
    this.kept = {};
    this.showReset();
  }

  key(event) {
    if (!this.drawn || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = {
      ArrowLeft: ["x", -0.1, 1], ArrowRight: ["x", 0.1, 1],
      ArrowDown: ["y", -0.1, 1], ArrowUp: ["y", 0.1, 1],
      "+": ["xy", 0, 0.8], "=": ["xy", 0, 0.8], "-": ["xy", 0, 1.25],
    };
    if (event.key === "0" || event.key === "Home") this.reset();
    else if (event.key in moves) this.move(...moves[event.key]);
    else return;
    event.preventDefault();
  }

  move(letters, shift, scale) {
    const full = this.plot._fullLayout;
    const scene = full.scene;
    if (scene) return this.turn(letters, shift, scale);
    const change = {};
    for (const axis of this.axes()) {
      if (!letters.includes(axis[0])) continue;
      const [low, high] = full[axis].range.map(Number);
      const middle = (low + high) / 2 + shift * (high - low);
      const half = ((high - low) / 2) * scale;
      change[`${axis}.range`] = [middle - half, middle + half];
    }
    window.Plotly.relayout(this.plot, change);
  }

  turn(letters, shift, scale) {
    const { x, y, z } = this.plot._fullLayout.scene.camera.eye;
    const angle = letters === "x" ? shift * 2 : 0;
    const eye = {
      x: (x * Math.cos(angle) - y * Math.sin(angle)) * scale,
      y: (x * Math.sin(angle) + y * Math.cos(angle)) * scale,
      z: (letters === "y" ? z + shift * 2 : z) * scale,
    };
    window.Plotly.relayout(this.plot, { "scene.camera.eye": eye });
  }

  // --- the numbers behind the picture ---------------------------------------------------------

  fillNumbers() {
    if (!this.part("numbers").open) return;
    const { columns, rows } = this.figure.layout.meta?.numbers ?? { columns: [], rows: [] };
    const row = (cells, tag) => {
      const tr = document.createElement("tr");
      for (const cell of cells) {
        const td = document.createElement(tag);
        td.textContent = typeof cell === "number" ? Number(cell.toPrecision(6)) : (cell ?? "");
        tr.append(td);
      }
      return tr;
    };
    const table = this.part("table");
    table.replaceChildren(row(columns, "th"), ...rows.map((cells) => row(cells, "td")));
  }

  clear() {
    clearInterval(this.timer);
    this.resizing.disconnect();
    if (this.drawn) window.Plotly.purge(this.plot);
  }
}
