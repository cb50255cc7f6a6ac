"""Hands that have no mouse: Tab to a control, see that it shows, press."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

MOST_TABS = 150
RING = """at => { const ring = e => { const s = getComputedStyle(e);
    return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0
      || s.boxShadow !== "none"; };
  for (let e = at; e && e !== document.body; e = e.parentElement) if (ring(e)) return true;
  const after = getComputedStyle(at, "::after");
  return after.outlineStyle !== "none" && parseFloat(after.outlineWidth) > 0; }"""
HIDDEN = """at => { const shown = at.matches(".vh") ? at.closest("label") || at : at;
  const box = shown.getBoundingClientRect();
  const spots = [[.5, .5], [.1, .1], [.9, .9], [.1, .9], [.9, .1]].map(([x, y]) =>
    document.elementFromPoint(box.left + box.width * x, box.top + box.height * y));
  return !spots.some(top => top && (shown.contains(top) || top.contains(shown))); }"""


def tab_to(tab: Page, wanted: Locator) -> None:
    """Press Tab until the control has the focus, which has to be seen (WCAG 2.4.7, 2.4.11)."""
    control = wanted.first
    control.wait_for(state="attached")
    for _ in range(MOST_TABS):
        tab.keyboard.press("Tab")
        if control.evaluate("e => e === document.activeElement"):
            assert control.evaluate(RING), f"no ring around {control}"
            assert not control.evaluate(HIDDEN), f"something lies over {control}"
            return
    raise AssertionError(f"{MOST_TABS} times Tab did not come to {control}")


def press(tab: Page, wanted: Locator, key: str = "Enter") -> None:
    """Tab to a control and press a key on it."""
    tab_to(tab, wanted)
    tab.keyboard.press(key)


def write(tab: Page, wanted: Locator, text: str) -> None:
    """Tab to a control and type; what stood in it goes."""
    tab_to(tab, wanted)
    tab.keyboard.press("Control+a")
    tab.keyboard.type(text)
