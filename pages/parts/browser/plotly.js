// What every picture drawn by Plotly needs: its script, and the colors of the theme.

/**
 * The part of Plotly that is used here.
 *
 * @typedef {object} Plotly
 * @property {(plot: HTMLElement, traces: Trace[], layout: Layout, config: object) =>
 *   Promise<unknown>} react
 * @property {(plot: HTMLElement, change: Layout) => Promise<unknown>} relayout
 * @property {(plot: HTMLElement) => void} purge
 * @property {{ resize(plot: HTMLElement): void }} Plots
 */

/**
 * An element that Plotly has drawn in.
 *
 * @typedef {HTMLElement & {
 *   _fullLayout?: Layout,
 *   on(event: string, act: (event: any) => void): void,
 * }} Plot
 */

/** @typedef {Record<string, any>} Trace */
/** @typedef {Record<string, any>} Layout */

/** @typedef {Record<string, string>} Theme the placeholders' colors, and `font` */

/** @type {Promise<Plotly> | null} */
let loading = null;

/**
 * One script element for the whole tab, however many charts ask for it.
 *
 * @param {string} path
 * @returns {Promise<Plotly>}
 */
export function loadPlotly(path) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = path;
    script.onload = () => resolve(/** @type {any} */ (window).Plotly);
    script.onerror = () => reject(new Error(path));
    document.head.append(script);
  });
  return loading;
}

const touch = window.matchMedia("(pointer: coarse)").matches;

// The placeholders of lib/plots/palette.py and the theme's color each stands for.
const PLACEHOLDERS = {
  "#010101": "--st-text-color",
  "#010102": "--st-gray-text-color",
  "#010103": "--st-border-color",
  "#010104": "--st-background-color",
  "#010105": "--st-secondary-background-color",
};

/**
 * The placeholders with the theme's colors as they are now, and its font.
 *
 * @param {Element} element
 * @returns {Theme}
 */
export function themeOf(element) {
  const style = getComputedStyle(element);
  const names = { ...PLACEHOLDERS, font: "--st-font" };
  return Object.fromEntries(
    Object.entries(names).map(([key, name]) => [key, style.getPropertyValue(name).trim()]),
  );
}

/**
 * A layout with our axes, fonts and colors.
 *
 * @param {Layout} layout
 * @param {Theme} theme
 * @returns {Layout}
 */
export function inTheme(layout, theme) {
  const text = theme["#010101"];
  const grid = theme["#010103"];
  const axis = { gridcolor: grid, zerolinecolor: grid, linecolor: grid, automargin: true };
  const scene = { ...axis, backgroundcolor: "rgba(0,0,0,0)" };
  const paper = theme["#010104"];
  const font = { color: text, family: theme.font };
  return {
    uirevision: "kept",
    ...layout,
    autosize: true,
    dragmode: layout.dragmode ?? (touch && !layout.scene ? false : "zoom"),
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { size: 13, ...font, ...layout.font },
    template: {
      layout: {
        xaxis: axis,
        yaxis: axis,
        scene: { xaxis: scene, yaxis: scene, zaxis: scene },
        hoverlabel: { bgcolor: paper, bordercolor: grid, font },
      },
    },
  };
}
