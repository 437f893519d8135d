// Routes that grow: traces of which a frame says up to which point they are drawn.

/** @import { Trace } from "./plotly.js" */

/**
 * What a trace's `meta` may say of it.
 *
 * @typedef {object} Growth
 * @property {number} upto the number of the last point that is drawn, from 0; between two points
 *   it lies on the line from one to the next
 * @property {boolean} [tip] whether that point alone is drawn
 */

const AXES = ["x", "y", "z"];

/**
 * @param {Trace} trace
 * @returns {Growth | null}
 */
function growthOf(trace) {
  return typeof trace.meta?.upto === "number" ? trace.meta : null;
}

/**
 * A trace as far as it is drawn.
 *
 * @param {Trace} trace
 * @returns {Trace}
 */
export function grown(trace) {
  const growth = growthOf(trace);
  if (!growth) return trace;
  const cut = { ...trace };
  for (const axis of AXES) {
    if (Array.isArray(trace[axis])) cut[axis] = upTo(trace[axis], growth);
  }
  return cut;
}

/**
 * What `meta` says on the way from one frame to the next.
 *
 * @param {Trace} from
 * @param {Trace} to
 * @param {number} part from 0 to 1
 */
export function between(from, to, part) {
  const [start, end] = [growthOf(from), growthOf(to)];
  if (!start || !end) return to.meta;
  return { ...end, upto: start.upto + (end.upto - start.upto) * part };
}

/**
 * @param {(number | null)[]} values
 * @param {Growth} growth
 */
function upTo(values, { upto, tip }) {
  const last = Math.floor(upto);
  const [here, next] = [values[last] ?? null, values[last + 1] ?? null];
  const end = here === null || next === null ? here : here + (next - here) * (upto - last);
  if (tip) return [end];
  return upto > last ? [...values.slice(0, last + 1), end] : values.slice(0, last + 1);
}
