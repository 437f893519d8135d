// What the server is asked and told, by the names of loop_player_events.py.

/** @import { Call } from "./element.js" */
/** @import { TrainingData } from "./training_data.js" */

const REPORT_PAUSE = 250; // milliseconds that the visitor stays at an epoch before it is reported

export class Requests {
  constructor() {
    this.branch = "";
    /** @type {number | null} */
    this.asked = null; // the chunk asked for last, until an answer comes
    this.reporting = 0;
    /** @type {Call<TrainingData>["setTriggerValue"]} */
    this.sendOnce = () => {};
    /** @type {Call<TrainingData>["setStateValue"]} */
    this.sendState = () => {};
  }

  /**
   * Note what came. It may answer an older question, and the last be lost behind a newer click:
   * asked again then.
   *
   * @param {Call<TrainingData>} call
   */
  answered({ data, setTriggerValue, setStateValue }) {
    this.branch = data.branch;
    this.asked = null;
    this.sendOnce = setTriggerValue;
    this.sendState = setStateValue;
  }

  /**
   * @param {string} name
   * @param {Record<string, number>} [values]
   */
  send(name, values = {}) {
    this.sendOnce(name, { branch: this.branch, ...values });
  }

  /** @param {number} number of the chunk that is wanted */
  ask(number) {
    if (this.asked !== null) return;
    this.asked = number;
    this.send("ask", { number });
  }

  /**
   * Tell which epoch is looked at, so that the program below trains up to it.
   *
   * @param {() => number} epoch
   */
  report(epoch) {
    clearTimeout(this.reporting);
    this.reporting = setTimeout(() => {
      this.sendState("at", { branch: this.branch, epoch: epoch() });
    }, REPORT_PAUSE);
  }
}
