// The lessons as pictures: the whole card is a link, what was done is marked.

import { element, make } from "./element.js";

/** @import { Call } from "./element.js" */

/**
 * What pages/home.py sends.
 *
 * @typedef {object} MapData
 * @property {{ title: string, lessons: Lesson[] }[]} sections
 * @property {string} start the slug of the lesson to begin with; empty for none
 * @property {{ start: string, minutes: string }} words
 */

/**
 * @typedef {object} Lesson
 * @property {string} slug
 * @property {string} address
 * @property {string} title
 * @property {string} goal
 * @property {number} minutes
 * @property {string} done what was done in it; empty for nothing
 * @property {{ light: string, dark: string }} pictures
 */

class LessonMap {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
  }

  /** @param {Call<MapData>} call */
  update({ data, setTriggerValue }) {
    const theme = isDark(this.root) ? "dark" : "light";
    this.root.replaceChildren(...data.sections.flatMap(({ title, lessons }) => {
      const cards = make("div");
      cards.className = "cards";
      cards.append(...lessons.map((lesson) => {
        const link = card(lesson, theme, data);
        link.onclick = (event) => {
          // Another tab is the browser's business; in this one Streamlit changes the page.
          if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
          event.preventDefault();
          setTriggerValue("open", lesson.slug);
        };
        return link;
      }));
      return [make("h3", title), cards];
    }));
  }

  clear() {}
}

/**
 * @param {Lesson} lesson
 * @param {"light" | "dark"} theme
 * @param {MapData} data
 */
function card(lesson, theme, { start, words }) {
  const link = make("a");
  link.href = lesson.address;
  const taken = lesson.pictures[theme];
  const thumbnail = taken ? make("img") : make("div");
  thumbnail.className = "thumbnail";
  if (thumbnail instanceof HTMLImageElement) {
    thumbnail.src = taken;
    thumbnail.alt = "";
    thumbnail.loading = "lazy";
  }
  const text = make("div");
  text.className = "words";
  const name = part("div", "name", lesson.title);
  name.append(part("span", "minutes", `${lesson.minutes} ${words.minutes}`));
  text.append(name, part("div", "goal", lesson.goal));
  if (lesson.done) text.append(part("div", "done", `✓ ${lesson.done}`));
  link.append(thumbnail);
  if (lesson.slug === start) {
    link.className = "start";
    link.append(part("span", "start-here", words.start));
  }
  link.append(text);
  return link;
}

/**
 * @param {"div" | "span"} tag
 * @param {string} name
 * @param {string} text
 */
function part(tag, name, text) {
  const made = make(tag, text);
  made.className = name;
  return made;
}

/** @param {Element} root */
function isDark(root) {
  const color = getComputedStyle(root).getPropertyValue("--st-background-color").trim();
  const parts = [1, 3, 5].map((place) => parseInt(color.slice(place, place + 2), 16));
  return parts.reduce((sum, each) => sum + each, 0) < 384;
}

export default element(".lesson-map", LessonMap);
