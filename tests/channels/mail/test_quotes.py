"""What is cut from answers, by samples of many mail programs, and what holds for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.channels.mail.quotes import REPLY_MARK, cut

CASES = sorted((Path(__file__).parent / "cases/quotes").glob("*.txt"))
LINES = (
    "words", "> quoted", "", "-- ", "On Tue, Dec 1, 2026 at 10:02 AM Ann <a@example.com> wrote:",
    "发件人: a@example.com",
    "发送时间: 2026年12月1日", "收件人: b@example.com", "主题: x", REPLY_MARK,
    "-----Original Message-----", "Sent from my iPhone", "_" * 32,
)  # fmt: skip


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_sample(path: Path) -> None:
    """A case is a text, `%%%`, and what its writer wrote."""
    text, _, wanted = path.read_text("utf-8").partition("%%%\n")
    said = cut(text.strip("\n"))
    assert said.new == wanted.strip("\n")
    assert_all_of_it(text, said.new, said.rest)


def test_there_are_samples_enough() -> None:
    assert len(CASES) >= 30


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=60)), max_size=30))
def test_any_text_is_cut_in_two_without_loss(lines: list[str]) -> None:
    text = "\n".join(lines)
    said = cut(text)
    assert_all_of_it(text, said.new, said.rest)


def assert_all_of_it(text: str, new: str, rest: str) -> None:
    """Both are lines of the text in their order, and together they are all that is not blank."""
    lines = text.split("\n")
    for part in (new, rest):
        places = iter(lines)
        assert all(any(line == other for other in places) for line in part.split("\n") if line)
    said = sorted(line for line in [*new.split("\n"), *rest.split("\n")] if line.strip())
    assert said == sorted(line for line in lines if line.strip())
