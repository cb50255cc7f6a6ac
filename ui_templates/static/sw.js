// The portal's service worker: keeps what is the same for everybody (styles, scripts, icons) and a
// page for when there is no connection. No page with anything of anybody is ever kept.
// SHELL (addresses), OFFLINE (an address) and VERSION stand before this text when it is served.
const CACHE = `specdesk-portal-${VERSION}`;

self.addEventListener("install", (event) => {
  const fresh = (url) => new Request(url, { credentials: "omit", cache: "no-cache" });
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll([...SHELL, OFFLINE].map(fresh))).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("specdesk-portal-") && name !== CACHE;
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (request.method === "GET" && SHELL.includes(url.pathname + url.search)) {
    event.respondWith(caches.match(request.url).then((kept) => kept || fetch(request)));
  }
});
