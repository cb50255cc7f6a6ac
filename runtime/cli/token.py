"""`specdesk token new|list|revoke`: tokens with which programs act for a person."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from runtime.actions.api_tokens import (
    MOST_DAYS,
    MOST_TOKENS,
    SCOPES,
    Made,
    NotMade,
    new_token,
    revoke_token,
    tokens_of,
)
from runtime.cli.acting import operator
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.clock import SECOND_US
from runtime.queries.find_people import names_of, person_with_email
from runtime.settings import Settings
from runtime.site.handles import Site
from runtime.store.rows import ApiToken

token = typer.Typer(no_args_is_help=True)
"""The commands under `specdesk token`."""

TenantOption = Annotated[str, typer.Option("--tenant", help="The tenant's id.")]
ScopesOption = Annotated[
    list[str],
    typer.Option("--scope", help=f"{', '.join(SCOPES)}; may be repeated.", metavar="SCOPE"),
]


@token.callback()
def _group() -> None:
    """Tokens of the REST API: each acts for one person, within scopes, until it expires."""


@token.command()
def new(
    email: Annotated[str, typer.Argument(help="The person it acts for.")],
    tenant: TenantOption,
    title: Annotated[str, typer.Option("--title", help="What it is for.")],
    scope: ScopesOption,
    days: Annotated[int, typer.Option("--days", help="How long it holds.")] = 90,
    store: StoreOption = "",
) -> None:
    """Make a token and print it; it is shown this once, and only a hash of it is kept."""
    made = asyncio.run(_new(settings_of(store), email, tenant, title, scope, days))
    if isinstance(made, str):
        print(f"specdesk: {made}", file=sys.stderr)
        raise typer.Exit(1)
    print(made.text)
    print(f"token {made.token.id} holds until {_day(made.token.expires_us)}", file=sys.stderr)


async def _new(
    settings: Settings, email: str, tenant: str, title: str, scopes: list[str], days: int
) -> Made | str:
    async with opened(settings) as site:
        person = await person_with_email(site, tenant, email)
        if person is None:
            return f"there is no person {email} in the tenant `{tenant}`"
        made = await new_token(site, tenant, person.id, operator(), title, scopes, days)
    return made if isinstance(made, Made) else _why(made)


def _why(wrong: NotMade) -> str:
    told = {
        "title": "--title: say in 1 to 100 characters what it is for",
        "scopes": f"--scope: there is no scope `{wrong.about}`; there are {', '.join(SCOPES)}",
        "days": f"--days: want 1 to {MOST_DAYS}",
        "too_many": f"they have {MOST_TOKENS} tokens that hold already; revoke one first",
    }
    return told[wrong.code]


@token.command(name="list")
def list_(
    tenant: TenantOption,
    email: Annotated[str, typer.Option("--person", help="Only this person's.")] = "",
    store: StoreOption = "",
) -> None:
    """List tokens with whom they act for, their scopes, and when they were last used."""
    found = asyncio.run(_listed(settings_of(store), tenant, email))
    if isinstance(found, str):
        print(f"specdesk: {found}", file=sys.stderr)
        raise typer.Exit(1)
    for line in found or ["there are no tokens"]:
        print(line)


async def _listed(settings: Settings, tenant: str, email: str) -> list[str] | str:
    async with opened(settings) as site:
        if site.desks.get(tenant) is None:
            return f"there is no tenant `{tenant}`"
        person = await person_with_email(site, tenant, email) if email else None
        if email and person is None:
            return f"there is no person {email} in the tenant `{tenant}`"
        found = await tokens_of(site, tenant, person.id if person else "")
        names = await _names(site, tenant, found)
        now = site.clock.now_us()
    return [f"{one.id}  {names.get(one.person_id, '?')}  {_line(one, now)}" for one in found]


async def _names(site: Site, tenant: str, found: list[ApiToken]) -> dict[str, str]:
    return await names_of(site, tenant, {one.person_id for one in found})


def _line(one: ApiToken, now_us: int) -> str:
    state = f"until {_day(one.expires_us)}"
    if one.revoked_us is not None:
        state = f"revoked {_day(one.revoked_us)}"
    elif not one.holds(now_us):
        state = f"expired {_day(one.expires_us)}"
    used = f"used {_day(one.used_us)}" if one.used_us else "never used"
    return f"{one.title}  [{' '.join(one.scopes)}]  {state}, {used}"


def _day(at_us: int) -> str:
    return datetime.fromtimestamp(at_us / SECOND_US, UTC).date().isoformat()


@token.command()
def revoke(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="As `token list` shows it.")],
    tenant: TenantOption,
    store: StoreOption = "",
) -> None:
    """End a token at once; running servers follow within a second."""
    if not asyncio.run(_revoke(settings_of(store), tenant, token_id)):
        print(f"specdesk: there is no token {token_id} in the tenant `{tenant}`", file=sys.stderr)
        raise typer.Exit(1)
    print(f"{token_id} is revoked")


async def _revoke(settings: Settings, tenant: str, token_id: str) -> bool:
    async with opened(settings) as site:
        return await revoke_token(site, tenant, token_id, operator())
