"""Picture the sample screens in a browser: ``python -m tests.screens.shots OUT [NAME]``."""

import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from runtime.render.environment import TEMPLATES, renderer
from tests.screens.every import every_sample

# The shell is the same engine without the browser's own pages, which take half a second a window.
CHROMIUM = next(
    (str(path) for name in ("chromium-headless-shell", "chromium")
     if (path := Path("/usr/bin") / name).exists()),
    "/usr/bin/chromium-headless-shell",
)  # fmt: skip
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
WIDTHS = {390: 844, 1440: 900}
LOOKS: tuple[tuple[str, Literal["light", "dark"]], ...] = (("zh-CN", "light"), ("en", "dark"))


def write_pages(folder: Path, only: str = "") -> list[str]:
    """Render every sample whose name begins with ``only``; return the file names."""
    if not (folder / "static").exists():
        (folder / "static").symlink_to(TEMPLATES / "static")
    made, names = renderer(), []
    for name, (template, screen) in every_sample().items():
        for locale, _ in LOOKS:
            html = made.render(template, screen(locale)) if name.startswith(only) else ""
            if "<!doctype html>" not in html:
                continue  # a fragment is pictured inside its page
            names.append(f"{name}.{locale}.html")
            (folder / names[-1]).write_text(html, "utf-8")
    return names


def shoot(browser: Browser, base: str, names: list[str], out: Path) -> list[str]:
    """Take each page at every width; return what the consoles complained of."""
    faults: list[str] = []
    for width, height in WIDTHS.items():
        for locale, theme in LOOKS:
            view = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=theme, locale=locale
            )
            tab = view.new_page()
            tab.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
            tab.on("pageerror", lambda error: faults.append(str(error)))
            for name in (name for name in names if f".{locale}." in name):
                tab.goto(f"{base}/{name}")
                if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    faults.append(f"{name} is wider than {width} px")
                picture = out / f"{name.removesuffix('.html')}.{width}.{theme}.png"
                tab.screenshot(path=picture, full_page=True)
            view.close()
    return faults


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves a folder under the real content security policy and says nothing."""

    def log_message(self, *_: object) -> None: ...

    def end_headers(self) -> None:
        self.send_header("content-security-policy", "default-src 'self'; img-src 'self'")
        super().end_headers()


def main(out: Path, only: str = "") -> int:
    """Serve the pages on this machine alone and picture them."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as temporary, sync_playwright() as playwright:
        names = write_pages(Path(temporary), only)
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=temporary))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        faults = shoot(browser, f"http://127.0.0.1:{server.server_port}", names, out)
        browser.close()
        server.shutdown()
        server.server_close()
    print(*sorted(set(faults)), sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
