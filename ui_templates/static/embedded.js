// Inside a frame: tells the page around it how tall it is, and when Escape is pressed.
(() => {
  "use strict";
  if (window.parent === window) return;
  const tell = (what) => window.parent.postMessage(what, "*");
  const size = () => tell({ specdeskHeight: document.body.scrollHeight });
  new ResizeObserver(size).observe(document.body);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) tell({ specdeskShut: true });
  });
})();
