"""The style sheets hold for every language, theme and hand: sides, colours, focus, motion."""

from __future__ import annotations

import re
from itertools import product

import pytest

from runtime.render.environment import TEMPLATES

STATIC = TEMPLATES / "static"
SHEETS = {path.name: path.read_text("utf-8") for path in sorted(STATIC.glob("*.css"))}

# A side that does not turn with the direction of the writing. None has a reason so far.
PHYSICAL = re.compile(
    r"(?:margin|padding|border|scroll-margin|scroll-padding|inset)-(?:left|right)\b"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
    r"|(?<![-\w])(?:left|right)\s*:"
    r"|(?:float|clear|text-align|caption-side)\s*:\s*(?:left|right)"
)
REASONED_SIDES: dict[str, str] = {}


def plain(sheet: str) -> str:
    """The sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", SHEETS[sheet], flags=re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_side_is_left_or_right(sheet: str) -> None:
    lines = plain(sheet).splitlines()
    found = [line.strip() for line in lines if PHYSICAL.search(line)]
    assert [line for line in found if line not in REASONED_SIDES] == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_what_moves_sideways_turns_with_the_writing(sheet: str) -> None:
    """`translate` knows no start and end: a rule that moves along has a twin for `:dir(rtl)`."""
    along = re.findall(r"translate:\s*(-?[1-9.][\w.]*|-?0\.\d\w+)\s+0", plain(sheet))
    for far in along:
        back = far[1:] if far.startswith("-") else f"-{far}"
        assert f"translate: {back} 0" in plain(sheet), f"{far} has no twin"
    assert not re.search(r"translateX|transform:\s*translate", plain(sheet))


@pytest.mark.parametrize("sheet", [name for name in SHEETS if name != "tokens.css"])
def test_colours_are_tokens(sheet: str) -> None:
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?!\w)|(?:rgb|hsl|oklch)a?\(", plain(sheet)) == []


def test_icons_that_point_along_the_line_turn_with_the_writing() -> None:
    """An icon whose name says left or right is marked, and one sheet turns what is marked."""
    marks = (TEMPLATES / "parts" / "m.html").read_text("utf-8")
    along = re.search(r"set along = \((.*?)\)", marks)
    assert along is not None
    named = set(re.findall(r'id="i-([\w-]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    turned = set(re.findall(r"'([\w-]+)'", along[1]))
    assert turned <= named
    sided = {one for one in named if re.fullmatch(r"(arrow|chevron)-(.*-)?(left|right)", one)}
    assert sided - turned == {"arrow-left-right"}  # points both ways
    assert ".icon--along:dir(rtl) { transform: scaleX(-1); }" in SHEETS["components.css"]


def test_every_class_of_a_sheet_is_used() -> None:
    """A rule that nothing wears is deleted, unless its name is put together or a library's."""
    wearing = [*TEMPLATES.rglob("*.html"), *STATIC.glob("*.js")]
    wearing += sorted((TEMPLATES.parent / "runtime" / "web" / "screens").rglob("*.py"))
    words = set(re.findall(r"[A-Za-z][\w-]*", "\n".join(p.read_text("utf-8") for p in wearing)))
    made = re.compile(r"(avatar|icon|dash|bar|line)--\w+|htmx-(added|request)|is-(add|del|end|now)")
    styled = {name for sheet in SHEETS for name in re.findall(r"\.([a-zA-Z_][\w-]*)", plain(sheet))}
    assert sorted(n for n in styled - words if not made.fullmatch(n)) == []


def test_a_screen_may_be_held_either_way() -> None:
    """WCAG 1.3.4: no sheet asks how the screen is held."""
    assert [sheet for sheet in SHEETS if "orientation:" in plain(sheet)] == []


# -- contrast -----------------------------------------------------------------------------------

SURFACES = ("canvas", "surface", "surface-2", "surface-3", "overlay")
TEXT = ("text", "text-2", "text-3", "accent-text", "danger-text", "warn-text", "ok-text")
PAIRS = (
    *product(TEXT, SURFACES),
    *((f"{tone}-text", f"{tone}-soft") for tone in ("accent", "danger", "warn", "ok")),
    *((f"hue-{n}-fg", f"hue-{n}-bg") for n in range(1, 7)),
    *((f"code-{name}", "code-bg") for name in ("key", "str", "num", "com")),
    *((name, back) for name in ("text", "note-text") for back in ("note",)),
    ("on-accent", "accent"),
    ("on-danger", "danger"),
    ("inverse-text", "inverse"),
    ("inverse-text-2", "inverse"),
    *(("text", back) for back in ("add-bg", "del-bg", "mod-bg", "accent-soft-2")),
)
MARKS = (
    *product(("focus",), SURFACES),
    *product(("line-control",), ("canvas", "surface", "surface-2", "overlay")),
)


def themes() -> dict[str, dict[str, str]]:
    """The colours of each theme by token."""
    text = SHEETS["tokens.css"]
    light, dark = re.split(r"color-scheme: dark;", text)[:2]
    read = {
        name: dict(re.findall(r"--c-([\w-]+):\s*(#[0-9a-f]{6})", part))
        for name, part in (("light", light), ("dark", dark))
    }
    return {"light": read["light"], "dark": read["light"] | read["dark"]}


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG reckons it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_tokens_stand_out_from_what_they_lie_on(theme: str) -> None:
    colours = themes()[theme]
    text = [(*p, contrast(colours[p[0]], colours[p[1]])) for p in PAIRS]
    assert [(a, b, round(c, 2)) for a, b, c in text if c < 4.5] == []
    marks = [(*p, contrast(colours[p[0]], colours[p[1]])) for p in MARKS]
    assert [(a, b, round(c, 2)) for a, b, c in marks if c < 3] == []


def test_who_asks_for_less_motion_gets_none() -> None:
    """Each move takes its time from a token, and the tokens are nothing then. What turns or fills
    while something goes on stays; it is the only sign of it."""
    tokens = SHEETS["tokens.css"]
    calm = tokens[tokens.index("prefers-reduced-motion") :][:200]
    assert "--t-1: 0ms; --t-2: 0ms; --t-3: 0ms" in calm
    for sheet in SHEETS:
        for rule in re.findall(r"(?:transition|animation):\s*([^;]+);", plain(sheet)):
            going_on = re.match(r"spin |load ", rule)
            assert going_on or rule == "none" or "var(--t-" in rule or OFF[rule] in calm_rule()


OFF = {"flash 1.2s var(--ease)": ".htmx-added"}


def calm_rule() -> str:
    """What is switched off by name for who asks for less motion."""
    found = re.search(
        r"prefers-reduced-motion: reduce\) \{([^}]*animation: none)", plain("components.css")
    )
    assert found
    return found[1]
