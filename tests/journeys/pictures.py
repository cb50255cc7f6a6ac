"""Take the README's pictures from the filled example: ``python -m tests.journeys.pictures``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from tests.journeys.pages import Stop, visit
from tests.journeys.people import DESK, DESKTOP, PHONE, PORTAL, STUDIO, House
from tests.journeys.served import served
from tests.screens.shots import CHROMIUM, FLAGS

OUT = Path(__file__).resolve().parents[2] / "docs" / "images"
MOST_BYTES = 200_000
CONVERT = ("/usr/bin/magick", "/usr/bin/convert")
PICTURES = (
    (Stop("desk", "cleo", f"{DESKTOP}/views/after_sales_open"), DESK),
    (Stop("ticket", "ben", f"{DESKTOP}/tickets/RF"), DESK),
    (Stop("portal", "ann", f"{PORTAL}/"), PHONE),
    (Stop("dashboard", "cleo", f"{DESKTOP}/dashboards/service"), DESK),
    (Stop("studio", "ivy", f"{STUDIO}/"), DESK),
)


def _small(png: bytes) -> bytes:
    """The picture in fewer colours where ImageMagick is at hand; a page of text misses none."""
    convert = next((name for name in CONVERT if Path(name).exists()), None)
    if convert:
        done = subprocess.run(
            [convert, "png:-", "-strip", "+dither", "-colors", "128", "png8:-"],
            input=png, capture_output=True, check=True,
        )  # fmt: skip
        png = done.stdout
    if len(png) > MOST_BYTES:
        raise ValueError(f"a picture has {len(png)} bytes; install imagemagick to shrink it")
    return png


def main(out: Path) -> int:
    """Serve the whole example, picture it, and say what was written."""
    out.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as home,
        served(Path(home), whole=True) as desk,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        house = House(browser, desk, {}, {})
        for stop, size in PICTURES:
            tab = house.view(stop.who, size=size)
            visit(tab, stop)
            tab.wait_for_load_state("networkidle")
            path = out / f"{stop.name}.png"
            path.write_bytes(_small(tab.screenshot()))
            print(f"{path}: {path.stat().st_size} bytes")
        house.close()
        browser.close()
    return 1 if house.faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT))
