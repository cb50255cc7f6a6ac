"""Channels and webhooks: what comes in from other systems, and what they are told."""

from __future__ import annotations

from typing import Any, Final

from engine.compile.condition import compile_condition
from engine.compile.context import Context, File
from engine.compile.events import clocks_of, compile_event
from engine.compile.scope import Scope
from engine.compile.scopes import Scopes
from engine.model.channel import (
    CallerModel,
    ChannelModel,
    MailboxModel,
    SortingModel,
    TakenModel,
    WebhookModel,
)
from engine.model.sla import Trigger
from engine.predicate import Path
from specs.json_path import JsonPath, parse_json_path
from specs.problem import Code, did_you_mean

_PARTS: Final = ("subject", "body")


def compile_channels(context: Context, scopes: Scopes) -> dict[str, ChannelModel]:
    """All channels by id; two that take one address are refused."""
    found: dict[str, ChannelModel] = {}
    taken: dict[str, str] = {}
    for name, file in sorted(context.files("Channel").items()):
        found[name] = _Channel(context, file, scopes).model()
        for address in found[name].addresses:
            if taken.setdefault(address, name) != name:
                message = f"`{address}` is taken by channels/{taken[address]}.yaml too"
                cure = "give each address to one channel, and tell by `rules:` with `to:`"
                context.error(Code.BAD_VALUE, message, file.place("addresses"), cure)
    return found


class _Channel:
    def __init__(self, context: Context, file: File, scopes: Scopes) -> None:
        self.context, self.file = context, file
        spec = file.spec
        self.types = list(
            dict.fromkeys([spec.type, *(r.type for r in (spec.rules or {}).values())])
        )
        self.scope = scopes.of(self.types)
        self.each = [scopes.of([name]) for name in self.types]

    def model(self) -> ChannelModel:
        spec, context = self.file.spec, self.context
        self._check()
        box = spec.mailbox
        return ChannelModel(
            id=self.file.id,
            title=context.words(spec.title, self.file.id),
            receive=spec.receive,
            place=self.file.place(),
            type=context.key("type", spec.type),
            addresses=tuple(one.lower() for one in spec.addresses or ()),
            mailbox=MailboxModel(box.url.setting, box.password.secret, box.after, box.folder or "")
            if box
            else None,
            secrets=_secrets(spec),
            rules=tuple(self._rule(name, rule) for name, rule in (spec.rules or {}).items()),
            team=context.key("team", spec.team) if spec.team else "",
            subject=self._taken(spec.subject, "subject"),
            description=self._taken(spec.description, "description"),
            transcript=self._taken(spec.transcript, "transcript"),
            comment=self._taken(spec.comment, "comment"),
            priority=self._taken(spec.priority, "priority"),
            tags=self._taken(spec.tags, "tags"),
            requester=_caller(spec.requester),
            agent=_steps(spec.agent),
            external_key=_steps(spec.external_key),
            fields=self._fields(),
            known_only=spec.requesters == "known",
            lenient=spec.incomplete == "accept",
            auto_reply=spec.auto_reply or "",
            copies=spec.copies,
        )

    def wrong(self, message: str, *path: str, cure: str = "") -> None:
        self.context.error(Code.BAD_VALUE, message, self.file.place(*path), cure)

    def _check(self) -> None:
        spec = self.file.spec
        if spec.receive == "mail" and not spec.addresses:
            cure = "add `addresses: [help@example.com]`"
            self.wrong("a channel for mail needs the addresses that it takes", cure=cure)
        if spec.receive != "mail" and spec.secret is None:
            cure = f"add `secret: {{ secret: {self.file.id}_secret }}`"
            self.wrong("what comes in has to be signed, and no secret is named", cure=cure)
        if spec.receive != "mail" and spec.subject is None and spec.transcript is None:
            cure = "add `subject: { path: $.title }`"
            self.wrong("nothing says where the subject comes from", cure=cure)

    def _rule(self, name: str, rule: Any) -> SortingModel:
        at = self.context.place_of(self.file, "rules", name, "when")
        when, problems = compile_condition(rule.when or {}, self.scope, at)
        self.context.add(problems)
        return SortingModel(
            id=name,
            when=when,
            to=tuple(one.lower() for one in rule.to or ()),
            type=self.context.key("type", rule.type),
            team=self.context.key("team", rule.team) if rule.team else "",
            priority=rule.priority or "",
        )

    def _fields(self) -> dict[str, TakenModel]:
        found: dict[str, TakenModel] = {}
        for name, spec in (self.file.spec.fields or {}).items():
            # A field of one of the types is enough: the others leave it out.
            several = [scope.find((name,)) for scope in self.each]
            info = next((one for one in several if one is not None and one.field), None)
            taken = self._taken(spec, "fields", name)
            if info is None:
                if not self.context.half_read:
                    known = [p[0] for scope in self.each for p in scope.infos if len(p) == 1]
                    place = self.file.key_place("fields", name)
                    message = f"there is no field `{name}` to fill"
                    cure = did_you_mean(name, known)
                    self.context.error(Code.UNKNOWN_FIELD, message, place, cure)
            elif taken is not None:
                found[info.path.name] = taken
        return found

    def _taken(self, spec: Any, *path: str) -> TakenModel | None:
        if spec is None:
            return None
        said = [key for key in ("path", "find", "value") if getattr(spec, key) is not None]
        if len(said) != 1:
            cure = "write one of path, find, value"
            self.wrong("a value comes from exactly one place", *path, cure=cure)
            return None
        mail = self.file.spec.receive == "mail"
        if (said[0] == "path" and mail) or (said[0] == "find" and not mail):
            cure = "write `find:` with a pattern" if mail else "write `path: $.order.number`"
            self.wrong(f"`{said[0]}` can't be read from this sort of message", *path, cure=cure)
            return None
        return TakenModel(
            path=_steps(spec.path),
            find=spec.find,
            within=tuple(spec.within or _PARTS),
            value=spec.value,
            values=dict(spec.values or {}),
        )


