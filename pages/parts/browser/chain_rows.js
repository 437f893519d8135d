// A chain of layers, one row each: edited in place, moved, removed, and one more added.
//
// What goes to the server is the text of all rows; what comes back is the chain it could read.

import { element, find, make } from "./element.js";

/** @import { Call } from "./element.js" */

/**
 * What pages/parts/models/build_rows.py sends.
 *
 * @typedef {object} ChainData
 * @property {string[]} layers
 * @property {[string, string][]} kinds each a signature, and the text that a new row begins with
 * @property {number} failing the layer that cannot work on what arrives, or -1
 * @property {number} most how many layers there may be
 * @property {boolean} disabled
 * @property {Record<"layer" | "add" | "choose" | "full" | "up" | "down" | "remove", string>} words
 */

/** @typedef {[number, string]} Focus a row, and the class of what has the focus in it */

const MOVES = /** @type {const} */ ([["up", "↑", -1], ["down", "↓", 1]]);

class ChainRows {
  /**
   * @param {HTMLElement} root
   * @param {ChainData} data
   */
  constructor(root, data) {
    this.data = data;
    this.signature = "";
    this.list = find(root, "ol", HTMLElement);
    this.help = find(root, ".help", HTMLElement);
    this.add = find(root, ".add span", HTMLElement);
    this.menu = find(root, "select", HTMLSelectElement);
    /** @type {Focus | null} */
    this.focus = null; // where it goes with the next drawing
    /** @type {(layers: string[]) => void} */
    this.send = () => {};
    this.menu.onchange = () => {
      if (this.menu.value) this.change([...this.texts(), this.menu.value]);
      this.menu.value = "";
    };
  }

  /** @param {Call<ChainData>} call */
  update({ data, setTriggerValue }) {
    this.send = (layers) => setTriggerValue("layers", layers);
    const signature = JSON.stringify(data);
    const same = signature === this.signature; // keep what is being typed
    this.signature = signature;
    this.data = data;
    if (!same) this.draw();
  }

  texts() {
    return [...this.list.querySelectorAll("input")].map((field) => field.value);
  }

  /**
   * @param {string[]} texts
   * @param {Focus | null} focus
   */
  change(texts, focus = null) {
    this.focus = focus;
    this.send(texts.filter((text) => text.trim()));
  }

  draw() {
    const { layers, kinds, words, failing, disabled, most } = this.data;
    const focus = this.focus ?? this.focused();
    this.focus = null;
    this.list.replaceChildren(...layers.map((text, i) => this.row(text, i)));
    this.add.textContent = words.add;
    const first = layers.length >= most ? words.full : words.choose;
    this.menu.replaceChildren(
      new Option(first, ""),
      ...kinds.map(([signature, text]) => new Option(signature.split("(")[0], text)),
    );
    this.menu.disabled = disabled || layers.length >= most;
    this.list.children[failing]?.classList.add("failing");
    if (!focus) return;
    const row = this.list.children[Math.min(focus[0], layers.length - 1)];
    const part = row?.querySelector(`.${focus[1]}`);
    if (part instanceof HTMLElement) part.focus();
  }

  /**
   * Say which argument is which, while one is written.
   *
   * @param {string} text
   */
  explain(text) {
    const name = text.trim().replace(/^nn\./, "").split("(")[0];
    const kind = this.data.kinds.find(([signature]) => signature.startsWith(`${name}(`));
    this.help.textContent = kind?.[0] ?? "";
  }

  /** @returns {Focus | null} */
  focused() {
    const part = document.activeElement;
    if (!part?.parentElement || !this.list.contains(part)) return null;
    return [[...this.list.children].indexOf(part.parentElement), part.className];
  }

  /**
   * @param {string} text
   * @param {number} i
   */
  row(text, i) {
    const { layers, words, disabled } = this.data;
    const row = make("li");
    const field = make("input");
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

  /**
   * @param {"up" | "down" | "remove"} name
   * @param {string} sign
   * @param {number} i
   * @param {boolean} off
   * @param {() => void} act
   */
  button(name, sign, i, off, act) {
    const { words, disabled } = this.data;
    const button = make("button", sign);
    button.type = "button";
    button.className = name;
    button.disabled = off || disabled;
    button.title = words[name];
    button.setAttribute("aria-label", `${words[name]}: ${words.layer} ${i + 1}`);
    button.onclick = act;
    return button;
  }

  clear() {}
}

export default element(".layers", ChainRows);
