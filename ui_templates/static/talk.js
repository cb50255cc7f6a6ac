// Writing on a ticket: colleagues after @, quick texts after /, files by paste and drop, one draft over tabs,
// attachments looked at in their place. Everything works without it.
(() => {
  "use strict";
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["x-csrf-token"] || "";

  // ---- completion: a list above the box, walked with the arrows ----
  const WORDS = [
    ["names", /(?:^|[\s(（，。、：:])([@＠])((?:[^\s@＠]+ ?){0,2}[^\s@＠]{0,30})$/],
    ["texts", /(?:^|\s)(\/)([^\s/]{0,30})$/],
  ];
  const optionOf = (list) => (item, at) => {
    const option = document.createElement("li");
    option.id = `${list.id}-${at}`;
    option.setAttribute("role", "option");
    option.dataset.insert = item.insert;
    option.append(Object.assign(document.createElement("span"), { textContent: item.label, dir: "auto" }));
    if (item.hint) option.append(Object.assign(document.createElement("small"), { textContent: item.hint }));
    return option;
  };
  const found = async (url, sort, words) => {
    const answer = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers: { "x-csrf-token": token(), "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: new URLSearchParams({ sort, q: words }),
    }).catch(() => null);
    const told = answer?.ok ? await answer.json().catch(() => ({})) : {};
    return told.items || [];
  };
  // Gives what opens the list of quick texts where the caret is.
  const complete = (box, list, url) => {
    let start = -1;
    let asked = 0;
    let timer = 0;
    const options = () => all("[role=option]", list);
    const close = () => {
      asked += 1;
      list.hidden = true;
      list.replaceChildren();
      box.removeAttribute("aria-activedescendant");
    };
    const select = (option) => {
      for (const each of options()) each.setAttribute("aria-selected", String(each === option));
      if (!option) return;
      box.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    };
    const ask = async (sort, words) => {
      const mine = ++asked;
      const items = await found(url, sort, words);
      if (mine !== asked) return 0;
      list.replaceChildren(...items.map(optionOf(list)));
      list.hidden = !items.length;
      list.dataset.sort = sort;
      select(options()[0]);
      return items.length;
    };
    const look = () => {
      const before = box.value.slice(0, box.selectionStart);
      clearTimeout(timer);
      for (const [sort, pattern] of WORDS) {
        const hit = pattern.exec(before);
        if (!hit) continue;
        start = before.length - hit[1].length - hit[2].length;
        timer = setTimeout(() => ask(sort, hit[2].trim()), 120);
        return;
      }
      close();
    };
    const take = (option) => {
      if (!option) return;
      box.focus();
      box.setRangeText(option.dataset.insert, start, box.selectionEnd, "end");
      close();
      box.dispatchEvent(new Event("input", { bubbles: true }));
    };
    box.addEventListener("input", (event) => event.isComposing || look());
    box.addEventListener("compositionend", look);
    box.addEventListener("blur", () => setTimeout(() => list.contains(document.activeElement) || close(), 150));
    box.addEventListener("keydown", (event) => {
      if (list.hidden || event.isComposing) return;
      const here = options();
      const at = here.findIndex((each) => each.getAttribute("aria-selected") === "true");
      if (event.key === "ArrowDown" || event.key === "ArrowUp") select(here[(at + (event.key === "ArrowDown" ? 1 : -1) + here.length) % here.length]);
      else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") take(here[at]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(event.target.closest("[role=option]"));
    });
    return (none) => {
      if (!list.hidden) { close(); return; }
      box.focus();
      start = box.selectionStart;
      ask("texts", "").then((count) => count || none());
    };
  };
  const box = one("textarea[data-complete]");
  const list = box && document.getElementById(box.getAttribute("aria-controls"));
  if (box && list) {
    const texts = complete(box, list, box.dataset.complete);
    // The words of a step are written as those of a reply.
    for (const words of all(".acts__form textarea:is([name=comment], [name=note], [name=reason])")) {
      const own = list.cloneNode(false);
      const around = Object.assign(document.createElement("div"), { className: "composer__box" });
      own.id = `${words.id}-complete`;
      words.replaceWith(around);
      around.append(own, words);
      words.setAttribute("aria-controls", own.id);
      words.setAttribute("aria-autocomplete", "list");
      complete(words, own, box.dataset.complete);
    }
    one("[data-quick]")?.addEventListener("click", (event) => {
      const { quick } = event.target.closest("[data-quick]").dataset;
      texts(() => window.location.assign(quick));
    });
    for (const button of all("[data-quick], [data-to-articles]")) button.hidden = false;
    one("[data-to-articles]")?.addEventListener("click", () => {
      const field = one("[aria-labelledby=h-articles] input");
      field?.scrollIntoView({ block: "center" });
      field?.focus();
    });
  }

  // ---- files by paste and drop, as if they were chosen ----
  const composer = box?.form;
  const chosen = (files) => {
    const input = one("input[type=file]", composer);
    if (!input || !files.length) return false;
    const hand = new DataTransfer();
    let n = 0;
    for (const file of files) {
      // What is copied from a screen has no name of its own.
      const name = file.name && file.name !== "image.png" ? file.name : `${composer.dataset.pasted}-${Date.now().toString(36)}${n++ || ""}.png`;
      hand.items.add(new File([file], name, { type: file.type }));
    }
    input.files = hand.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };
  composer?.addEventListener("paste", (event) => {
    const from = event.clipboardData;
    if (from && !from.getData("text/plain") && chosen([...from.files])) event.preventDefault();
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    composer?.addEventListener(kind, (event) => {
      if (![...(event.dataTransfer?.types || [])].includes("Files")) return;
      event.preventDefault();
      composer.toggleAttribute("data-over", kind === "dragover");
      if (kind === "drop") chosen([...event.dataTransfer.files]);
    });
  }

  // What was refused is looked at: the last word of the talk, and the caret in what one wrote.
  if (box?.getAttribute("aria-invalid") === "true") {
    one("#timeline .tl:last-child")?.scrollIntoView({ block: "end" });
    box.focus({ preventScroll: true });
  }

  // ---- one draft over tabs: what is sent or written in another one is not written over here ----
  window.addEventListener("storage", (event) => {
    if (!composer?.dataset.draft || event.key !== `specdesk.draft.${composer.dataset.draft}`) return;
    const text = (kept) => { try { return JSON.parse(kept || "null")?.values.text?.[0] || ""; } catch { return ""; } };
    if (box.value !== text(event.oldValue)) return;
    box.value = text(event.newValue);
    if (event.newValue === null) {
      const line = one("[data-draft-elsewhere]", composer);
      if (line) line.hidden = false;
      for (const row of all("[data-upload-list] .file", composer)) row.remove();
    }
  });

  // ---- attachments looked at on the page ----
  const light = one("dialog#lightbox");
  // A PDF needs the browser's own viewer, and on a touch screen its own page; else its link opens a tab.
  const viewer = navigator.pdfViewerEnabled && !window.matchMedia("(pointer: coarse)").matches;
  const looks = (link) => Boolean(MAKE[link.dataset.look]) && (link.dataset.look !== "pdf" || viewer);
  const shown = () => all("a[data-look]").filter(looks);
  let now = null;
  const MAKE = {
    pdf: (link) => Object.assign(document.createElement("iframe"), { src: `${link.href}#navpanes=0`, title: link.dataset.name }),
    image: (link) => Object.assign(document.createElement("img"), { src: link.href, alt: link.dataset.name }),
    video: (link) => Object.assign(document.createElement("video"), { src: link.href, controls: true }),
    audio: (link) => Object.assign(document.createElement("audio"), { src: link.href, controls: true }),
    text: (link) => {
      const page = Object.assign(document.createElement("pre"), { tabIndex: 0, textContent: "…", dir: "auto" });
      fetch(link.href, { credentials: "same-origin" }).then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(answer.status))))
        .then((text) => { page.textContent = text.slice(0, 200000); })
        .catch(() => { page.textContent = document.body.dataset.saidFailed; });
      return page;
    },
  };
  const put = (link) => {
    now = link;
    const several = shown();
    one("[data-light-name]", light).textContent = link.dataset.name;
    one("[data-light-place]", light).textContent = several.length > 1 ? `${several.indexOf(link) + 1} / ${several.length}` : "";
    for (const each of all("[data-light-open], [data-light-save]", light)) each.href = link.href;
    one("[data-light-save]", light).download = link.dataset.name;
    one("[data-light]", light).replaceChildren(MAKE[link.dataset.look](link));
    for (const button of all("[data-light-go]", light)) button.hidden = several.length < 2;
    if (!light.open) light.showModal();
    else if (!light.contains(document.activeElement)) one('[data-light-go="1"]', light).focus(); // what had it is gone
  };
  const step = (by) => {
    const several = shown();
    if (several.length > 1) put(several[(several.indexOf(now) + by + several.length) % several.length]);
  };
  if (light) {
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[data-look]");
      if (link && looks(link) && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        put(link);
      }
      const go = event.target.closest?.("[data-light-go]");
      if (go) step(Number(go.dataset.lightGo));
      else if (event.target === light) light.close();
    });
    light.addEventListener("keydown", (event) => {
      if (event.target.matches("audio, pre") || event.altKey || event.ctrlKey || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
      event.preventDefault();
      step((event.key === "ArrowRight") === (document.dir !== "rtl") ? 1 : -1);
    });
    light.addEventListener("close", () => {
      one("[data-light]", light).replaceChildren();
      const fold = now?.closest("details");
      if (fold) fold.open = true;
      now?.focus();
    });
  }

  // ---- the tickets before and after this one in the list one came from ----
  const around = one("[data-neighbours]");
  const listed = (() => {
    try { return JSON.parse(window.sessionStorage.getItem("specdesk.list") || "[]"); } catch { return []; }
  })();
  const place = listed.findIndex((href) => new URL(href, window.location.href).pathname === window.location.pathname);
  if (around && place >= 0 && listed.length > 1) {
    one("[data-place]", around).textContent = `${place + 1} / ${listed.length}`;
    for (const link of all("[data-by]", around)) {
      const href = listed[place + Number(link.dataset.by)];
      if (href) link.href = href; else link.remove();
    }
    around.dataset.on = "";
  } else around?.replaceChildren();

  // ---- on paper: all of it, so the page that holds all ----
  if (one("[data-prints]")) window.addEventListener("load", () => window.print());
  else if (one(".earlier")) {
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== "p") return;
      event.preventDefault();
      window.location.assign(one("[data-print-all]").href);
    });
  }
})();
