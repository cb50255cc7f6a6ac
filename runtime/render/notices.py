"""Notification texts, rendered in a process that is kept between them and killed when it hangs."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from pathlib import Path

from runtime import kept_process

_JAIL = Path(__file__).with_name("jail.py")
_FRAME = Path(__file__).resolve().parents[2] / "ui_templates/mail/letter.html"
_MOST_RENDERS = 1000
_LONGEST_LINE = 4 * 1024 * 1024
LONGEST_VALUE = 10_000


class CannotRender(Exception):
    """A text could not be made. `again`: another try may go better."""

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.again = again


class NoticeRenderer:
    """Renders one text after the other; every call ends within its time limit.

    `time_limit_s` bounds one call; `start_limit_s` the start of the process, which is slow on a
    busy machine.
    """

    def __init__(self, time_limit_s: float = 5.0, start_limit_s: float = 30.0) -> None:
        self._time_limit_s, self._start_limit_s = time_limit_s, start_limit_s
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._rendered = 0
        self._frame = _FRAME.read_text("utf-8")

    @property
    def pid(self) -> int | None:
        """The process that renders now, if one was started."""
        return self._process.pid if self._process else None

    async def render(self, templates: Sequence[str], values: Mapping[str, str]) -> list[str]:
        """The templates filled with `values` by dotted name; an unknown name is empty.

        Raises:
            CannotRender: the template is refused, or the process hung or died.
        """
        texts = (await self._asked({"templates": list(templates), "values": _cut(values)}))["texts"]
        assert isinstance(texts, list)
        return texts

    async def render_letter(
        self, templates: tuple[str, str], values: Mapping[str, str], names: Mapping[str, object]
    ) -> tuple[str, str, str]:
        """Subject, text, and the text as a page: its template is Markdown, its values are words.

        Args:
            templates: Of subject and body.
            values: By dotted name.
            names: What `ui_templates/mail/letter.html` shows around the body.

        Raises:
            CannotRender: a template is refused, or the process hung or died.
        """
        page = {"frame": self._frame, "names": dict(names)}
        asked = {"templates": list(templates), "values": _cut(values), "page": page}
        answer = await self._asked(asked)
        texts, made = answer["texts"], answer["page"]
        assert isinstance(texts, list)
        return texts[0], texts[1], str(made)

    async def _asked(self, asked: Mapping[str, object]) -> dict[str, object]:
        async with self._turn:
            process = await self._ready()
            answer = await self._ask(process, json.dumps(asked).encode() + b"\n")
        if "refused" in answer:
            raise CannotRender(str(answer["refused"]), again=False)
        return answer

    async def close(self) -> None:
        """End the process; the next `render` would start another."""
        process, self._process = self._process, None
        await kept_process.end(process)

    async def _ready(self) -> Process:
        died = self._process is not None and self._process.returncode is not None
        if died or self._rendered >= _MOST_RENDERS:
            await self.close()
        if self._process is None:
            self._rendered = 0
            self._process = await kept_process.begin(str(_JAIL), line=_LONGEST_LINE)
            await self._answer(self._process, self._start_limit_s)
        self._rendered += 1
        return self._process

    async def _ask(self, process: Process, line: bytes) -> dict[str, object]:
        assert process.stdin is not None
        try:
            process.stdin.write(line)
            await asyncio.wait_for(process.stdin.drain(), self._time_limit_s)
        except (ConnectionError, TimeoutError):
            await self.close()
            raise CannotRender("the renderer died or hung", again=True) from None
        return await self._answer(process, self._time_limit_s)

    async def _answer(self, process: Process, limit_s: float) -> dict[str, object]:
        assert process.stdout is not None
        whole = False
        try:
            line = await asyncio.wait_for(process.stdout.readline(), limit_s)
            whole = line.endswith(b"\n")
        except TimeoutError:
            raise CannotRender(f"rendering took longer than {limit_s:g} s", again=True) from None
        finally:
            # Also when the caller is cancelled: an answer nobody waits for would be the next one's.
            if not whole:
                await self.close()
        if not whole:
            raise CannotRender(f"the renderer died ({process.returncode})", again=True)
        answer: dict[str, object] = json.loads(line)
        return answer


def _cut(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value[:LONGEST_VALUE] for name, value in values.items()}
