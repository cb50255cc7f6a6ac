// The command palette: Ctrl or ⌘ K, words, arrows, Enter. Everything in it has a link elsewhere too.
(() => {
  "use strict";
  const dialog = document.querySelector("dialog#cmdk");
  if (!dialog) return;
  const input = dialog.querySelector("input");
  const box = dialog.querySelector("[data-cmdk]");
  let timer = 0;
  let asked = 0;
  const options = () => [...dialog.querySelectorAll("[role=option]")];
  const select = (option) => {
    for (const each of options()) each.setAttribute("aria-selected", String(each === option));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    const mine = ++asked;
    const answer = await fetch(dialog.dataset.url, {
      method: "POST",
      credentials: "same-origin",
      headers: { "x-csrf-token": dialog.dataset.csrf, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ q: input.value }),
    }).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    box.replaceChildren(...[...found.body.childNodes].map((node) => document.importNode(node, true)));
    select(options()[0]);
  };
  const open = () => {
    if (!dialog.open) dialog.showModal();
    input.select();
    ask();
  };
  const run = (option) => {
    if (option) window.location.assign(option.dataset.href);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const list = options();
    const at = list.findIndex((each) => each.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      select(list[(at + (event.key === "ArrowDown" ? 1 : -1) + list.length) % list.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(list[at]);
    }
  });
  dialog.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) run(option);
    else if (event.target === dialog) dialog.close();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k" && !event.isComposing) {
      event.preventDefault();
      open();
    }
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-cmdk-open]")) open();
  });
})();
