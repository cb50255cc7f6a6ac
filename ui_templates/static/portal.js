// Only in the portal: the service worker that keeps the shell for a lost connection, and the way on
// from its page once there is one again.
(() => {
  "use strict";
  const worker = document.body.dataset.worker;
  if (worker && "serviceWorker" in navigator && window.parent === window) {
    window.addEventListener("load", () => navigator.serviceWorker.register(worker).catch(() => {}));
  }
  if (document.querySelector("[data-offline]")) {
    const here = window.location.href;
    const again = () => fetch(here).then(() => window.location.replace(here), () => {});
    window.addEventListener("online", again);
    setInterval(again, 10000);
  }
})();
