"""Pictures, by file id; they differ from files in what is accepted and how they are shown."""

from __future__ import annotations

from engine.values.files import FilesValue

TYPE = FilesValue()
