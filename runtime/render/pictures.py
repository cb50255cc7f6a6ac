"""Pictures of people: made anew, small and square, in a process of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from runtime import kept_process

_JAIL: Final = Path(__file__).with_name("picture_jail.py")
MOST_BYTES: Final = 4 << 20
_LONGEST: Final = 1 << 20
_SECONDS: Final = 20.0
_WHY: Final = {3: "no_picture", 4: "too_large"}


class BadPicture(ValueError):
    """Nothing was made of it; `code`: no_picture, too_large, slow."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def small_square(data: bytes) -> bytes:
    """The middle of a PNG as a PNG of 96 pixels, with nothing else that was in it.

    Raises:
        BadPicture: it is no PNG of 8 bits a channel, it is too large, or it took too long.
    """
    if len(data) > MOST_BYTES:
        raise BadPicture("too_large")
    process = await kept_process.begin(str(_JAIL), line=_LONGEST)
    try:
        made, _ = await asyncio.wait_for(process.communicate(data), _SECONDS)
    except TimeoutError:
        raise BadPicture("slow") from None
    finally:
        if process.returncode is None:
            await kept_process.end(process)
    if process.returncode != 0 or not made:
        raise BadPicture(_WHY.get(process.returncode or 0, "no_picture"))
    return made
