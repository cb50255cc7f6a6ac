"""`specdesk person EMAIL --tenant T`: make or change a person and their sign-in."""

from __future__ import annotations

import asyncio
import getpass
import sys
from dataclasses import replace
from typing import Annotated

import typer

from runtime.actions.put_person import PersonOrder, Place, Put, put_person
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.settings import Settings
from specs.vocabulary import SENIORITIES


def person(
    email: Annotated[str, typer.Argument(help="The address they sign in with.")],
    tenant: Annotated[str, typer.Option("--tenant", help="The tenant's id.")],
    name: Annotated[str, typer.Option("--name", help="Their name.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="staff or customer.")] = "customer",
    role: Annotated[
        list[str] | None, typer.Option("--role", help="A role; may be repeated.")
    ] = None,
    team: Annotated[
        list[str] | None,
        typer.Option(
            "--team",
            help="A team, or team:lead,senior,capacity=8,skill=erp; may be repeated.",
        ),
    ] = None,
    locale: Annotated[str, typer.Option("--locale", help="zh-CN or en.")] = "",
    password: Annotated[
        bool, typer.Option("--password/--no-password", help="Set a password, read from stdin.")
    ] = True,
    store: StoreOption = "",
) -> None:
    """Make a person of a tenant, or bring one up to date; roles and teams become those named."""
    if kind not in ("staff", "customer"):
        raise typer.BadParameter("want staff or customer", param_hint="--kind")
    order = PersonOrder(
        email=email.strip(),
        name=name.strip(),
        kind=kind,
        locale=locale,
        roles=tuple(role or ()),
        teams=tuple(_place(text) for text in team or ()),
        password=_password() if password else "",
    )
    done = asyncio.run(_put(settings_of(store), tenant, order))
    for fault in done.faults:
        print(fault)
    if done.faults:
        raise typer.Exit(1)
    print(f"{tenant}: {order.email} {'made' if done.made else 'changed'}")


def _place(text: str) -> Place:
    """`team:word,word`: lead, a seniority, `capacity=8`, and `skill=id` as often as wanted."""
    team, _, rest = text.partition(":")
    place = Place(team)
    for word in filter(None, rest.split(",")):
        name, _, value = word.partition("=")
        if word == "lead":
            place = replace(place, lead=True)
        elif word in SENIORITIES:
            place = replace(place, seniority=word)
        elif name == "skill" and value:
            place = replace(place, skills=(*place.skills, value))
        elif name == "capacity" and value.isascii() and value.isdigit() and len(value) < 6:
            place = replace(place, capacity=int(value))
        else:
            wanted = f"{team}:lead,{'|'.join(SENIORITIES)},capacity=8,skill=erp"
            raise typer.BadParameter(f"`{word}`: want `{wanted}`", param_hint="--team")
    return place


def _password() -> str:
    """Asked for at a terminal, else the first line of stdin: never an argument others could see."""
    if sys.stdin.isatty():
        return getpass.getpass("Password: ", stream=sys.stderr)
    return sys.stdin.readline().rstrip("\n")


async def _put(settings: Settings, tenant: str, order: PersonOrder) -> Put:
    async with opened(settings) as site:
        return await put_person(site, tenant, order)
