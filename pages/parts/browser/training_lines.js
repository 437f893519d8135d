// The lines of the loop, lit one after the other with what each did in a batch.

import { find, make } from "./element.js";

/** @import { BatchLines } from "./training_data.js" */

const LIT = 700; // milliseconds for each line

export class LoopLines {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.list = find(root, ".code-lines", HTMLElement);
    this.timer = 0;
    this.key = ""; // of the batch shown
  }

  /** @param {string[]} lines shown without what they did */
  reset(lines) {
    clearInterval(this.timer);
    this.list.replaceChildren(...lines.map((text) => lineOf(text, "")));
  }

  /**
   * Show a batch, unless it is shown already.
   *
   * @param {BatchLines} lines
   * @param {() => void} done called when the last one was lit
   */
  show(lines, done) {
    if (lines.key === this.key) return;
    this.key = lines.key;
    clearInterval(this.timer);
    const rows = lines.rows.map(([text, effect]) => lineOf(text, effect));
    this.list.replaceChildren(...rows);
    let next = 0;
    const light = () => {
      rows[next - 1]?.classList.replace("lit", "done");
      if (next < rows.length) {
        rows[next++].classList.add("lit");
        return;
      }
      clearInterval(this.timer);
      done();
    };
    light();
    this.timer = setInterval(light, LIT);
  }

  clear() {
    clearInterval(this.timer);
  }
}

/**
 * @param {string} text
 * @param {string} effect what it did
 */
function lineOf(text, effect) {
  const line = make("li");
  const note = make("span", effect);
  note.className = "said";
  line.append(make("code", text), note);
  return line;
}
