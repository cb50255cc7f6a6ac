"""Shows a revision that is in the store: its head and files, or one file as it was published."""

from __future__ import annotations

import asyncio
import json
import sys

from runtime.cli.opening import opened
from runtime.cli.version_words import SHORT, as_json, head, zone_of
from runtime.queries.revisions import files_of, find
from runtime.settings import Settings
from runtime.store.desks import Altered


def show_revision(settings: Settings, tenant: str, word: str, path: str, format: str) -> int:
    """Print it; gives the exit code."""
    return asyncio.run(_show(settings, tenant, word, path, format))


async def _show(settings: Settings, tenant: str, word: str, path: str, format: str) -> int:
    async with opened(settings) as site:
        version = await find(site, tenant, word)
        if isinstance(version, str):
            return _wrong(version)
        files = version.revision.files
        if path:
            if path not in files:
                return _wrong(f"v{version.n} has no file `{path}`")
            try:
                whole = await files_of(site, tenant, version.revision)
            except Altered as wrong:
                return _wrong(str(wrong))
            sys.stdout.buffer.write(whole[path])
            sys.stdout.buffer.flush()
        elif format == "json":
            said = as_json(version, zone_of(site, tenant)) | {"files": dict(files)}
            print(json.dumps(said, ensure_ascii=False, indent=1))
        else:
            print(head(version, zone_of(site, tenant)))
            for name in sorted(files):
                print(f"  {files[name][:SHORT]}  {name}")
    return 0


def _wrong(words: str) -> int:
    print(f"specdesk: {words}", file=sys.stderr)
    return 1
