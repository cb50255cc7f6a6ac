"""The renderer: quick when all is well, gone when it hangs, deaf to what a template may not say."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import AsyncIterator

import pytest

from runtime.render.notices import CannotRender, NoticeRenderer


@pytest.fixture
async def renderer() -> AsyncIterator[NoticeRenderer]:
    """A renderer with a short limit."""
    made = NoticeRenderer(time_limit_s=1.0)
    yield made
    await made.close()


async def test_one_process_renders_many_texts(renderer: NoticeRenderer) -> None:
    values = {"ticket.number": "RF-1", "comment": ""}
    template = "{{ ticket.number }}{% if comment %}: {{ comment }}{% else %}.{% endif %}{{ no.x }}"
    assert await renderer.render([template, "b"], values) == ["RF-1.", "b"]
    first = renderer.pid
    said = await renderer.render([template], {**values, "comment": "{{ 7 * 7 }} <b>"})
    assert said == ["RF-1: {{ 7 * 7 }} <b>"], "a value is text, never a template"
    assert renderer.pid == first


@pytest.mark.parametrize(
    "template",
    [
        "{% for n in ticket %}x{% endfor %}",
        "{{ ticket|upper }}",
        "{{ ticket.number() }}",
        "{{ 'x' * 1000000000 }}",
        "{% set a = 1 %}",
        "{% include 'x' %}",
        "{{ ticket['number'] }}",
        "{% if %}",
    ],
)
async def test_other_syntax_is_refused_for_good(renderer: NoticeRenderer, template: str) -> None:
    with pytest.raises(CannotRender) as caught:
        await renderer.render([template], {"ticket.number": "RF-1"})
    assert not caught.value.again
    assert await renderer.render(["ok"], {}) == ["ok"]


async def test_inner_names_of_python_are_nothing(renderer: NoticeRenderer) -> None:
    probe = "[{{ ticket.__class__.__mro__ }}{{ ticket.number.__init__.__globals__ }}]"
    assert await renderer.render([probe], {"ticket.number": "RF-1"}) == ["[]"]


async def test_a_text_that_would_grow_too_long_is_refused(renderer: NoticeRenderer) -> None:
    with pytest.raises(CannotRender, match="longer than"):
        await renderer.render(["{{ comment }}" * 20], {"comment": "x" * 20_000})


async def test_a_process_that_hangs_is_killed_in_time_and_the_next_text_gets_a_fresh_one(
    renderer: NoticeRenderer,
) -> None:
    await renderer.render(["x"], {})
    pid = renderer.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    with pytest.raises(CannotRender, match="took longer") as caught:
        await renderer.render(["x"], {})
    assert caught.value.again
    assert time.monotonic() - began < 5
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert await renderer.render(["y"], {}) == ["y"]
    assert renderer.pid != pid


async def test_a_process_that_died_is_replaced(renderer: NoticeRenderer) -> None:
    await renderer.render(["x"], {})
    pid = renderer.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(CannotRender) as caught:
        await renderer.render(["x"], {})
    assert caught.value.again
    assert await renderer.render(["y"], {}) == ["y"]


NAMES = {
    "lang": "en", "subject": "s", "title": "Spruce & Co", "accent": "#123456", "mark": "",
    "files": [], "files_title": "",
}  # fmt: skip


async def test_a_letter_is_markdown_and_what_people_wrote_is_words(
    renderer: NoticeRenderer,
) -> None:
    body = (
        "# Hello {{ name }}\n\n**bold** {{ said }}\n[open]({{ link }}) [bad]({{ evil }})\n"
        "<script>x</script> ![p](https://x.example/p.png) {{ link }}"
    )
    said = "<b>*no*</b>\n[a](javascript:x) https://a.example/?a=1&b=2."
    values = {"name": "# _Ann_", "said": said, "link": "https://h.example/t?a=1&b=2",
              "evil": "javascript:x()"}  # fmt: skip
    subject, text, page = await renderer.render_letter(("S {{ name }}", body), values, NAMES)
    assert subject == "S # _Ann_"
    assert said in text
    assert "<h1>Hello # _Ann_</h1>" in page
    assert "<strong>bold</strong> &lt;b&gt;*no*&lt;/b&gt;<br>\n[a](javascript:x) " in page
    assert '<a href="https://a.example/?a=1&amp;b=2">' in page
    assert '<a href="https://h.example/t?a=1&amp;b=2">open</a> <a href="#">bad</a>' in page
    assert "<script" not in page
    assert "<img" not in page
    assert "Spruce &amp; Co" in page


async def test_a_letter_of_holes_and_nonsense_is_still_a_letter(renderer: NoticeRenderer) -> None:
    wild = "\ue0000\ue001\ue00099\ue001 %EE%80%8099%EE%80%81 > > > ``` | a |\n|-|\n" + "*[" * 500
    _, _, page = await renderer.render_letter(("s", wild + "{{ v }}"), {"v": wild}, NAMES)
    assert "\ue000" not in page
    assert page.count("<body") == 1
