// A program: the lines that changed since it was last shown are marked, and so is the one that failed.

const shown = new WeakMap();

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".listing");
  const signature = JSON.stringify(data);
  const last = shown.get(root);
  if (last?.signature === signature) return;
  shown.set(root, { signature, name: data.name, lines: data.lines });

  // Marked only if the same program was shown with other settings before.
  const before = last?.name === data.name ? new Set(last.lines) : null;
  const code = root.querySelector(".code");
  const pre = code.querySelector("pre") ?? code.appendChild(document.createElement("pre"));
  // A slider changes one line of a hundred: the others stay as they are.
  while (pre.children.length > data.lines.length) pre.lastChild.remove();
  data.lines.forEach((html, index) => {
    const line = pre.children[index] ?? pre.appendChild(document.createElement("span"));
    if (last?.lines[index] !== html) line.innerHTML = html; // by Pygments, from files of the house
    const marks = ["line"];
    if (before && !before.has(html)) marks.push("changed");
    if (index === data.failing) marks.push("failing");
    const name = marks.join(" ");
    if (line.className !== name) line.className = name;
    if (index === data.failing) line.setAttribute("aria-label", data.words.failing);
    else line.removeAttribute("aria-label");
  });
  code.setAttribute("aria-label", data.name);
  const mark = pre.querySelector(".changed");
  // The call with the settings is at the end.
  if (!last) code.scrollTop = code.scrollHeight;
  if (mark) code.scrollTop = Math.max(0, mark.offsetTop - code.clientHeight / 2);

  const button = root.querySelector(".copy");
  button.textContent = data.words.copy;
  button.onclick = async () => {
    await copy(pre);
    button.textContent = data.words.copied;
    setTimeout(() => (button.textContent = data.words.copy), 1500);
  };
}

async function copy(pre) {
  const text = [...pre.children].map((line) => line.textContent).join("\n") + "\n";
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without https a browser offers only the old way.
  const range = document.createRange();
  range.selectNodeContents(pre);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  document.execCommand("copy");
}
