"""A tenant's accent as a stylesheet; a colour too pale to read is left out."""

from __future__ import annotations

import colorsys
import re

_HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")
WANTED = 4.5
"""WCAG 2.2 contrast of text on its ground."""


def brand_css(accent: str) -> str:
    """Custom properties for both themes; empty where the accent is missing or unreadable."""
    if not _HEX.match(accent) or contrast(accent, "#ffffff") < WANTED:
        return ""
    dark = _lifted(accent)
    return "\n".join(
        (
            f":root {{ {_light(accent)} }}",
            "@media (prefers-color-scheme: dark) "
            f'{{ :root:not([data-theme="light"]) {{ {_dark(dark)} }} }}',
            f':root[data-theme="dark"] {{ {_dark(dark)} }}',
            "",
        )
    )


def contrast(one: str, other: str) -> float:
    """The WCAG contrast of two colours, 1 to 21."""
    a, b = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _light(accent: str) -> str:
    soft = _mix(accent, "#ffffff", 0.84)
    return (
        f"--c-accent: {accent}; --c-accent-hover: {_mix(accent, '#000000', 0.12)}; "
        f"--c-accent-active: {_mix(accent, '#000000', 0.22)}; "
        f"--c-accent-text: {_readable(accent, soft, '#000000')}; "
        f"--c-accent-soft: {_mix(accent, '#ffffff', 0.92)}; --c-accent-soft-2: {soft}; "
        f"--c-accent-line: {_mix(accent, '#ffffff', 0.6)}; "
        f"--c-on-accent: #ffffff; --c-focus: {accent};"
    )


def _dark(accent: str) -> str:
    ground = "#15181d"
    soft = _mix(accent, ground, 0.74)
    return (
        f"--c-accent: {accent}; --c-accent-hover: {_mix(accent, '#ffffff', 0.12)}; "
        f"--c-accent-active: {_mix(accent, '#ffffff', 0.22)}; "
        f"--c-accent-text: {_readable(accent, soft, '#ffffff')}; "
        f"--c-accent-soft: {_mix(accent, ground, 0.84)}; --c-accent-soft-2: {soft}; "
        f"--c-accent-line: {_mix(accent, ground, 0.55)}; "
        f"--c-on-accent: #0b0d10; --c-focus: {accent};"
    )


def _readable(accent: str, soft: str, towards: str) -> str:
    """The accent as text on its own soft ground: moved away from it until it can be read."""
    shares = (step / 20 for step in range(20))
    mixed = (_mix(accent, towards, share) for share in shares)
    return next((color for color in mixed if contrast(color, soft) >= WANTED + 0.1), towards)


def _lifted(accent: str) -> str:
    """The accent made light enough for dark surfaces."""
    r, g, b = (int(accent[i : i + 2], 16) / 255 for i in (1, 3, 5))
    h, light, s = colorsys.rgb_to_hls(r, g, b)
    while light < 0.95:
        color = "#" + "".join(f"{round(p * 255):02x}" for p in colorsys.hls_to_rgb(h, light, s))
        if contrast(color, "#20242b") >= WANTED + 1:
            return color
        light += 0.02
    return "#e8ecf3"


def _mix(color: str, other: str, share: float) -> str:
    parts = (
        round(int(color[i : i + 2], 16) * (1 - share) + int(other[i : i + 2], 16) * share)
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{p:02x}" for p in parts)
