// Cards go from lane to lane by mouse or by keys; the server takes the step or says why not. Buttons do the same.
(() => {
  "use strict";
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const all = (selector, from = board) => [...from.querySelectorAll(selector)];
  const lanes = () => all("[data-lane]");
  const laneOf = (card) => card.closest("[data-lane]");
  const may = (card, lane) => card.dataset.to.split(" ").includes(lane.dataset.lane);
  const title = (lane) => lane.querySelector("h2").textContent;
  const tell = (name, value = "") => {
    document.querySelector("[data-board-said]").textContent = (board.dataset[name] || name).replace("{}", value);
  };
  const toast = (text, href) => {
    const made = document.createElement("div");
    made.className = "toast";
    made.dataset.tone = "danger";
    made.setAttribute("role", "alert");
    const words = document.createElement(href ? "a" : "span");
    words.className = "grow";
    words.textContent = text;
    if (href) words.href = href;
    made.append(words);
    document.querySelector("#toasts")?.append(made);
    setTimeout(() => made.remove(), 8000);
  };
  const recount = () => {
    for (const lane of lanes()) lane.querySelector("[data-lane-count]").textContent = all("[data-card]", lane).length;
  };
  const mark = (card) => {
    for (const lane of lanes()) {
      if (!card || lane === laneOf(card)) lane.removeAttribute("data-drop");
      else lane.dataset.drop = may(card, lane) ? "yes" : "no";
      lane.removeAttribute("data-over");
    }
  };

  const drop = async (card, lane, home, next) => {
    lane.querySelector("ol").prepend(card);
    card.firstElementChild.dataset.state = "saving";
    card.dataset.state = "saving";
    recount();
    const back = (text, href) => {
      home.querySelector("ol").insertBefore(card, next && next.parentElement === home.querySelector("ol") ? next : null);
      recount();
      tell("saidBack");
      toast(text, href);
    };
    try {
      const answer = await fetch(board.dataset.board, {
        method: "POST",
        credentials: "same-origin",
        headers: { accept: "application/json", "x-csrf-token": board.dataset.csrf, "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ number: card.dataset.card, lane: lane.dataset.lane, by: board.dataset.by }),
      });
      if (answer.redirected) { window.location.reload(); return; }
      const said = answer.ok || answer.status === 422 ? await answer.json() : { done: false, why: board.dataset.saidFailed };
      if (said.done) {
        tell("saidMoved", title(lane));
        card.dataset.to = "";
        document.dispatchEvent(new CustomEvent("specdesk:moved", { detail: card.dataset.card }));
      } else back(said.why, said.href);
    } catch { back(board.dataset.saidFailed); } finally {
      delete card.firstElementChild.dataset.state;
      delete card.dataset.state;
    }
  };

  // ---- by mouse ----
  let held = null;
  board.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.("[data-card]");
    if (!card) return;
    held = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.card);
    mark(card);
  });
  board.addEventListener("dragend", () => { held = null; mark(null); });
  board.addEventListener("dragover", (event) => {
    const lane = held && event.target.closest?.("[data-lane]");
    if (!lane) return;
    event.preventDefault();
    for (const each of lanes()) each.toggleAttribute("data-over", each === lane && each !== laneOf(held));
  });
  board.addEventListener("drop", (event) => {
    const lane = held && event.target.closest?.("[data-lane]");
    if (!lane) return;
    event.preventDefault();
    const card = held;
    held = null;
    mark(null);
    if (lane !== laneOf(card)) drop(card, lane, laneOf(card), card.nextElementSibling);
  });

  // ---- by keys: Space lifts, arrows move, Space drops, Escape puts back ----
  let lifted = null;
  const put = () => {
    lifted.home.querySelector("ol").insertBefore(lifted.card, lifted.next);
    tell("saidBack");
    lifted.card.querySelector("a.kcard__title").focus();
    lifted = null;
    mark(null);
    recount();
  };
  board.addEventListener("keydown", (event) => {
    const link = event.target.closest?.("a.kcard__title");
    if (!link || event.ctrlKey || event.metaKey || event.altKey) return;
    const card = link.closest("[data-card]");
    if (event.key === " ") {
      event.preventDefault();
      event.stopPropagation();
      if (!lifted) {
        lifted = { card, home: laneOf(card), next: card.nextElementSibling };
        mark(card);
        tell("saidLifted", card.dataset.card);
        return;
      }
      const { home, next } = lifted;
      const lane = laneOf(card);
      lifted = null;
      mark(null);
      if (lane !== home) drop(card, lane, home, next).then(() => link.focus());
    } else if (lifted && event.key === "Escape") {
      event.preventDefault();
      put();
    } else if (["ArrowLeft", "ArrowRight"].includes(event.key)) {
      event.preventDefault();
      const list = lanes();
      const at = list.indexOf(laneOf(card)) + (event.key === "ArrowRight" ? 1 : -1);
      const lane = list[at];
      if (!lane) return;
      if (lifted) {
        lane.querySelector("ol").prepend(card);
        tell("saidOver", title(lane));
        link.focus();
      } else (lane.querySelector("a.kcard__title") || link).focus();
    } else if (!lifted && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      const next = event.key === "ArrowDown" ? card.nextElementSibling : card.previousElementSibling;
      next?.querySelector("a.kcard__title")?.focus();
    }
  });
})();
