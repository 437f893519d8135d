// The lines of code under the pictures, and the numbers below them.

import { find, make } from "./element.js";

/** @import { Scene } from "./stage.js" */

/**
 * @param {HTMLElement} root
 * @param {Scene["code"]} code
 */
export function showCode(root, code) {
  while (root.children.length > code.length) root.lastElementChild?.remove();
  code.forEach(({ html }, i) => {
    const line = root.children[i] ?? root.appendChild(make("span"));
    line.className = "line";
    if (line.innerHTML !== html) line.innerHTML = html; // escaped by lib/export/highlight.py
  });
  root.hidden = code.length === 0;
}

/**
 * @param {HTMLElement} root
 * @param {Scene["code"]} code
 * @param {number} frame
 */
export function litLines(root, code, frame) {
  code.forEach(({ frames }, i) => {
    root.children[i].classList.toggle("lit", frames.includes(frame));
  });
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @param {{ columns: string[], rows: (string | number | null)[][] }[]} tables behind the pictures
 * @param {string} askedFor what is said where a question still asks for some
 */
export function fillNumbers(root, scene, tables, askedFor) {
  const values = find(root, ".values", HTMLElement);
  values.replaceChildren(...scene.numbers.map((row) => tableRow(row, "td")));
  if (scene.asked) values.append(tableRow([askedFor, ""], "td"));
  const behind = tables.map(({ columns, rows }) => {
    const table = make("table");
    table.replaceChildren(tableRow(columns, "th"), ...rows.map((row) => tableRow(row, "td")));
    return table;
  });
  find(root, ".behind", HTMLElement).replaceChildren(...behind);
}

/**
 * @param {(string | number | null)[]} cells
 * @param {"td" | "th"} tag
 */
function tableRow(cells, tag) {
  const row = make("tr");
  for (const cell of cells) {
    const text = typeof cell === "number" ? String(Number(cell.toPrecision(6))) : (cell ?? "");
    const part = make(tag);
    // Code stands between backticks.
    text.split("`").forEach((each, i) => part.append(i % 2 ? make("code", each) : each));
    row.append(part);
  }
  return row;
}
