"""Writes a tenant's settings and secrets; the history names them, their values never leave."""

from __future__ import annotations

import re
from typing import Final

from engine.decide.verdict import Refusal
from engine.facts import Viewer
from runtime.actions.outcome import NotFound, Refused
from runtime.site.handles import Site
from runtime.store import journal, tenant_settings
from runtime.store.desks import LIVE
from runtime.store.journal import NewEvent

LONGEST: Final = 8192
"""Characters of a value; a private key in PEM fits."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
FUNCTION: Final = "publish_specs"
"""Who may say what is live may say where live calls out to."""


async def put_setting(
    site: Site,
    tenant: str,
    viewer: Viewer,
    name: str,
    value: str,
    *,
    secret: bool,
    environment: str = LIVE,
) -> Refused | NotFound | None:
    """Write a value over what was there; an empty one takes it away."""
    if not (viewer.is_system or FUNCTION in viewer.functions):
        return NotFound()
    # A line break at the end comes from the shell or the clipboard, none of it is meant.
    text = value.strip()
    fault = _fault(name, text)
    if fault is not None:
        return Refused((fault,))
    async with site.store.unit(tenant, write=True) as unit:
        if text:
            await tenant_settings.put_setting(unit, environment, name, text, secret=secret)
        elif not await tenant_settings.drop_setting(unit, environment, name):
            return None
        verb = "setting_written" if text else "setting_removed"
        body = {"name": name, "environment": environment, "secret": secret}
        kind = "system" if viewer.is_system else "person"
        await journal.append_admin(unit, [NewEvent(verb, body, kind, viewer.person_id)])
    return None


def _fault(name: str, value: str) -> Refusal | None:
    if not _NAME.match(name):
        return Refusal("setting_name", "name", args={"name": name[:60]})
    if len(value) > LONGEST:
        return Refusal("value_length", "value", args={"most": LONGEST})
    if any(ord(letter) < 32 and letter not in "\n\r\t" for letter in value):
        return Refusal("control_character", "value")
    return None
