// What changes on an open page of the desk: rows, counts, new tickets, who else is here. Pages work without it.
(() => {
  "use strict";
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const say = (box, name, value) => (box.dataset[name] || "{}").replace("{}", value);
  let source = null;
  let later = 0;
  let lastCounts = 0;
  const fresh = new Set();

  // ---- lists: changed rows are put in place, new ones wait behind a button ----
  const rowOf = (number, from = document) => one(`tr[data-row="${CSS.escape(number)}"], [data-card="${CSS.escape(number)}"]`, from);
  // Only the rows that changed are asked for, in the address of this page.
  const rowsAnew = async (numbers) => {
    const address = new URL(window.location.href);
    address.searchParams.set("only", numbers.join(","));
    const answer = await fetch(address, { credentials: "same-origin", headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };
  const busy = (row) => row.contains(document.activeElement) && document.activeElement.matches("input:not([type=checkbox]), textarea, select");
  const putRow = (number, found) => {
    const row = rowOf(number);
    if (!row || busy(row) || row.dataset.state) return;
    const next = rowOf(number, found);
    if (!next) { row.dataset.gone = ""; return; }
    const made = document.importNode(next, true);
    const ticked = one("input.checkbox", row)?.checked;
    const focused = row.contains(document.activeElement);
    if (row.hasAttribute("data-focus")) made.setAttribute("data-focus", "");
    row.replaceWith(made);
    const lane = made.dataset.card && next.closest("[data-lane]")?.dataset.lane;
    if (lane && made.closest("[data-lane]")?.dataset.lane !== lane) one(`[data-lane="${CSS.escape(lane)}"] ol`)?.prepend(made);
    if (ticked && one("input.checkbox", made)) one("input.checkbox", made).checked = true;
    if (focused) one("a.rowlink", made)?.focus({ preventScroll: true });
    if (made.outerHTML !== row.outerHTML) made.dataset.fresh = "";
  };
  const put = (link, name, text) => {
    const mark = one(name, link);
    if (!text) return mark?.remove();
    if (mark) { if (mark.textContent !== text) mark.textContent = text; return null; }
    return link.append(Object.assign(document.createElement("span"), { className: name.slice(1), textContent: text }));
  };
  const counts = async () => {
    const url = one("[data-counts]")?.dataset.counts;
    const answer = url && (await fetch(url, { credentials: "same-origin", headers: { accept: "application/json" } }).catch(() => null));
    if (!answer?.ok || answer.redirected) return;
    const found = await answer.json();
    for (const link of all(".side a[href]")) {
      const [count, badge] = found[link.getAttribute("href")] || [];
      if (count === undefined) continue;
      if (badge || one(".badge", link)) put(link, ".badge", badge);
      else put(link, ".count", count);
    }
  };
  // Many desks hear of one change at once: they come back over some seconds, and not for each change.
  let counting = 0;
  const countSoon = () => {
    if (counting) return;
    counting = setTimeout(() => { counting = 0; counts(); }, Math.max(0, 8000 - (Date.now() - lastCounts)) + 500 + Math.random() * 3000);
    lastCounts = Date.now();
  };
  const waiting = new Set();
  const soon = (numbers) => {
    for (const number of numbers) waiting.add(number);
    if (later || !waiting.size) return;
    later = setTimeout(async () => {
      const those = [...waiting].slice(0, 40);
      waiting.clear();
      const found = await rowsAnew(those).catch(() => null);
      later = 0;
      if (found) for (const number of those) putRow(number, found);
    }, 150 + Math.random() * 450);
  };
  const onList = (box, change) => {
    const shown = change.seen.filter((number) => rowOf(number));
    for (const number of change.listed) if (!rowOf(number)) fresh.add(number);
    const button = one("[data-live-new]", box);
    if (button && fresh.size) {
      button.hidden = false;
      one("span", button).textContent = say(box, "saidNew", fresh.size);
    }
    soon(shown);
    countSoon();
  };

  // ---- a ticket: who else is here, and who answered meanwhile ----
  const onTicket = (box, change) => {
    const here = one("[data-live-here]", box);
    here.hidden = !change.others.length;
    one("span", here).textContent = change.others.length ? say(box, "saidHere", change.others.join(box.dataset.comma || ", ")) : "";
    const stale = one("[data-live-stale]", box);
    if (change.version > Number(box.dataset.version)) {
      stale.hidden = false;
      one("span", stale).textContent = change.answered_by ? say(box, "saidAnswered", change.answered_by) : box.dataset.saidChanged;
    }
  };

  // ---- the bell: the count, what is urgent on top, and a word about the newest unless it is quiet ----
  const onNotices = async (change) => {
    const link = one(".side [data-bell-link]");
    if (link) {
      const count = one(".count", link) || link.appendChild(document.createElement("span"));
      count.className = "count";
      count.textContent = change.unread;
    }
    for (const each of all("[data-bell-said]")) each.setAttribute("aria-label", say(each, "bellSaid", change.unread));
    if (!change.quiet && change.title) {
      const toast = document.createElement("div");
      toast.className = "toast";
      toast.setAttribute("role", change.urgent ? "alert" : "status");
      if (change.urgent) toast.dataset.tone = "danger";
      toast.textContent = change.title;
      one("#toasts")?.append(toast);
    }
    if (!change.urgent) return;
    const pinned = one("#pinned", await page().catch(() => null) || document.createElement("div"));
    if (pinned) one("#pinned")?.replaceWith(document.importNode(pinned, true));
  };

  // ---- the connection: one for each visible tab ----
  const open = () => {
    const box = one("[data-live]");
    const url = box?.dataset.live || one("[data-bell]")?.dataset.bell;
    if (source || !url || document.hidden || !window.EventSource) return;
    source = new EventSource(url);
    source.addEventListener("notices", (event) => onNotices(JSON.parse(event.data)));
    source.addEventListener("list", (event) => onList(box, JSON.parse(event.data)));
    source.addEventListener("ticket", (event) => onTicket(box, JSON.parse(event.data)));
  };
  const close = () => {
    source?.close();
    source = null;
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else {
      open();
      if (one("[data-live]")?.matches("[data-live-list]")) soon(all("tr[data-row], [data-card]").map((row) => row.dataset.row || row.dataset.card));
      countSoon();
    }
  });
  document.addEventListener("specdesk:moved", (event) => soon([event.detail]));
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", open);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-live-new], [data-live-again]")) window.location.reload();
  });
  open();
})();
