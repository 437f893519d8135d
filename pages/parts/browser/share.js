// The link is read from the address bar: the controls keep it up to date.

import { element, find, make } from "./element.js";

/** @import { Call } from "./element.js" */

/**
 * What pages/parts/share.py sends.
 *
 * @typedef {object} ShareData
 * @property {string} title
 * @property {{ name: string, label: string }[]} controls
 * @property {Record<"link" | "embed" | "copy" | "copied" | "choose" | "answers" | Choice,
 *   string>} words
 */

/** @typedef {"show" | "lock" | "hide"} Choice */
/** @typedef {HTMLInputElement | HTMLTextAreaElement} Field */

const CHOICES = /** @type {const} */ (["show", "lock", "hide"]);

class Share {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.link = find(root, ".link", HTMLInputElement);
    this.embed = find(root, ".embed", HTMLTextAreaElement);
    this.answers = find(root, ".answers", HTMLInputElement);
    this.answers.onchange = () => this.refresh();
    // A link that locks or hides controls is passed on with its locks.
    const given = new URL(location.href).searchParams;
    /** @type {Record<string, string>} */
    this.choices = Object.fromEntries(
      CHOICES.flatMap((choice) => given.getAll(choice).map((name) => [name, choice])),
    ); // control -> what is chosen for it
    this.answers.checked = given.get("answers") === "shown";
    this.address = "";
    // A control moved while the popover is open changes the address without telling us.
    this.timer = setInterval(() => {
      if (location.href === this.address) return;
      this.address = location.href;
      this.refresh();
    }, 500);
  }

  /** @param {Call<ShareData>} call */
  update({ data }) {
    this.title = data.title;
    this.prepare("link", this.link, data.words);
    this.prepare("embed", this.embed, data.words);
    find(this.root, ".with-answers", HTMLElement).hidden = data.controls.length === 0;
    find(this.root, ".for-answers", HTMLElement).textContent = data.words.answers;
    const choose = find(this.root, ".choose", HTMLElement);
    choose.hidden = data.controls.length === 0;
    find(choose, "summary", HTMLElement).textContent = data.words.choose;
    find(choose, ".controls", HTMLElement).replaceChildren(
      ...data.controls.map(({ name, label }) => this.control(name, label, data.words)),
    );
    this.refresh();
  }

  /**
   * Label a field, and let its button copy it.
   *
   * @param {"link" | "embed"} name
   * @param {Field} field
   * @param {ShareData["words"]} words
   */
  prepare(name, field, words) {
    find(this.root, `.for-${name}`, HTMLElement).textContent = words[name];
    field.setAttribute("aria-label", words[name]);
    field.onfocus = () => {
      this.refresh();
      field.select();
    };
    const button = find(this.root, `.copy-${name}`, HTMLElement);
    button.textContent = words.copy;
    button.setAttribute("aria-label", `${words.copy}: ${words[name]}`);
    button.onclick = async () => {
      field.focus();
      if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
      else document.execCommand("copy"); // without https a browser offers only the old way
      button.textContent = words.copied;
      setTimeout(() => (button.textContent = words.copy), 1500);
    };
  }

  /**
   * A row that chooses whether a control of the lesson is locked or hidden.
   *
   * @param {string} name
   * @param {string} label
   * @param {ShareData["words"]} words
   */
  control(name, label, words) {
    const row = make("label", label);
    const select = make("select");
    for (const choice of CHOICES) {
      select.append(new Option(words[choice], choice, false, this.choices[name] === choice));
    }
    select.onchange = () => {
      this.choices[name] = select.value;
      this.refresh();
    };
    row.append(select);
    return row;
  }

  refresh() {
    const address = new URL(location.href);
    for (const name of ["embed", "embed_options", "lock", "hide", "answers"]) {
      address.searchParams.delete(name);
    }
    for (const [name, choice] of Object.entries(this.choices)) {
      if (choice !== "show") address.searchParams.append(choice, name);
    }
    if (this.answers.checked) address.searchParams.set("answers", "shown");
    this.link.value = address.href;
    address.searchParams.set("embed", "true");
    this.embed.value =
      `<iframe src="${escaped(address.href)}" title="${escaped(this.title ?? "")}"\n` +
      '  width="100%" height="900" allow="camera" style="border: 0" loading="lazy"></iframe>';
  }

  clear() {
    clearInterval(this.timer);
  }
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}

export default element(".share", Share);
