// Opens a Specdesk portal inside your page. Load it from your portal's own address:
//   <script src="https://help.example/t/shop/p/embed.js" data-label="Help" async></script>
// data-label: the button's word; data-open: a form by its type, else the home; data-colour: the
// button's colour; data-into: a selector of an element that the portal fills instead of a button;
// data-lang: the language, en or zh-CN, else that of the browser.
(() => {
  "use strict";
  const me = document.currentScript;
  if (!me) return;
  const lang = me.dataset.lang ? `${encodeURIComponent(me.dataset.lang)}/` : "";
  const base = me.src.replace(/embed\.js.*$/, `embed/${lang}`);
  const ours = new URL(base).origin;
  const open = me.dataset.open ? `${base}new/${encodeURIComponent(me.dataset.open)}` : base;
  const label = me.dataset.label || "Help";
  const style = (node, rules) => Object.assign(node.style, rules);
  const frame = document.createElement("iframe");
  frame.title = label;
  frame.referrerPolicy = "origin";
  frame.loading = "lazy";
  frame.setAttribute("sandbox", "allow-forms allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox");
  style(frame, { border: "0", width: "100%", height: "100%", background: "Canvas", colorScheme: "normal" });
  const place = me.dataset.into && document.querySelector(me.dataset.into);
  let panel = null;
  let button = null;
  const shut = () => {
    if (!panel || panel.hidden) return;
    panel.hidden = true;
    panel.style.display = "none";
    button.setAttribute("aria-expanded", "false");
    button.focus();
  };
  if (place) {
    style(frame, { height: "40rem" });
    frame.src = open;
    place.append(frame);
  } else {
    panel = document.createElement("div");
    panel.id = "specdesk-panel";
    panel.hidden = true;
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", label);
    style(panel, {
      position: "fixed", right: "1rem", bottom: "5rem", width: "min(26rem, calc(100vw - 2rem))", zIndex: "2147483000",
      height: "min(44rem, calc(100vh - 7rem))", borderRadius: "12px", overflow: "hidden", display: "none",
      boxShadow: "0 12px 40px rgb(0 0 0 / .28)",
    });
    panel.append(frame);
    button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", panel.id);
    style(button, {
      position: "fixed", right: "1rem", bottom: "1rem", minHeight: "44px", padding: "0 1.25rem", zIndex: "2147483000",
      border: "0", borderRadius: "22px", font: "600 15px system-ui, sans-serif", color: "#fff", cursor: "pointer",
      background: me.dataset.colour || "#3056d3",
    });
    button.addEventListener("click", () => {
      if (!panel.hidden) return void shut();
      if (!frame.src) frame.src = open;
      panel.hidden = false;
      panel.style.display = "block";
      button.setAttribute("aria-expanded", "true");
      frame.focus();
    });
    document.body.append(panel, button);
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") shut(); });
  }
  // The frame says how tall it is, and that Escape was pressed in it; nothing else is taken from it.
  window.addEventListener("message", (event) => {
    if (event.origin !== ours || event.source !== frame.contentWindow || !event.data) return;
    const height = Number(event.data.specdeskHeight);
    if (place && height > 0) frame.style.height = `${Math.min(Math.ceil(height), 4000)}px`;
    if (event.data.specdeskShut) shut();
  });
})();
