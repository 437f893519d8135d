// What all elements share: one object draws an element of the page from first to last.

/**
 * What Streamlit calls an element with, on every rerun and every change of theme.
 *
 * @template Data
 * @typedef {object} Call
 * @property {Data} data what Python sent
 * @property {HTMLElement} parentElement what holds the element's HTML
 * @property {(name: string, value: unknown) => void} setStateValue sends what stays
 * @property {(name: string, value: unknown) => void} setTriggerValue sends what happens once
 */

/**
 * @template Data
 * @typedef {object} Drawer
 * @property {(call: Call<Data>) => void} update
 * @property {() => void} clear called once the element has left the page
 */

/** @type {WeakMap<Element, Drawer<any>>} */
const drawers = new WeakMap();

/**
 * The function that Streamlit calls for an element.
 *
 * @template Data
 * @param {string} selector of the outermost part of the element's HTML
 * @param {new (root: HTMLElement, data: Data) => Drawer<Data>} Kind what draws it
 * @returns {(call: Call<Data>) => () => void}
 */
export function element(selector, Kind) {
  return (call) => {
    const root = find(call.parentElement, selector, HTMLElement);
    const drawer = drawers.get(root) ?? new Kind(root, call.data);
    drawers.set(root, drawer);
    drawer.update(call);
    // Streamlit calls this when the element goes, and also between two updates: only an element
    // that has left the page is cleared.
    return () => queueMicrotask(() => {
      if (root.isConnected) return;
      drawers.get(root)?.clear();
      drawers.delete(root);
    });
  };
}

/**
 * The first part that fits the selector. There is one, and it is of that kind.
 *
 * @template {Element} Part
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => Part} kind
 * @returns {Part}
 */
export function find(root, selector, kind) {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new TypeError(`${selector} is no ${kind.name}`);
  return found;
}

/**
 * A new part with its text.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, text = "") {
  const part = document.createElement(tag);
  part.textContent = text;
  return part;
}

/**
 * What a canvas is drawn on with.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 * @returns {CanvasRenderingContext2D}
 */
export function penOf(canvas, settings) {
  const pen = canvas.getContext("2d", settings);
  if (!pen) throw new Error("the browser has no 2-D canvas");
  return pen;
}
