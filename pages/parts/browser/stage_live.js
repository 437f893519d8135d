// While a control is moved, the server is asked for the scene: the newest value only, one request
// at a time, none for a hidden tab.

/** @import { LiveData } from "./stage.js" */

const INPUT = "input";

export class Live {
  /** @param {(scene: string) => void} draw */
  constructor(draw) {
    this.draw = draw;
    /** @type {LiveData | null} */
    this.data = null;
    /** @type {Record<string, string>} */
    this.moved = {}; // control -> the text of its value since the page last heard of it
    this.asking = false;
    this.wanted = ""; // the query that has not been asked yet
    this.generation = 0; // grows when the page has heard of all that was moved

    this.watching = new MutationObserver((changes) => this.notice(changes));
    this.onInput = (/** @type {Event} */ event) => this.noticeInput(event);
  }

  /** @param {LiveData | null} data */
  follow(data) {
    const begins = !this.data && data;
    this.data = data;
    this.moved = {};
    this.wanted = "";
    this.generation += 1;
    if (begins) {
      this.watching.observe(document.body, {
        subtree: true, attributeFilter: ["value", "aria-valuetext"],
      });
      document.addEventListener(INPUT, this.onInput, true);
    } else if (!data) {
      this.end();
    }
  }

  end() {
    this.watching.disconnect();
    document.removeEventListener(INPUT, this.onInput, true);
    this.data = null;
  }

  /** @param {MutationRecord[]} changes */
  notice(changes) {
    const sliders = new Set(changes.map(({ target }) => target));
    for (const slider of sliders) {
      if (slider instanceof HTMLInputElement && slider.type === "range") this.take(slider);
    }
  }

  /** @param {Event} event */
  noticeInput(event) {
    const field = event.target;
    if (field instanceof HTMLInputElement && field.type !== "range") this.take(field);
  }

  /** @param {HTMLInputElement} input */
  take(input) {
    // A field of our own elements says itself which control it stands for.
    const key = input.dataset.control ?? Object.keys(this.data?.controls ?? {}).find((each) =>
      input.closest(`.st-key-${each.replaceAll(".", "-")}`));
    if (!key || !this.data) return;
    const kind = this.data.controls[key];
    if (kind === "switch") this.ask({ [key]: String(input.checked) });
    else if (kind === "option") this.ask({ [key]: input.getAttribute("aria-valuetext") ?? "" });
    else if (input.value !== "") this.ask({ [key]: input.value });
  }

  /** @param {Record<string, string | number>} values by the controls' keys */
  ask(values) {
    for (const [key, value] of Object.entries(values)) this.moved[key] = String(value);
    const query = new URLSearchParams(window.location.search);
    for (const [key, value] of Object.entries(this.moved)) query.set(key, value);
    query.delete("revealed");
    for (const name of this.data?.revealed ?? []) query.append("revealed", name);
    this.wanted = query.toString();
    this.next();
  }

  async next() {
    if (this.asking || !this.wanted || !this.data || document.hidden) return;
    const { generation } = this;
    const query = this.wanted;
    this.wanted = "";
    this.asking = true;
    try {
      const answer = await fetch(`${this.data.address}?${query}`);
      const text = answer.ok ? await answer.text() : "";
      // What the page has drawn since then is newer.
      if (text && generation === this.generation) this.draw(text);
    } catch (error) {
      console.warn(error); // the page itself answers when the control is let go
    } finally {
      this.asking = false;
    }
    this.next();
  }
}
