// A list's rows: ticking, all that match, the bar of what can be done with them. Each has a page of its own without it.
(() => {
  "use strict";
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const bar = () => one("[data-bulk]");
  const whole = () => one("[data-bulk-all]");
  const boxes = () => all(".tickets tbody input.checkbox");

  const show = () => {
    const here = bar();
    if (!here) return;
    const count = all(".tickets tbody input.checkbox:checked").length;
    const every = whole();
    const page = count > 0 && count === boxes().length;
    if (every && !page) every.checked = false;
    const label = every?.closest("label");
    if (label) label.hidden = !page;
    here.hidden = count === 0;
    const text = one("[data-bulk-count]", here);
    if (text) text.textContent = (here.dataset.said || "{}").replace("{}", every?.checked ? here.dataset.whole : count);
    const head = one(".tickets thead input.checkbox");
    if (head) head.indeterminate = count > 0 && !page;
    if (head) head.checked = page;
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches(".tickets thead input.checkbox")) for (const box of boxes()) box.checked = event.target.checked;
    if (event.target.matches(".tickets input.checkbox, [data-bulk-all]")) show();
  });
  const clear = () => {
    const ticked = all(".tickets tbody input.checkbox:checked");
    for (const box of ticked) box.checked = false;
    show();
    return ticked.length > 0;
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !one("dialog[open], :popover-open") && !event.target.matches("input[type=search], textarea") && clear()) event.preventDefault();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a" && event.target.matches?.(".tickets *, body") && boxes().length && bar()) {
      event.preventDefault();
      const every = whole();
      const full = boxes().every((box) => box.checked);
      for (const box of boxes()) box.checked = true;
      show();
      if (full && every) { every.checked = true; show(); }
    }
  });
  document.addEventListener("click", (event) => { if (event.target.closest?.("[data-bulk-clear]")) clear(); });

  // ---- an address says what narrows the list, and nothing else ----
  document.addEventListener("formdata", (event) => {
    if (event.target.method !== "get") return;
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });

  // ---- a field to filter by is found by a piece of its name ----
  const narrow = one("[data-narrow]");
  if (narrow) {
    narrow.hidden = false;
    const menu = narrow.closest("[popover]");
    const links = all(".fieldlist a", menu);
    const fits = () => links.filter((each) => !each.parentElement.hidden);
    narrow.addEventListener("input", () => {
      const word = narrow.value.trim().toLowerCase();
      for (const each of links) each.parentElement.hidden = !each.textContent.toLowerCase().includes(word);
      for (const each of all("[data-unnarrowed]", menu)) each.hidden = Boolean(word);
    });
    menu.addEventListener("toggle", (event) => {
      if (event.newState === "closed" && narrow.value) { narrow.value = ""; narrow.dispatchEvent(new Event("input")); }
    });
    menu.addEventListener("keydown", (event) => {
      const at = fits().indexOf(document.activeElement);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.isComposing || (event.target !== narrow && at < 0)) return;
      if (event.key === "Enter" && event.target === narrow) fits()[0]?.click();
      else if (step) (fits()[at + step] || narrow).focus();
      else return;
      event.preventDefault();
    });
  }

  // ---- columns change places by buttons; how a list is shown is kept for the person ----
  for (const order of all("[data-order] .order")) order.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-order-by]");
    const item = button?.closest("li");
    const other = button?.dataset.orderBy === "-1" ? item?.previousElementSibling : item?.nextElementSibling;
    if (!other) return;
    if (button.dataset.orderBy === "-1") other.before(item); else other.after(item);
    button.focus();
  });
  const keep = one("form[data-keep-display]");
  const asked = new URLSearchParams(window.location.search);
  const chosen = [...asked].filter(([name]) => ["sort", "group", "cols", "col", "density", "layout"].includes(name));
  if (keep && chosen.length && !asked.has("own")) {
    const body = new URLSearchParams(chosen);
    const before = `specdesk.display.${window.location.pathname}`;
    let known = "";
    try { known = window.sessionStorage.getItem(before) || ""; } catch { /* then it is kept once more */ }
    if (known !== body.toString()) {
      try { window.sessionStorage.setItem(before, body.toString()); } catch { /* as above */ }
      body.set("_csrf", one("input[name=_csrf]", keep).value);
      fetch(keep.action, { method: "POST", credentials: "same-origin", redirect: "manual", body }).catch(() => null);
    }
  }
  // ---- which tickets stand here: a ticket's page leads on to those before and after it ----
  window.addEventListener("pagehide", () => {
    const links = all(".tickets tr[data-row] a.rowlink, a.kcard__title").map((link) => link.getAttribute("href"));
    try { window.sessionStorage.setItem("specdesk.list", JSON.stringify(links.slice(0, 500))); } catch { /* then it leads nowhere */ }
  });
  window.addEventListener("pageshow", show);
  document.addEventListener("htmx:afterSwap", show);
})();
