// A picture of oneself: whatever the browser can show becomes a small square PNG before it is sent, and is
// shown in the place where it will stand.
(() => {
  "use strict";
  const SIDE = 192;
  const form = document.querySelector("form[data-picture]");
  const input = form?.querySelector("input[type=file]");
  if (!input || !window.createImageBitmap) return;
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change"));
  });
  input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return;
    form.querySelector("[data-picked]").textContent = file.name;
    const made = await window.createImageBitmap(file).catch(() => null);
    if (!made) return;
    const side = Math.min(made.width, made.height);
    const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    canvas.getContext("2d").drawImage(made, (made.width - side) / 2, (made.height - side) / 2, side, side, 0, 0, SIDE, SIDE);
    form.closest(".profile__picture")?.querySelector(".avatar").replaceChildren(canvas);
    const blob = await new Promise((done) => { canvas.toBlob(done, "image/png"); });
    const kept = new DataTransfer();
    kept.items.add(new File([blob], "picture.png", { type: "image/png" }));
    input.files = kept.files;
  });
})();
