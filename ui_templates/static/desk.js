// Desk keyboard, the minute's recount of deadlines, and the composer's paper. Everything works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // ---- deadlines: the server's words, said again each minute; never announced ----
  const main = one("#main") || document.body;
  const said = (name, value) => (main.dataset[name] || "{}").replace("{}", value);
  const span = (ms) => {
    const minutes = Math.floor(Math.abs(ms) / 60000);
    const units = (main.dataset.saidUnits || "d,h,m").split(",");
    const amounts = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
    const parts = amounts.map((n, at) => (n ? `${n}${units[at]}` : "")).filter(Boolean);
    return parts.slice(0, 2).join(" ") || `0${units[2]}`;
  };
  const words = (left) => said(left < 0 ? "saidOver" : "saidLeft", span(left));
  const sprite = (() => {
    const use = one('svg.icon use[href*="icons.svg"]');
    return use ? use.getAttribute("href").split("#")[0] : "/static/icons.svg";
  })();
  const alarm = () => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${sprite}#i-alarm-clock`);
    svg.append(use);
    return svg;
  };
  const recount = () => {
    const now = Date.now();
    for (const pill of all(".sla[data-due]")) {
      const due = Date.parse(pill.dataset.due);
      if (Number.isNaN(due) || !["ok", "warn", "breached"].includes(pill.dataset.state)) continue;
      const text = one("[data-sla-text]", pill);
      if (text) text.textContent = words(due - now);
      if (due < now) {
        if (pill.dataset.state !== "breached") one("svg", pill)?.replaceWith(alarm());
        pill.dataset.state = "breached";
      }
    }
  };
  setInterval(recount, 60000);
  document.addEventListener("visibilitychange", () => document.hidden || recount());

  // ---- rows ----
  const rows = () => all("table.tickets tr[data-row], [data-rows] > [data-row]");
  const focused = () => rows().find((row) => row.hasAttribute("data-focus"));
  const focusRow = (step) => {
    const list = rows();
    if (!list.length) return false;
    const at = list.indexOf(focused());
    const next = list[Math.min(list.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    for (const row of list) row.removeAttribute("data-focus");
    next.setAttribute("data-focus", "");
    one("a.rowlink", next)?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    return true;
  };
  const openRow = () => {
    const link = focused() && one("a.rowlink", focused());
    if (!link) return false;
    link.click();
    return true;
  };
  let lastTicked = null;
  const tick = (range) => {
    const row = focused();
    const box = row && one("input.checkbox", row);
    if (!box) return false;
    const list = rows();
    const [a, b] = [list.indexOf(lastTicked || row), list.indexOf(row)];
    const value = range ? true : !box.checked;
    const span = range ? list.slice(Math.min(a, b), Math.max(a, b) + 1) : [row];
    for (const each of span) one("input.checkbox", each).checked = value;
    lastTicked = row;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };

  // ---- keys ----
  const typing = (target) => target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const act = (element) => {
    if (!element) return false;
    if (element.matches("summary")) {
      element.parentElement.open = true;
      one("input:not([type=hidden]), select, textarea", element.parentElement)?.focus();
    } else if (element.matches("input[type=radio]")) {
      element.checked = true;
      element.dispatchEvent(new Event("change", { bubbles: true }));
      one("textarea", element.form)?.focus();
    } else if (element.matches("input")) {
      element.focus();
      element.select();
    } else element.click();
    return true;
  };
  const search = () => act(all("[data-search]").findLast((each) => each.offsetParent));
  const shortcuts = () => {
    const dialog = one("dialog#shortcuts");
    if (dialog && !dialog.open) dialog.showModal();
    return Boolean(dialog);
  };
  let going = 0;
  const single = (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (going && Date.now() - going < 1500) {
      going = 0;
      return act(one(`[data-go="${CSS.escape(key)}"]`));
    }
    going = 0;
    switch (key) {
      case "g": going = Date.now(); return true;
      case "j": return focusRow(1) || act(one('[data-key="j"]'));
      case "k": return focusRow(-1) || act(one('[data-key="k"]'));
      case "o": return openRow();
      case "Enter": return event.target === document.body && openRow();
      case "x": return tick(event.shiftKey);
      case "/": return search();
      case "?": return shortcuts();
      default: return /^[a-z]$/.test(key) && act((focused() && one(`[data-rowkey="${key}"]`, focused())) || one(`[data-key="${key}"]`));
    }
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const mod = event.ctrlKey || event.metaKey;
    if (mod && !event.altKey && event.key.toLowerCase() === "k") {
      if (search()) event.preventDefault();
      return;
    }
    if (mod && event.key === "Enter" && event.target.matches?.("textarea")) {
      event.target.form?.requestSubmit();
      return;
    }
    if (mod && event.key.toLowerCase() === "s" && one("form[data-save]")) {
      event.preventDefault();
      one("form[data-save]").requestSubmit();
      return;
    }
    if (event.key === "Escape") {
      const open = event.target.closest?.("details[data-popup][open]");
      if (open) {
        open.open = false;
        one("summary", open)?.focus();
      }
      return;
    }
    if (event.key === "F8") {
      if (nextProblem()) event.preventDefault();
      return;
    }
    if (mod || event.altKey || typing(event.target) || root.dataset.keys === "off") return;
    if (one("dialog[open]")) return;
    if (single(event)) event.preventDefault();
  });
  let problemAt = -1;
  const nextProblem = () => {
    const links = all(".problems a[href^='#L']");
    if (!links.length) return false;
    problemAt = (problemAt + 1) % links.length;
    toLine(links[problemAt]);
    return true;
  };

  // ---- spec editor: a problem's link puts the caret where the problem is ----
  const toLine = (link) => {
    const editor = one("textarea[data-editor]");
    const [, line, column] = /^#L(\d+)(?:C(\d+))?$/.exec(link.getAttribute("href")) || [];
    if (!editor || !line) return false;
    const lines = editor.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    const at = start + Math.min((column || 1) - 1, (lines[line - 1] || "").length);
    editor.focus({ preventScroll: true });
    editor.setSelectionRange(at, at);
    one(`#L${line}`)?.scrollIntoView({ block: "center" });
    return true;
  };
  const regutter = (editor) => {
    const gutter = one("[data-gutter]");
    const count = editor.value.split("\n").length;
    editor.rows = count;
    editor.cols = Math.max(40, ...editor.value.split("\n").map((each) => each.length + 2));
    while (gutter && gutter.children.length < count) {
      const item = document.createElement("li");
      item.id = `L${gutter.children.length + 1}`;
      gutter.append(item);
    }
    while (gutter && gutter.children.length > count) gutter.lastElementChild.remove();
  };

  // ---- suggestions that were put away stay away in this browser, the last few hundred of them ----
  const AWAY = "specdesk.away";
  const away = () => {
    try {
      const found = JSON.parse(localStorage.getItem(AWAY) || "[]");
      return Array.isArray(found) ? found : [];
    } catch { return []; }
  };
  const putAway = (hint) => {
    const section = hint.closest("[data-hints]");
    hint.remove();
    if (section && !one("[data-hint]", section)) section.remove();
  };
  const known = away();
  for (const hint of all("[data-hint]")) {
    if (known.includes(hint.dataset.hint)) putAway(hint);
    else one("[data-put-away]", hint)?.removeAttribute("hidden");
  }

  // ---- delegated events ----
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog")?.close();
    const hint = event.target.closest("[data-put-away]")?.closest("[data-hint]");
    if (hint) {
      const next = hint.nextElementSibling || hint.previousElementSibling;
      try { localStorage.setItem(AWAY, JSON.stringify([...away(), hint.dataset.hint].slice(-300))); } catch { /* it comes back with the next page */ }
      putAway(hint);
      (one("button[type=submit]", next?.isConnected ? next : document.createElement("i")) || one("#main"))?.focus();
    }
    const link = event.target.closest(".problems a[href^='#L']");
    if (link && toLine(link)) event.preventDefault();
    for (const popup of all("details[data-popup][open]")) {
      if (!popup.contains(event.target)) popup.open = false;
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-editor]")) {
      one("[data-marks]")?.remove(); // they point at the text as it was
      regutter(event.target);
    }
  });
  // ---- articles: into the reply; pictures into the text, by choosing, pasting or dropping ----
  const write = (box, text) => {
    const apart = box.value && !box.value.slice(0, box.selectionStart).endsWith("\n") ? "\n\n" : "";
    box.setRangeText(apart + text + "\n", box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-insert]");
    const box = button && document.getElementById(button.dataset.insertInto);
    if (box) write(box, button.dataset.insert);
  });
  const takePictures = async (box, files) => {
    const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["x-csrf-token"] || "";
    for (const file of files) {
      const body = new FormData();
      body.append("file", file, file.name || "picture.png");
      box.setAttribute("aria-busy", "true");
      const answer = await fetch(box.dataset.pictures, { method: "POST", body, headers: { "x-csrf-token": token, accept: "application/json" } }).catch(() => null);
      box.removeAttribute("aria-busy");
      const kept = answer ? await answer.json().catch(() => ({})) : {};
      if (kept.token) write(box, `${file.type.startsWith("image/") ? "!" : ""}[${kept.name.replace(/[[\]]/g, "")}](upload:${kept.token})`);
      else window.alert(kept.detail || document.body.dataset.saidFailed);
    }
  };
  document.addEventListener("change", (event) => {
    const box = event.target.dataset?.picturesFor && document.getElementById(event.target.dataset.picturesFor);
    if (!box) return;
    takePictures(box, [...event.target.files]);
    event.target.value = "";
  });
  for (const kind of ["paste", "drop"]) {
    document.addEventListener(kind, (event) => {
      const files = event.target.matches?.("[data-pictures]") ? [...((event.clipboardData || event.dataTransfer)?.files || [])] : [];
      if (!files.length) return;
      event.preventDefault();
      takePictures(event.target, files);
    });
  }
})();