def _steps(path: str | None) -> JsonPath | None:
    return parse_json_path(path) if path is not None else None


def _caller(spec: Any) -> CallerModel:
    if spec is None:
        return CallerModel()
    return CallerModel(_steps(spec.email), _steps(spec.phone), _steps(spec.name))


def _secrets(spec: Any) -> tuple[str, ...]:
    return tuple(one.secret for one in (spec.secret, spec.old_secret) if one is not None)


def compile_webhooks(context: Context, scopes: Scopes) -> dict[str, WebhookModel]:
    """All webhooks by id."""
    return {
        name: _webhook(context, file, scopes)
        for name, file in sorted(context.files("Webhook").items())
    }


def _webhook(context: Context, file: File, scopes: Scopes) -> WebhookModel:
    spec = file.spec
    everywhere = "all_types" in spec.applies_to
    scope = scopes.of(() if everywhere else spec.applies_to)
    when, problems = compile_condition(spec.when or {}, scope, context.place_of(file, "when"))
    context.add(problems)
    known = context.files("TicketType")
    return WebhookModel(
        id=file.id,
        title=context.words(spec.title, file.id),
        place=file.place(),
        types=frozenset(
            context.key("type", name) for name in known if everywhere or name in spec.applies_to
        ),
        upon=_upon(context, file, scope),
        url=spec.url.setting,
        secrets=_secrets(spec),
        when=when,
        send=_sent(context, file, scope),
    )


def _upon(context: Context, file: File, scope: Scope) -> tuple[Trigger, ...]:
    clocks, found = clocks_of(context), []
    for number, text in enumerate(file.spec.upon):
        found += compile_event(context, file, scope, text, ("upon", number), clocks)
    return tuple(found)


def _sent(context: Context, file: File, scope: Scope) -> tuple[Path, ...]:
    found = []
    for number, text in enumerate(file.spec.send or ()):
        info, place = scope.find(tuple(text.split("."))), file.place("send", number)
        if info is None:
            guess = scope.suggest(text)
            cure = f"did you mean `{guess}`?" if guess else ""
            context.error(Code.UNKNOWN_FIELD, f"there is no `{text}` to read", place, cure)
        elif context.reads(info, place):
            found.append(info.path)
    return tuple(found)
