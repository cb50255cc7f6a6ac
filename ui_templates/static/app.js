// What every page adds when scripts run: drafts, uploads, pickers, toasts. Everything works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const said = (name) => document.body.dataset[name] || "";
  const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["x-csrf-token"] || "";

  // ---- toasts: six seconds, longer while pointed at or focused ----
  const fade = (toast) => {
    const go = () => (toast.matches(":hover, :focus-within") ? setTimeout(go, 2000) : toast.remove());
    setTimeout(go, 6000);
  };
  const toast = (text, tone) => {
    const box = document.createElement("div");
    box.className = "toast";
    if (tone) box.dataset.tone = tone;
    box.setAttribute("role", tone === "danger" ? "alert" : "status");
    box.append(Object.assign(document.createElement("span"), { className: "grow", textContent: text }));
    one("#toasts")?.append(box);
  };
  const toasts = one("#toasts");
  if (toasts) {
    all(".toast", toasts).forEach(fade);
    new MutationObserver((changes) => {
      for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) fade(node);
    }).observe(toasts, { childList: true });
  }
  document.addEventListener("htmx:sendError", () => toast(said("saidOffline"), "danger"));
  document.addEventListener("htmx:responseError", () => toast(said("saidFailed"), "danger"));

  // ---- drafts: text and answers of a form, never what is sensitive; of files what names them ----
  const PREFIX = "specdesk.draft.";
  const WEEK = 7 * 24 * 3600 * 1000;
  const store = (work) => {
    try { return work(window.localStorage); } catch { return null; }
  };
  const keepable = (control) =>
    control.name && !control.name.startsWith("_") && !control.readOnly && !("sensitive" in control.dataset) &&
    !["file", "hidden", "password", "submit", "button"].includes(control.type);
  const tickable = (control) => control.type === "radio" || control.type === "checkbox";
  const answers = (form) => {
    const kept = {};
    for (const control of [...form.elements].filter(keepable)) {
      kept[control.name] ||= [];
      if (tickable(control) ? control.checked : control.value) kept[control.name].push(control.value);
    }
    return kept;
  };
  // Files that are up already, where the form says that they come back with its draft.
  const held = (form) => ("draftFiles" in form.dataset ? all("[data-upload-list] .file", form) : []).map((row) => {
    const input = one("input[type=hidden]", row);
    return { box: input.name, token: input.disabled ? "" : input.value, name: one(".file__name", row).textContent, size: one("small", row).textContent };
  }).filter((file) => file.token);
  const waiting = new Map();
  const save = (form) => store((shelf) => {
    const later = waiting.get(form);
    const values = { ...later?.values, ...answers(form) };
    const files = [...held(form), ...(later?.files || [])];
    const line = one("[data-draft-kept]", form);
    if (!files.length && !(form.dataset.draftOf ? values[form.dataset.draftOf]?.length : Object.values(values).some((list) => list.length))) {
      if (line) line.hidden = true;
      return shelf.removeItem(PREFIX + form.dataset.draft);
    }
    shelf.setItem(PREFIX + form.dataset.draft, JSON.stringify({ at: Date.now(), values, files }));
    if (line) line.hidden = false;
    return null;
  });
  const read = (key) => store((shelf) => {
    const draft = JSON.parse(shelf.getItem(PREFIX + key) || "null");
    return draft && Date.now() - draft.at < WEEK ? draft : null;
  });
  const forget = (key) => store((shelf) => shelf.removeItem(PREFIX + key));

  let heard = false; // Nobody hears a change before htmx has looked through the page.
  document.addEventListener("htmx:load", () => { heard = true; }, { once: true });

  // Answers are put back as their fields appear: an answer may bring further fields with the next swap.
  const putBack = (form) => {
    const kept = waiting.get(form);
    if (!kept) return;
    const { values } = kept;
    kept.files = kept.files.filter((file) => !fileBack(form, file));
    const touched = new Set();
    for (const control of [...form.elements].filter((c) => keepable(c) && values[c.name])) {
      if (tickable(control)) control.checked = values[control.name].includes(control.value);
      else if (values[control.name].length && !control.value) control.value = values[control.name][0];
      touched.add(control.name);
      const asks = control.closest("[hx-trigger='change']");
      if (asks) touched.asks = asks;
    }
    touched.forEach((name) => delete values[name]);
    const ask = () => touched.asks.dispatchEvent(new Event("change"));
    if (touched.asks && heard) ask();
    else if (touched.asks) document.addEventListener("htmx:load", ask, { once: true });
  };
  const fileBack = (form, file) => {
    const box = one(`[data-upload][data-name="${CSS.escape(file.box)}"]`, form);
    if (!box) return false;
    const row = one("[data-upload-row]", box).content.firstElementChild.cloneNode(true);
    const [hidden, remove] = [one("input", row), one("[data-upload-remove]", row)];
    one(".file__name", row).textContent = file.name;
    one("small", row).textContent = file.size;
    one("progress", row).remove();
    remove.classList.add("push");
    remove.setAttribute("aria-label", remove.dataset.label.replace("{}", file.name));
    Object.assign(hidden, { value: file.token, disabled: false });
    row.dataset.state = "held";
    one("[data-upload-list]", box).append(row);
    return true;
  };
  // A form that was sent says so for ten minutes, to who comes back to it and in other windows.
  const sentAs = (key) => store((shelf) => {
    const known = JSON.parse(shelf.getItem(`${PREFIX}sent.${key}`) || "null");
    return known && Date.now() - known.at < 600000 ? known.url : "";
  });
  const saySent = (form, tell) => {
    const [line, url] = [one("[data-draft-sent]", form), sentAs(form.dataset.draft)];
    if (!line || !url) return;
    one("a", line).href = url;
    line.hidden = false;
    if (tell) toast(one("span", line).textContent);
  };
  const cameBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const sent = store(() => window.sessionStorage.getItem("specdesk.sent"));
  if (sent) {
    const again = all("form[data-draft]").some((form) => form.dataset.draft === sent && !("draftFresh" in form.dataset));
    if (!again && !cameBack && !one("[data-unsent]")) {
      forget(sent);
      const url = window.location.pathname + window.location.search;
      store((shelf) => shelf.setItem(`${PREFIX}sent.${sent}`, JSON.stringify({ at: Date.now(), url })));
    }
    store(() => window.sessionStorage.removeItem("specdesk.sent"));
  }
  const restore = () => all("form[data-draft][data-draft-fresh]").forEach((form) => {
    // What a browser puts back by itself is a part of it at best.
    if (cameBack) form.reset();
    saySent(form, cameBack);
    const draft = read(form.dataset.draft);
    if (!draft) return;
    waiting.set(form, { values: draft.values, files: draft.files || [] });
    putBack(form);
    const line = one("[data-draft-restored]", form);
    if (line) line.hidden = false;
  });
  // Browsers put theirs back when the page is whole.
  if (cameBack) window.addEventListener("pageshow", restore, { once: true });
  else restore();
  // Suggestions hear of their fields here: a check brings all fields anew.
  for (const kind of ["input", "specdesk:chosen"]) {
    document.addEventListener(kind, (event) => {
      const box = event.target.form && one("[data-suggest-from]", event.target.form);
      if (box?.dataset.suggestFrom.split(" ").includes(event.target.name)) box.dispatchEvent(new Event("words"));
    });
  }

  let [saving, unsaved] = [0, null];
  const saveNow = () => {
    clearTimeout(saving);
    if (unsaved) save(unsaved);
    unsaved = null;
  };
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !form.dataset.draft) return;
    if (unsaved !== form) saveNow();
    clearTimeout(saving);
    unsaved = form;
    saving = setTimeout(saveNow, 400);
  });
  window.addEventListener("pagehide", saveNow);
  window.addEventListener("storage", (event) => {
    const form = event.newValue && all("form[data-draft]").find((one) => event.key === `${PREFIX}sent.${one.dataset.draft}`);
    if (form) saySent(form, true);
  });

  // ---- forms: sent once, and not before their files are up ----
  const free = (form) => {
    delete form.dataset.sending;
    all("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy"));
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.action.endsWith("/sign-out")) {
      store((shelf) => Object.keys(shelf).filter((key) => key.startsWith(PREFIX)).forEach((key) => shelf.removeItem(key)));
    }
    if (!("once" in form.dataset) || (event.submitter?.hasAttribute("formaction") && !("sends" in event.submitter.dataset))) return;
    if (navigator.onLine === false) {
      event.preventDefault();
      if (form.dataset.draft) save(form);
      return void toast(said("saidOffline"), "danger");
    }
    if (form.dataset.sending) return void event.preventDefault();
    const button = event.submitter?.classList.contains("vh") ? one(".btn--primary[type=submit]", form) : event.submitter;
    button?.setAttribute("aria-busy", "true");
    if (one("[data-state='uploading']", form)) {
      event.preventDefault();
      form.dataset.submitAfter = "";
      return;
    }
    form.dataset.sending = "yes";
    if (form.dataset.draft) {
      save(form);
      store(() => window.sessionStorage.setItem("specdesk.sent", form.dataset.draft));
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    all("form[data-sending]").forEach(free);
    if (all("form[data-draft]").some((form) => one("[data-draft-sent]", form) && sentAs(form.dataset.draft))) window.location.reload();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || event.defaultPrevented) return;
    if (event.target.matches?.("form[data-once] textarea")) event.target.form.requestSubmit();
  });

  // ---- uploads: each file at once, with progress; the form then carries its token ----
  const size = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`);
  const upload = (box, file) => {
    const row = one("[data-upload-row]", box).content.firstElementChild.cloneNode(true);
    const [hidden, bar, remove] = [one("input", row), one("progress", row), one("[data-upload-remove]", row)];
    one(".file__name", row).textContent = file.name;
    one("small", row).textContent = size(file.size);
    remove.setAttribute("aria-label", remove.dataset.label.replace("{}", file.name));
    row.dataset.state = "uploading";
    one("[data-upload-list]", box).append(row);
    const request = new XMLHttpRequest();
    const done = (state, text) => {
      row.dataset.state = state;
      bar.remove();
      if (text) one("small", row).textContent = text;
      remove.classList.add("push");
      const form = box.closest("form");
      if (!form || one("[data-state='uploading']", form) || !("submitAfter" in form.dataset)) return;
      delete form.dataset.submitAfter;
      const by = one("button[formaction][aria-busy]", form);
      free(form);
      if (state === "held") form.requestSubmit(by);
    };
    const answer = () => { try { return JSON.parse(request.responseText); } catch { return {}; } };
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total; });
    request.addEventListener("load", () => {
      const reply = answer();
      if (request.status >= 300 || !reply.token) return done("failed", reply.detail || said("saidFailed"));
      hidden.value = reply.token;
      hidden.disabled = false;
      if (box.closest("form")?.dataset.draft) save(box.closest("form"));
      return done("held");
    });
    request.addEventListener("error", () => {
      done("failed", said("saidOffline"));
      const again = one("[data-upload-again]", row);
      if (!again) return;
      again.hidden = false;
      again.addEventListener("click", () => { row.remove(); upload(box, file); }, { once: true });
    });
    row.addEventListener("specdesk:remove", () => request.abort());
    request.open("POST", box.dataset.upload);
    request.setRequestHeader("x-csrf-token", token());
    request.setRequestHeader("accept", "application/json");
    const body = new FormData();
    body.append("file", file, file.name);
    request.send(body);
  };
  const takeFiles = (box, input, files) => {
    const list = one("[data-upload-list]", box);
    if (!input.multiple) list.replaceChildren();
    for (const file of input.multiple ? files : [...files].slice(0, 1)) upload(box, file);
    input.value = "";
    one(".drop[data-invalid]", box)?.removeAttribute("data-invalid");
  };
  document.addEventListener("change", (event) => {
    const box = event.target.type === "file" && event.target.closest("[data-upload]");
    if (box && box.dataset.upload && event.target.files.length) takeFiles(box, event.target, event.target.files);
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const drop = event.target.closest?.(".drop");
      if (!drop) return;
      event.preventDefault();
      drop.dataset.state = kind === "dragover" ? "over" : "";
      const box = drop.closest("[data-upload]");
      if (kind === "drop" && box?.dataset.upload) takeFiles(box, one("input[type=file]", drop), event.dataTransfer.files);
    });
  }

  // ---- pickers: the words typed go out as q; choosing fills the field ----
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.matches("[data-picker] input")) event.detail.parameters = { q: event.detail.elt.value };
  });
  const choose = (button) => {
    const picker = button.closest("[data-picker]");
    const input = one("input", picker);
    input.value = button.dataset.fill;
    all(`input[type=radio][name="${CSS.escape(input.name)}"]`, input.form).forEach((radio) => { radio.checked = false; });
    const chosen = one("[data-picker-chosen]", picker);
    one("span", chosen).textContent = button.dataset.title;
    chosen.hidden = false;
    button.closest(".picker__found").replaceChildren();
    input.focus();
    for (const kind of ["change", "specdesk:chosen"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
    if (input.form.dataset.draft) save(input.form);
  };
  document.addEventListener("input", (event) => {
    const picker = event.target.closest?.("[data-picker]");
    if (picker) {
      one("[data-picker-chosen]", picker).hidden = true;
      if (event.target.value) all(`input[type=radio][name="${CSS.escape(event.target.name)}"]`, event.target.form).forEach((radio) => { radio.checked = false; });
    } else if (event.target.type === "radio") {
      const other = one(`[data-picker] input[name="${CSS.escape(event.target.name)}"]`, event.target.form || document);
      if (other) other.value = "";
    }
  });

  // ---- small things ----
  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    const fill = at("[data-fill]");
    if (fill) { event.preventDefault(); choose(fill); }
    const remove = at("[data-upload-remove]");
    if (remove) {
      const row = remove.closest(".file");
      const form = row.closest("form[data-draft]");
      row.dispatchEvent(new Event("specdesk:remove"));
      row.remove();
      if (form) save(form);
    }
    const reveal = at("[data-reveal]");
    if (reveal) {
      const input = document.getElementById(reveal.dataset.reveal);
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      reveal.setAttribute("aria-pressed", String(shown));
    }
    const drop = at("[data-draft-drop]");
    if (drop) { forget(drop.closest("form").dataset.draft); window.location.reload(); }
  });
  all("[data-reveal]").forEach((button) => { button.hidden = false; });
  document.addEventListener("input", (event) => {
    const count = event.target.id && one(`[data-count-of="${CSS.escape(event.target.id)}"]`);
    if (count) count.textContent = `${event.target.value.length} / ${event.target.maxLength}`;
  });
  // What is typed or ticked while a check is under way outlives its answer, in every field of it.
  const state = (control) => (tickable(control) ? String(control.checked) : control.value);
  const editable = (box) => all("input, textarea, select", box).filter((c) => c.id && c.name && !c.readOnly && !["hidden", "file"].includes(c.type));
  const states = (box) => new Map(editable(box).map((control) => [control.id, state(control)]));
  const asked = new WeakMap();
  let since = [];
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target?.id === "fields") asked.set(event.detail.xhr, states(event.detail.target));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const before = asked.get(event.detail.xhr);
    const now = before ? [...states(event.detail.target)] : [];
    since = now.filter(([id, value]) => before.has(id) && before.get(id) !== value);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    for (const [id, value] of since) {
      const control = document.getElementById(id);
      if (!control || control.readOnly) continue;
      if (tickable(control)) control.checked = value === "true";
      else control.value = value;
    }
    since = [];
    one("[data-faults]", event.detail.target)?.focus();
    waiting.forEach((_values, form) => putBack(form));
  });
  one("[data-faults]")?.focus();
})();
