// Only in the portal: the service worker that keeps the shell for a lost connection.
(() => {
  "use strict";
  const worker = document.body.dataset.worker;
  if (worker && "serviceWorker" in navigator && window.parent === window) {
    window.addEventListener("load", () => navigator.serviceWorker.register(worker).catch(() => {}));
  }
})();
