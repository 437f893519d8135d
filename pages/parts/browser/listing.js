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
  const pre = document.createElement("pre");
  data.lines.forEach((html, index) => {
    const line = document.createElement("span");
    line.className = "line";
    if (before && !before.has(html)) line.classList.add("changed");
    if (index === data.failing) {
      line.classList.add("failing");
      line.setAttribute("aria-label", data.words.failing);
    }
    line.innerHTML = html; // made by Pygments on the server, from files of the house
    pre.append(line);
  });
  const code = root.querySelector(".code");
  code.setAttribute("aria-label", data.name);
  code.replaceChildren(pre);
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
