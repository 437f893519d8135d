// The numbers of a kernel in cells that can be typed, and buttons that fill all of them.
//
// What goes to the server is the text of the whole kernel; the stage follows while one types.

import { element, find, make } from "./element.js";

/** @import { Call } from "./element.js" */

/**
 * What pages/parts/inside/filters_kernel.py sends.
 *
 * @typedef {object} KernelData
 * @property {string[][]} cells
 * @property {Choice[]} presets
 * @property {Choice[]} sizes
 * @property {string} control the key of the control that the whole kernel is
 * @property {number} largest
 * @property {boolean} disabled
 * @property {Record<"cell" | "refused", string>} words
 */

/** @typedef {{ name: string, text: string, chosen: boolean }} Choice */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(\/[+-]?(\d+\.?\d*|\.\d+))?$/;

class KernelCells {
  /**
   * @param {HTMLElement} root
   * @param {KernelData} data
   */
  constructor(root, data) {
    this.data = data;
    this.signature = "";
    this.presets = find(root, ".presets", HTMLElement);
    this.sizes = find(root, ".sizes", HTMLElement);
    this.cells = find(root, ".cells", HTMLElement);
    this.whole = find(root, ".whole", HTMLInputElement);
    this.help = find(root, ".help", HTMLElement);
    /** @type {(text: string) => void} */
    this.send = () => {};
  }

  /** @param {Call<KernelData>} call */
  update({ data, setTriggerValue }) {
    this.send = (text) => setTriggerValue("kernel", text);
    const signature = JSON.stringify(data);
    const same = signature === this.signature; // keep what is being typed
    this.signature = signature;
    this.data = data;
    if (!same) this.draw();
  }

  draw() {
    const { cells, presets, sizes, control } = this.data;
    this.whole.dataset.control = control;
    this.choose(this.presets, presets);
    this.choose(this.sizes, sizes);
    this.help.textContent = "";
    this.cells.style.gridTemplateColumns = `repeat(${cells.length}, 1fr)`;
    const texts = cells.flat();
    while (this.cells.children.length > texts.length) this.cells.lastElementChild?.remove();
    texts.forEach((text, i) => {
      const field = this.fields()[i] ?? this.cells.appendChild(make("input"));
      this.dress(field, text, i);
    });
  }

  fields() {
    return [...this.cells.querySelectorAll("input")];
  }

  /**
   * @param {HTMLInputElement} field
   * @param {string} text
   * @param {number} i
   */
  dress(field, text, i) {
    const { cells, words, disabled } = this.data;
    const [row, column] = [Math.floor(i / cells.length), i % cells.length];
    field.value = text;
    field.disabled = disabled;
    field.maxLength = 12;
    field.removeAttribute("aria-invalid");
    field.setAttribute("aria-label", `${words.cell} [${row}, ${column}]`);
    field.onfocus = () => field.select();
    field.oninput = () => this.typed(false);
    field.onchange = () => this.typed(true);
  }

  /**
   * @param {HTMLElement} place
   * @param {Choice[]} choices
   */
  choose(place, choices) {
    while (place.children.length > choices.length) place.lastElementChild?.remove();
    choices.forEach(({ name, text, chosen }, i) => {
      const button = /** @type {HTMLButtonElement} */ (
        place.children[i] ?? place.appendChild(make("button")));
      button.type = "button";
      button.textContent = name;
      button.disabled = this.data.disabled;
      button.setAttribute("aria-pressed", String(chosen));
      button.onclick = () => {
        this.signature = ""; // what could not be read goes, even if the kernel stays the same
        this.send(text);
      };
    });
  }

  /**
   * A cell was typed in: the stage follows, and once it is left the page does.
   *
   * @param {boolean} isOver
   */
  typed(isOver) {
    const fields = this.fields();
    const bad = fields.filter((field) => !this.reads(field.value));
    fields.forEach((field) => field.setAttribute("aria-invalid", String(bad.includes(field))));
    this.help.textContent = isOver && bad.length ? this.data.words.refused : "";
    if (bad.length) return;
    const size = this.data.cells.length;
    const rows = this.data.cells.map((_, row) =>
      fields.slice(row * size, (row + 1) * size).map(({ value }) => value.trim()).join(", "));
    const text = rows.join("; ");
    if (isOver) {
      this.send(text);
      return;
    }
    this.whole.value = text;
    this.whole.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {string} text */
  reads(text) {
    const plain = text.trim().replaceAll("−", "-");
    const [top, bottom = "1"] = plain.split("/").map(Number);
    return NUMBER.test(plain) && Math.abs(Number(top) / Number(bottom)) <= this.data.largest;
  }

  clear() {}
}

export default element(".kernel", KernelCells);
