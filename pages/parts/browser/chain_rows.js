// A chain of layers, one row each: edited in place, moved, removed, and one more added.
//
// What goes to the server is the text of all rows; what comes back is the chain it could read.

const MOVES = [["up", "↑", -1], ["down", "↓", 1]];

export default function ({ data, parentElement, setTriggerValue }) {
  const rows = drawerOf(parentElement, () => new Rows(parentElement.querySelector(".layers")));
  rows.tell = (layers) => setTriggerValue("layers", layers);
  rows.update(data);
  return clearedOnceGone(parentElement);
}

class Rows {
  constructor(root) {
    this.list = root.querySelector("ol");
    this.help = root.querySelector(".help");
    this.name = root.querySelector(".add span");
    this.menu = root.querySelector("select");
    this.menu.onchange = () => {
      if (this.menu.value) this.change([...this.texts(), this.menu.value]);
      this.menu.value = "";
    };
  }

  update(data) {
    const same = JSON.stringify(data) === this.before; // keep what is being typed
    this.before = JSON.stringify(data);
    this.data = data;
    if (!same) this.draw();
  }

  texts() {
    return [...this.list.querySelectorAll("input")].map((field) => field.value);
  }

  change(texts, focus = null) {
    this.focus = focus;
    this.tell(texts.filter((text) => text.trim()));
  }

  draw() {
    const { layers, kinds, words, failing, disabled, most } = this.data;
    const held = this.focus ?? this.focused();
    this.focus = null;
    this.list.replaceChildren(...layers.map((text, i) => this.row(text, i)));
    this.name.textContent = words.add;
    const first = layers.length >= most ? words.full : words.choose;
    this.menu.replaceChildren(new Option(first, ""), ...kinds.map(([says, text]) => new Option(says.split("(")[0], text)));
    this.menu.disabled = disabled || layers.length >= most;
    this.list.querySelectorAll("li")[failing]?.classList.add("failing");
    const row = held && this.list.querySelectorAll("li")[Math.min(held[0], layers.length - 1)];
    row?.querySelector(`.${held[1]}`)?.focus();
  }

  // Say which argument is which, while one is written.
  explain(text) {
    const name = text.trim().replace(/^nn\./, "").split("(")[0];
    this.help.textContent = this.data.kinds.find(([says]) => says.startsWith(`${name}(`))?.[0] ?? "";
  }

  focused() {
    const field = this.list.contains(document.activeElement) && document.activeElement;
    return field ? [[...this.list.children].indexOf(field.parentElement), field.className] : null;
  }

  row(text, i) {
    const { layers, words, disabled } = this.data;
    const row = document.createElement("li");
    const field = document.createElement("input");
    field.className = "text";
    field.value = text;
    field.spellcheck = false;
    field.disabled = disabled;
    field.setAttribute("aria-label", `${words.layer} ${i + 1}`);
    field.oninput = field.onfocus = () => this.explain(field.value);
    field.onchange = () => this.change(this.texts());
    row.append(field);
    for (const [name, sign, by] of MOVES) {
      const to = i + by;
      row.append(this.button(name, sign, i, to < 0 || to >= layers.length, () => {
        const texts = this.texts();
        [texts[i], texts[to]] = [texts[to], texts[i]];
        this.change(texts, [to, name]);
      }));
    }
    row.append(this.button("remove", "×", i, layers.length < 2, () => {
      this.change(this.texts().filter((_, place) => place !== i), [i, "remove"]);
    }));
    return row;
  }

  button(name, sign, i, off, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = name;
    button.textContent = sign;
    button.disabled = off || this.data.disabled;
    button.title = this.data.words[name];
    button.setAttribute("aria-label", `${this.data.words[name]}: ${this.data.words.layer} ${i + 1}`);
    button.onclick = act;
    return button;
  }

  clear() {}
}
