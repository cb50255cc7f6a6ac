"""Where other systems tell what happened: signed events and calls, by channel."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from litestar import Response, Router, post
from litestar.params import FromPath

from engine.model.channel import ChannelModel
from runtime.actions.take_event.reading import MOST_BYTES
from runtime.actions.take_event.take import Off, Stranger, Taken, keys_of, take_event
from runtime.render.catalogues import N_
from runtime.site.desks import Live
from runtime.web.api.answering import place_of
from runtime.web.api.bodies import bytes_of
from runtime.web.api.problems import ApiProblem, Fault, NotThere, locale_of
from runtime.web.api.rates import spend
from runtime.web.requests import AnyRequest, App, address_of
from runtime.web.screens.refusals import say_refusal

READ_S: Final = 20.0
"""How long a caller may take to send the body, in seconds."""
_STATUS: Final[Mapping[str, int]] = {"ticketed": 201, "joined": 200, "quarantined": 202}
_WORDS: Final[Mapping[str, str]] = {
    "unsigned": N_("Sign it: webhook-id, webhook-timestamp, webhook-signature."),
    "late": N_("It was signed more than five minutes ago, or by a clock that is wrong."),
    "wrong_signature": N_("The signature is not of this body by a secret of this channel."),
    "unknown_sender": N_("Only people who are known may write here."),
    "shut_out": N_("This person may not write here."),
}


@dataclass(frozen=True, slots=True)
class _Speaker:
    """What sentences are said in."""

    app: App
    desk: Live
    locale: str

    def say(self, message: str, **values: object) -> str:
        return self.app.renderer.say(self.locale, message, **values)


def _channel(app: App, tenant: str, name: str) -> tuple[Live, ChannelModel]:
    live = app.site.desks.get(tenant)
    channel = live.desk.channels.get(name) if live is not None else None
    if live is None or channel is None or channel.receive == "mail":
        raise NotThere
    return live, channel


@post("/{channel:str}", status_code=201)
async def event_in(
    request: AnyRequest, tenant: FromPath[str], channel: FromPath[str]
) -> Response[bytes]:
    """One event of another system; what it became is the answer."""
    app: App = request.app.state.specdesk
    live, model = _channel(app, tenant, channel)
    # Before anything is looked up: a wrong signature costs a body and a digest.
    await spend(request, app, tenant, f"address:{address_of(request)}")
    keys = await keys_of(app.site, tenant, model)
    if isinstance(keys, Off):
        off = N_("This channel is off: setting missing.")
        raise ApiProblem("unavailable", off, headers={"retry-after": "3600"})
    headers = {name: request.headers.get(name, "") for name in _SIGNED}
    if not all(headers.values()):
        # Before the body is read: who does not even try to sign takes no time of ours.
        raise ApiProblem("unauthorized", _WORDS["unsigned"])
    raw = await _body(request)
    found = await take_event(app.site, live, model, keys, headers, raw)
    if isinstance(found, Stranger):
        raise ApiProblem("unauthorized", _WORDS[found.fault])
    return _answer(app, request, live, found)


_SIGNED: Final = ("webhook-id", "webhook-timestamp", "webhook-signature")


async def _body(request: AnyRequest) -> bytes:
    try:
        async with asyncio.timeout(READ_S):
            return await bytes_of(request, MOST_BYTES)
    except TimeoutError:
        raise ApiProblem("timeout", headers={"connection": "close"}) from None


def _answer(app: App, request: AnyRequest, live: Live, found: Taken) -> Response[bytes]:
    became = found.became
    told: dict[str, Any] = {"state": became.state, "arrival": found.arrival}
    status = _STATUS.get(became.state)
    if status is None:
        speaker = _Speaker(app, live, locale_of(request.headers.get("accept-language", "")))
        model = live.desk.types.get(found.type)
        faults = [
            Fault(place_of(one.at, model, ""), one.code, say_refusal(speaker, one, found.type))
            for one in found.refusals
        ]
        kind = "key-used" if became.reason == "sent_twice" else "refused"
        raise ApiProblem(kind, _WORDS.get(became.reason, ""), faults=faults, told=told)
    told |= {"number": found.number} if found.number else {}
    told |= {"reason": became.reason} if became.reason else {}
    body = msgspec.json.encode(told)
    return Response(
        body, status_code=status, media_type="application/json",
        headers={"cache-control": "no-store"},
    )  # fmt: skip


async def _open_to_programs(_: AnyRequest) -> None:
    """In the place of the look at forms' tokens: what comes in is signed, cookies are nothing."""


# One list, like those of pages; the router keeps the look at forms' tokens away.
ROUTES = [
    Router("/t/{tenant:str}/in", route_handlers=[event_in], before_request=_open_to_programs),
]
