"""Files in forms: tokens of held uploads, and files that came with the form itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import islice

from litestar.datastructures import UploadFile

from runtime.actions.attach import MOST_FILES
from runtime.actions.upload_file import UploadRefused, upload_file
from runtime.queries.files import held_files
from runtime.render.catalogues import N_
from runtime.web.requests import Form, Visit
from runtime.web.screens.base import FileMark

SAID = {
    "too_large": N_("%(name)s is larger than %(most)s MB"),
    "too_many": N_("Too many files are waiting; send the form first"),
    "empty": N_("%(name)s is empty"),
    "lying": N_("%(name)s is not what its name says (it is %(found)s)"),
}


def say_refused(found: Visit, refused: UploadRefused) -> str:
    """Why a file was not taken, in the visitor's language."""
    return found.say(
        SAID[refused.code], name=refused.name, found=refused.found, most=refused.most >> 20
    )


async def tokens_of(
    found: Visit, form: Form, places: Sequence[str]
) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Tokens by place, of files held before and of those in the form; errors by place."""
    tokens: dict[str, tuple[str, ...]] = {}
    errors: dict[str, str] = {}
    for place in places:
        known = [text for text in form.many(place) if text]
        for upload in form.uploads.get(place, ()):
            kept = await take(found, upload)
            if isinstance(kept, str):
                errors[place] = kept
            else:
                known.append(kept.token)
        if known:
            tokens[place] = tuple(known)
    return tokens, errors


async def take(found: Visit, upload: UploadFile) -> FileMark | str:
    """Hold one upload; the mark with its token, or the sentence that refuses it."""
    kept = await upload_file(
        found.site, found.desk.tenant, found.viewer, upload.filename, _chunks(upload)
    )
    if isinstance(kept, UploadRefused):
        return say_refused(found, kept)
    return FileMark(kept.name, kept.size, token=kept.token)


async def _chunks(upload: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await upload.read(1 << 16):
        yield chunk


async def held_marks(
    found: Visit, tokens: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[FileMark, ...]]:
    """Marks of the viewer's own held files by place, to show them in the form again."""
    # As many as a form may name; what is more is refused when it is sent.
    wanted = set(islice((token for texts in tokens.values() for token in texts), MOST_FILES))
    known = await held_files(found.site, found.desk.tenant, found.viewer, wanted)
    marks = {f.token: FileMark(f.name, f.size, token=f.token) for f in known}
    return {
        place: tuple(marks[token] for token in texts if token in marks)
        for place, texts in tokens.items()
    }
