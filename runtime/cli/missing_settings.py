"""Says after a publish which settings nobody has written yet: what names them is off."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from generators.admin_screen.settings_asked import settings_asked
from runtime.queries.named_settings import missing_settings
from runtime.site.handles import Site
from specs.load import load_files


async def tell_missing(site: Site, tenant: str, files: Mapping[str, bytes]) -> None:
    """A line for each name on the error stream; nothing where all are written."""
    specs, _ = load_files(files)
    for one in await missing_settings(site, tenant, settings_asked(specs)):
        sort = "secret" if one.secret else "setting"
        where = ", ".join(one.files)
        print(f"{where}: off: the {sort} `{one.name}` is missing; write it with", file=sys.stderr)
        flag = " --secret" if one.secret else ""
        print(f"  specdesk setting set {one.name} --tenant {tenant}{flag}", file=sys.stderr)
