// A program: the lines that changed since it was last shown are marked, and so are those that
// failed, are wrong or were repaired.

import { element, find, make } from "./element.js";

/** @import { Call } from "./element.js" */

/** @typedef {"failing" | "wrong" | "gap" | "removed" | "added"} Mark */

/**
 * What pages/parts/listing.py sends.
 *
 * @typedef {object} ListingData
 * @property {string} name
 * @property {string[]} lines as HTML
 * @property {Record<string, Mark>} marks by the line's number
 * @property {Record<"copy" | "copied" | Mark, string>} words
 */

class Listing {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.code = find(root, ".code", HTMLElement);
    this.button = find(root, ".copy", HTMLElement);
    this.program = make("pre");
    this.code.replaceChildren(this.program);
    this.signature = "";
    /** @type {ListingData | null} */
    this.shown = null;
  }

  /** @param {Call<ListingData>} call */
  update({ data }) {
    const signature = JSON.stringify(data);
    if (signature === this.signature) return;
    this.signature = signature;
    const { shown, program } = this;
    this.shown = data;

    // Marked only if the same program was shown with other settings before.
    const before = shown?.name === data.name ? new Set(shown.lines) : null;
    // A slider changes one line of a hundred: the others stay as they are.
    while (program.children.length > data.lines.length) program.lastChild?.remove();
    data.lines.forEach((html, index) => {
      const line = program.children[index] ?? program.appendChild(make("span"));
      if (shown?.lines[index] !== html) line.innerHTML = html; // by Pygments, from our own files
      const marks = ["line"];
      if (before && !before.has(html)) marks.push("changed");
      const mark = data.marks[index];
      if (mark) marks.push(mark);
      const name = marks.join(" ");
      if (line.className !== name) line.className = name;
      if (mark) line.setAttribute("aria-label", data.words[mark]);
      else line.removeAttribute("aria-label");
    });
    this.code.setAttribute("aria-label", data.name);
    const mark = program.querySelector(".changed");
    if (mark instanceof HTMLElement) {
      this.code.scrollTop = Math.max(0, mark.offsetTop - this.code.clientHeight / 2);
    }

    this.button.textContent = data.words.copy;
    this.button.onclick = async () => {
      await copyLines(program);
      this.button.textContent = data.words.copied;
      setTimeout(() => (this.button.textContent = data.words.copy), 1500);
    };
  }

  clear() {}
}

/** @param {HTMLElement} program */
async function copyLines(program) {
  const lines = [...program.children].filter((line) => !line.classList.contains("removed"));
  const text = lines.map((line) => line.textContent).join("\n") + "\n";
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Without https a browser offers only the old way.
  const range = document.createRange();
  range.selectNodeContents(program);
  const selection = getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
  document.execCommand("copy");
}

export default element(".listing", Listing);
