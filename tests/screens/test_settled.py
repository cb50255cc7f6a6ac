"""What every page of a locale has alike is worked out once, and is what it would be each time."""

from __future__ import annotations

import pytest
from jinja2 import Environment

from runtime.render.catalogues import LOCALES
from runtime.render.environment import renderer

MADE = renderer()
HEAD = '{% import "parts/m.html" as m with context %}'


def plain(made: Environment) -> Environment:
    """The same environment without the work done before."""
    found = made.overlay()
    found._generate = Environment._generate.__get__(found)  # type: ignore[method-assign]
    return found


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "text",
    [
        "{{ _('Save view') }} <a title=\"{{ _('Save view') }}\">",
        "{{ m.icon('x', 'sm') }}{{ m.icon('no such icon') }}{{ m.icon('x', size='lg') }}",
        "{{ m.kbd(_('Space')) }}{{ m.glyph('s-new') }}{{ m.mark() }}",
        "{{ static('app.js') }}",
        "{{ _('%(count)s selected', count='<b>') }}{{ _('%(count)s selected', count=2) }}",
        "{% set many = 3 %}{{ _('%(count)s selected', count=many) }}{{ m.icon(many ~ '') }}",
        "{% set it = '<i>' %}{{ _('Move up: %(name)s', name=it) }}{{ _('%(n)s', n=it|upper) }}",
        "{{ _('Save view')|upper }}{{ _('Save view') ~ '<' }}",
    ],
)
def test_what_is_settled_is_what_it_gives(locale: str, text: str) -> None:
    made = MADE.environments[locale]
    assert made.from_string(HEAD + text).render() == plain(made).from_string(HEAD + text).render()


def test_nothing_is_asked_that_is_settled() -> None:
    made = MADE.environments["zh-CN"]
    source = made.compile("{{ _('Save view') }}{{ m.icon('x') }}", raw=True)
    assert "call(" not in source
    assert "保存" in source
