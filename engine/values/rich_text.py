"""Text with formatting, kept as the Markdown it was written in; conditions read it as it stands."""

from __future__ import annotations

from engine.values.long_text import LongTextValue

TYPE = LongTextValue()
