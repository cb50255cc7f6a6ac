// The command palette: Ctrl or ⌘ K, words, arrows, Enter. Everything in it has a link elsewhere too.
(() => {
  "use strict";
  // ---- what can be done on the page at hand, read from the page itself ----
  const words = (element) => {
    const copy = (element.labels?.[0] || element).cloneNode(true);
    for (const extra of copy.querySelectorAll("kbd, svg, .avatar")) extra.remove();
    return (element.getAttribute("aria-label") || copy.textContent).replace(/\s+/g, " ").trim();
  };
  const shown = (element) => element.offsetParent || element.closest("details:not([open]), [popover], .bulkbar");
  const here = () => {
    const found = [];
    const add = (element, label, key = "", why = "") => label && !found.some((each) => each.label === label) && found.push({ element, label, key, why });
    for (const each of document.querySelectorAll(".ticket__acts > details > summary, .ticket__acts > form > button, .ticket__acts .acts__form > form > button")) add(each, words(each));
    for (const each of document.querySelectorAll("[data-key]")) {
      if (shown(each) && !each.closest("[data-bulk][hidden]")) add(each, words(each), each.dataset.key.toUpperCase());
    }
    for (const each of document.querySelectorAll(".barred li")) add(null, words(each.querySelector("b")), "", words(each.querySelector("span")).replace(words(each.querySelector("b")), "").trim());
    return found;
  };
  // ---- the dialog behind "?": every key of this page, with its words ----
  const keys = document.querySelector("dialog#shortcuts");
  const pair = (label, ...names) => {
    const [term, row] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = label;
    for (const name of names) row.append(Object.assign(document.createElement("kbd"), { className: "kbd", textContent: name }));
    return [term, row];
  };
  const fill = (name, entries) => {
    const section = keys.querySelector(`[data-keys="${name}"]`);
    if (!section) return;
    section.hidden = !entries.length;
    section.querySelector("dl").replaceChildren(...entries.flat());
  };
  if (keys) new MutationObserver(() => {
    if (!keys.open) return;
    fill("here", here().filter((each) => each.key).map((each) => pair(each.label, each.key)));
    const there = [...document.querySelectorAll("[data-go]")].map((each) => pair(words(each.querySelector("span:not([class])") || each), "G", each.dataset.go.toUpperCase()));
    fill("go", there);
  }).observe(keys, { attributes: true, attributeFilter: ["open"] });

  const dialog = document.querySelector("dialog#cmdk");
  if (!dialog) return;
  const input = dialog.querySelector("input");
  const box = dialog.querySelector("[data-cmdk]");
  let timer = 0;
  let asked = 0;
  const act = (element) => {
    if (element.matches("summary")) {
      for (let up = element.parentElement; up; up = up.parentElement) if (up.matches?.("details")) up.open = true;
      element.parentElement.querySelector("input:not([type=hidden]), select, textarea, button")?.focus();
    } else if (element.matches("input[type=radio]")) {
      element.checked = true;
      element.dispatchEvent(new Event("change", { bubbles: true }));
      element.form?.querySelector("textarea")?.focus();
    } else if (element.matches("input")) element.focus();
    else element.click();
  };
  let local = [];
  const putHere = () => {
    const list = box.querySelector("#cmdk-list");
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    // What one can go to from anywhere stands below already.
    const there = new Set([...box.querySelectorAll("[data-href]")].map((each) => each.dataset.href));
    local = here().filter((each) => !there.has(each.element?.getAttribute("href")) && wanted.every((word) => each.label.toLowerCase().includes(word)));
    if (!list || !local.length) return;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", dialog.dataset.saidHere);
    list.querySelector(".cmdk__none")?.remove();
    const group = document.createElement("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", dialog.dataset.saidHere);
    group.append(Object.assign(document.createElement("span"), { className: "cmdk__group", textContent: dialog.dataset.saidHere }));
    group.firstElementChild.setAttribute("aria-hidden", "true");
    local.slice(0, 12).forEach((each, place) => {
      const option = document.createElement("div");
      option.setAttribute("role", "option");
      option.id = `cmdk-here-${place}`;
      option.dataset.here = place;
      option.setAttribute("aria-selected", "false");
      if (each.why) option.setAttribute("aria-disabled", "true");
      option.append(Object.assign(document.createElement("span"), { className: "truncate", textContent: each.label }));
      const end = Object.assign(document.createElement("span"), { className: "push" });
      if (each.key) end.append(Object.assign(document.createElement("kbd"), { className: "kbd", textContent: each.key }));
      else end.textContent = each.why;
      option.append(end);
      group.append(option);
    });
    list.prepend(group);
  };
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
    putHere();
    select(options()[0]);
  };
  const open = () => {
    if (!dialog.open) dialog.showModal();
    input.select();
    ask();
  };
  const run = (option) => {
    if (!option || option.getAttribute("aria-disabled") === "true") return;
    if (option.dataset.here !== undefined) {
      const { element } = local[Number(option.dataset.here)];
      dialog.close();
      act(element);
    } else window.location.assign(option.dataset.href);
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
