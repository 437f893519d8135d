// The link is read from the address bar: the controls keep it up to date.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".share");
  const part = (name) => root.querySelector(`.${name}`);
  const chosen = (root.choices ??= {}); // control -> "show", "lock" or "hide"

  const refresh = () => {
    const address = new URL(location.href);
    for (const name of ["embed", "embed_options", "lock", "hide"]) address.searchParams.delete(name);
    for (const [name, choice] of Object.entries(chosen)) {
      if (choice !== "show") address.searchParams.append(choice, name);
    }
    part("link").value = address.href;
    address.searchParams.set("embed", "true");
    const source = address.href.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    const title = data.title.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    part("embed").value =
      `<iframe src="${source}" title="${title}"\n  width="100%" height="900" allow="camera" style="border: 0" loading="lazy"></iframe>`;
  };

  for (const name of ["link", "embed"]) {
    part(`for-${name}`).textContent = data.words[name];
    part(name).setAttribute("aria-label", data.words[name]);
    part(name).onfocus = (event) => { refresh(); event.target.select(); };
    const button = part(`copy-${name}`);
    button.textContent = data.words.copy;
    button.setAttribute("aria-label", `${data.words.copy}: ${data.words[name]}`);
    button.onclick = async () => {
      part(name).focus();
      if (navigator.clipboard) await navigator.clipboard.writeText(part(name).value);
      else document.execCommand("copy"); // without https a browser offers only the old way
      button.textContent = data.words.copied;
      setTimeout(() => (button.textContent = data.words.copy), 1500);
    };
  }

  const choose = part("choose");
  choose.hidden = data.controls.length === 0;
  choose.querySelector("summary").textContent = data.words.choose;
  part("controls").replaceChildren(
    ...data.controls.map(({ name, label }) => {
      const row = document.createElement("label");
      row.textContent = label;
      const select = document.createElement("select");
      for (const choice of ["show", "lock", "hide"]) {
        select.append(new Option(data.words[choice], choice, false, chosen[name] === choice));
      }
      select.onchange = () => { chosen[name] = select.value; refresh(); };
      row.append(select);
      return row;
    }),
  );

  refresh();
  // A control moved while the popover is open changes the address without telling us.
  clearInterval(root.timer);
  root.timer = setInterval(() => {
    if (!root.isConnected) clearInterval(root.timer);
    else if (location.href !== root.address) { root.address = location.href; refresh(); }
  }, 500);
  return () => { if (!root.isConnected) clearInterval(root.timer); };
}
