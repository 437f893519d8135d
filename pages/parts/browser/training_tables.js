// Beside the pictures of a run: the legend, the confusion matrix, the doctor's findings.

import { find, make } from "./element.js";

/** @import { TrainingData } from "./training_data.js" */

/**
 * @param {HTMLElement} root
 * @param {TrainingData} data
 */
export function fillLegend(root, { classes, colors, layers, test, words }) {
  const entry = (/** @type {string} */ color, /** @type {string} */ text) => {
    const span = make("span");
    const dot = make("i");
    if (color) dot.style.background = color;
    else dot.className = "test";
    span.append(dot, text);
    return span;
  };
  const names = classes ? layers[layers.length - 1] : [words.low, words.high];
  find(root, ".legend", HTMLElement).replaceChildren(
    ...names.map((name, i) => entry(colors[i], name)),
    ...(test ? [entry("", words.testPoints)] : []),
  );
}

/**
 * @param {HTMLElement} root
 * @param {number[][]} rows
 * @param {TrainingData} data
 */
export function fillConfusion(root, rows, { colors, layers, words }) {
  const table = find(root, ".confusion", HTMLElement);
  table.hidden = !rows.length;
  if (isShown(table, rows)) return;
  const names = layers[layers.length - 1];
  const line = (/** @type {HTMLElement[]} */ ...cells) => {
    const row = make("tr");
    row.append(...cells);
    return row;
  };
  table.replaceChildren(
    make("caption", words.confusion),
    line(make("th"), ...names.map((name) => make("th", name))),
    ...rows.map((row, i) => {
      const sum = row.reduce((a, b) => a + b, 0) || 1;
      return line(make("th", names[i]), ...row.map((count, j) => {
        const cell = make("td", String(count));
        const share = Math.round((count / sum) * 45);
        const color = colors[i === j ? 1 : 0];
        cell.style.background = `color-mix(in srgb, ${color} ${share}%, transparent)`;
        return cell;
      }));
    }),
  );
}

/**
 * What the doctor said last of the epochs up to the one that is shown.
 *
 * @param {HTMLElement} root
 * @param {Map<number, string[]>} findings by epoch
 * @param {number} epoch
 */
export function fillFindings(root, findings, epoch) {
  const box = find(root, ".doctor", HTMLElement);
  const known = [...findings.keys()].filter((each) => each <= epoch);
  const sentences = findings.get(Math.max(...known)) ?? [];
  if (isShown(box, sentences)) return;
  box.replaceChildren(...sentences.map((sentence) => make("p", sentence)));
}

/**
 * Whether a part shows this already; from now on it does.
 *
 * @param {HTMLElement} part
 * @param {unknown} content
 */
function isShown(part, content) {
  const key = JSON.stringify(content);
  if (part.dataset.key === key) return true;
  part.dataset.key = key;
  return false;
}
