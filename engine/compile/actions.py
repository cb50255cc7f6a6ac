"""Action lists: each verb with its argument resolved to keys, values and places to take them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from engine.compile.calls import Calls
from engine.compile.context import Context, File
from engine.compile.scope import PathInfo, Scope, with_keys
from engine.model.ticket_type import Action, FromClock, FromMatch, FromTicket
from engine.values.registry import ValueProblem, say_problem
from engine.values.written import written
from specs.clauses import Action as ActionSpec
from specs.clauses import WhoMark
from specs.problem import Code, Place, did_you_mean, nearest
from specs.vocabulary import PRIORITIES, RELATIONS

Path = tuple[str | int, ...]
_TAKEN: Final = re.compile(r"\$(ticket|same)\.([a-z0-9_.]+)\Z")
_HOLE: Final = re.compile(r"\{([^{}]*)\}")
LINKS: Final = ("parent", "child", "parent_of_matches")
"""What a ticket that an action makes may be to the one it is done to."""
_NAMING: Final = ("notify", "tag", "untag", "flag", "unflag")
_SETTABLE: Final = ("priority", "visit_at")
"""What every ticket has and an action may set like a field."""


def compile_actions(
    context: Context, file: File, actions: Iterable[ActionSpec], scope: Scope, *path: str
) -> tuple[Action, ...]:
    """The actions that can be carried out; a problem for each that can't."""
    compiler = _Actions(context, file, scope)
    made = (
        compiler.one(one, at)
        for number, action in enumerate(actions)
        for one, at in _singly(action, (*path, number))
    )
    return tuple(action for action in made if action is not None)


def _singly(action: ActionSpec, path: Path) -> Iterator[tuple[ActionSpec, Path]]:
    """`tag: [a, b]` is two tags; each with the way to its own name."""
    if action.verb not in _NAMING or not isinstance(action.value, list):
        yield action, (*path, action.verb)
        return
    for number, one in enumerate(action.value):
        yield ActionSpec(action.verb, one, action.to), (*path, action.verb, number)


class _Actions:
    """One list of actions of one file."""

    def __init__(self, context: Context, file: File, scope: Scope) -> None:
        self.context, self.file, self.scope = context, file, scope

    def wrong(self, message: str, place: Place, cure: str = "") -> None:
        self.context.error(Code.ACTION, message, place, cure)

    def unknown(self, message: str, place: Place, cure: str = "") -> None:
        """Nothing of that name; not told while a file that may declare it can't be read."""
        if not self.context.half_read:
            self.wrong(message, place, cure)

    def one(self, action: ActionSpec, at: Path) -> Action | None:
        place = self.file.place(*at)
        made = _VERBS.get(action.verb)
        if made is None:
            cure = "use " + ", ".join(_VERBS)
            self.wrong(f"`{action.verb}` can't stand here yet", place, cure)
            return None
        args = made(self, action.verb, action.value, at)
        if args is None:
            return None
        if action.verb == "assign":
            return Action("assign", {}, self.context.who(args["who"]), place)
        return Action(action.verb, args, self.context.who(action.to) if action.to else None, place)

    # -- verbs: each gives the arguments, or None after saying what is wrong --------------------

    def named(self, verb: str, value: Any, at: Path) -> dict[str, Any] | None:
        """`notify`, `transfer`, `tag`, `flag` and their opposites name one thing of the tenant."""
        kind, sort = {
            "notify": ("Notification", "notification"),
            "transfer": ("Team", "team"),
        }.get(verb, (verb.removeprefix("un"), "mark"))
        name, known = str(value), self._known(kind)
        if verb == "transfer" and name == "home":
            return {"name": "home"}
        if name not in known:
            guess = nearest(name, known)
            cure = f"did you mean `{guess}`?" if guess else ""
            thing = verb.removeprefix("un")
            self.wrong(f"there is no {thing} `{name}`", self.file.place(*at), cure)
            return None
        return {"name": self.context.key(sort, name)}

    def _known(self, kind: str) -> list[str]:
        if kind in ("Notification", "Team"):
            return list(self.context.files(kind))
        tenant = self.context.specs.tenant
        return list((tenant.tags if kind == "tag" else tenant.flags) or {}) if tenant else []

    def assign(self, verb: str, value: Any, at: Path) -> dict[str, Any] | None:
        """`assign: lead`, or a who entry; a list is tried in order."""
        raw = value if isinstance(value, list) else [value]
        parts = [WhoMark().check(one) for one in raw if _who_like(one)]
        if len(parts) != len(raw):
            cure = "write one of " + ", ".join(RELATIONS) + " or { role: … }, { team: … }"
            self.wrong("this does not say who gets the ticket", self.file.place(*at), cure)
            return None
        return {"who": parts}

    def set(self, verb: str, value: Any, at: Path) -> dict[str, Any] | None:
        """`set: { field: value }`; a value may be taken from the ticket."""
        if not isinstance(value, dict):
            cure = "{ set: { field: value } }"
            self.wrong("`set` wants a map of fields and values", self.file.place(*at), cure)
            return None
        return self.values(value, self.scope, at)

    def values(self, raw: Mapping[str, Any], scope: Scope, at: Path) -> dict[str, Any]:
        args: dict[str, Any] = {}
        for name, given in raw.items():
            info, place = scope.find((name,)), self.file.place(*at, name)
            if info is None or not (info.field or name in _SETTABLE):
                guess = scope.suggest(name)
                cure = f"did you mean `{guess}`?" if guess else ""
                self.unknown(f"there is no field `{name}` to set", place, cure)
            elif not self.context.reads(info, place):
                continue
            elif info.field is not None and self._fills_itself(name):
                self.wrong(f"`{name}` is filled or computed by itself", place, "set another field")
            else:
                value = self.value(info, given, place)
                if not isinstance(value, ValueProblem):
                    args[info.path.name] = value
        return args

    def _fills_itself(self, name: str) -> bool:
        """Whether a field of this id is filled or computed in the type or field set that has it."""
        files = (self.context.files(kind).values() for kind in ("TicketType", "FieldSet"))
        found = ((file.spec.fields or {}).get(name) for group in files for file in group)
        return any(
            one is not None and (getattr(one, "filled_by", None) or getattr(one, "formula", None))
            for one in found
        )

    def value(self, info: PathInfo, raw: Any, place: Place) -> Any:
        """One value for a field, or where it is taken from; a ValueProblem after saying it."""
        taken = _TAKEN.match(raw) if isinstance(raw, str) else None
        if taken is not None:
            return self.taken(info, taken[1], taken[2], place)
        if (raw, info.path.kind) in (("$today", "date"), ("$now", "datetime")):
            return FromClock(raw[1:])
        if info.field is None:
            if info.path.name == "priority" and raw in PRIORITIES:
                return raw
            cure = did_you_mean(str(raw), PRIORITIES) if info.path.name == "priority" else ""
            self.wrong(f"`{info.path.name}` can't be set so", place, cure or "take $ticket.<path>")
            return ValueProblem("wrong", {})
        keys = info.options.get(raw, ()) if isinstance(raw, str) else ()
        if len(keys) > 1:
            message = f"`{raw}` of `{info.path.spelled}` are two options, stored apart"
            self.context.error(Code.FIELDS_APART, message, place, "name one ticket type")
            return ValueProblem("wrong", {})
        teams = {name: self.context.key("team", name) for name in self.context.files("Team")}
        value = written(info.field, raw, teams=teams)
        if isinstance(value, ValueProblem):
            wrong = say_problem(value, "en")
            self.wrong(f"`{info.path.spelled}` can't be set so: {wrong}", place)
        return value

    def taken(self, info: PathInfo, of: str, spelled: str, place: Place) -> Any:
        """`$ticket.x` or `$same.x` for a field of the same type."""
        found = self.scope.find(tuple(spelled.split(".")))
        if found is None:
            guess = self.scope.suggest(spelled)
            cure = f"did you mean `${of}.{guess}`?" if guess else ""
            self.unknown(f"`${of}.{spelled}` leads nowhere", place, cure)
            return ValueProblem("wrong", {})
        if not self.context.reads(found, place):
            return ValueProblem("wrong", {})
        if found.path.kind != info.path.kind or found.path.scale != info.path.scale:
            message = f"`{info.path.spelled}` is {info.path.kind}, `{spelled}` is {found.path.kind}"
            self.wrong(message, place, "take a value of the same type")
            return ValueProblem("wrong", {})
        return FromTicket(found.path) if of == "ticket" else FromMatch(found.path)

    def said(self, verb: str, value: Any, at: Path) -> dict[str, Any] | None:
        """`comment: text` or a text by locale; `{field}` stands for a value of the ticket."""
        texts = value if isinstance(value, dict) else {"": value}
        good = bool(texts) and all(
            isinstance(text, str) and text.strip() for text in texts.values()
        )
        if not good:
            cure = f"{{ {verb}: We are looking into it. }}"
            self.wrong(f"`{verb}` wants a text", self.file.place(*at), cure)
            return None
        for locale in texts if isinstance(value, dict) else ():
            if locale not in self.context.locales:
                cure = did_you_mean(str(locale), self.context.locales)
                self.wrong(
                    f"`{locale}` is none of the tenant's locales", self.file.place(*at), cure
                )
                return None
        for text in texts.values():
            for hole in _HOLE.finditer(text):
                self.hole(hole[1], self.file.place(*at))
        said = {locale: with_keys(text, self.scope) for locale, text in texts.items()}
        return {"text": self.context.words(said if isinstance(value, dict) else said[""])}

    def hole(self, name: str, place: Place) -> None:
        """Say what is wrong with `{name}` in a text."""
        info = self.scope.find(tuple(name.split(".")))
        if info is not None:
            self.context.reads(info, place)
            return
        guess = self.scope.suggest(name)
        cure = f"did you mean `{{{guess}}}`?" if guess else ""
        self.unknown(f"`{{{name}}}` stands for nothing", place, cure)

    def move(self, verb: str, value: Any, at: Path) -> dict[str, Any] | None:
        """`move: transition`; in a spec over several types one of them has to have it."""
        known = self._transitions()
        if value not in known:
            if self._some_unread():
                return None
            cure = did_you_mean(str(value), known)
            self.unknown(f"there is no transition `{value}`", self.file.place(*at), cure)
            return None
        return {"transition": str(value)}

    def _transitions(self) -> list[str]:
        types = self.context.files("TicketType")
        named = self._types()
        return [one for t in named if t in types for one in types[t].spec.workflow.transitions]

    def _some_unread(self) -> bool:
        """Whether a type that the spec is for can't be read, which is told where it stands."""
        types = self.context.files("TicketType")
        return any(name not in types for name in self._types())

    def _types(self) -> Iterable[str]:
        applies = tuple(getattr(self.file.spec, "applies_to", None) or (self.file.id,))
        return self.context.files("TicketType") if "all_types" in applies else applies

    def nothing(self, verb: str, value: Any, at: Path) -> dict[str, Any] | None:
        """`route: again` needs no more."""
        if value in ("again", None, True):
            return {}
        self.wrong("`route` runs the routing again", self.file.place(*at), "write `route: again`")
        return None

    def refresh(self, verb: str, value: Any, at: Path) -> dict[str, Any] | None:
        """`refresh: [order_no]`: look the records up again."""
        keys = []
        for name in value if isinstance(value, list) else [value]:
            info = self.scope.find((str(name),))
            if info is None or info.path.kind != "reference":
                message = f"`{name}` points to no record of a source"
                self.unknown(message, self.file.place(*at), "name a field of type reference")
                return None
            if not self.context.reads(info, self.file.place(*at)):
                return None
            keys.append(info.path.name)
        return {"fields": tuple(keys)}

    def call(self, verb: str, value: Any, at: Path) -> dict[str, Any] | None:
        """`call: orders.mark_refunded`, or a map with `name`, `of` and `with`."""
        return Calls(self.context, self.file, self.scope, at).compiled(value)

    def create(self, verb: str, value: Any, at: Path) -> dict[str, Any] | None:
        """`create: { type, as, subject, description, values }`."""
        place = self.file.place(*at)
        cure = "write { create: { type: …, as: child, values: { … } } }"
        types = self.context.files("TicketType")
        if not isinstance(value, dict) or "type" not in value:
            self.wrong("`create` wants a map with the type of the new ticket", place, cure)
            return None
        for key in value:
            if key not in ("type", "as", "subject", "description", "values"):
                self.wrong(f"`create` has no `{key}`", self.file.key_place(*at, key), cure)
                return None
        named = value["type"]
        if not isinstance(named, str) or named not in types:
            guess = did_you_mean(str(named), types)
            self.unknown(f"there is no ticket type `{named}`", place, guess)
            return None
        link = value.get("as", "child")
        if not isinstance(link, str) or link not in LINKS:
            self.wrong(f"a new ticket can't be `{link}`", place, "write one of " + ", ".join(LINKS))
            return None
        return self._created(value, link, at)

    def _created(self, value: Mapping[str, Any], link: str, at: Path) -> dict[str, Any] | None:
        target = self.context.files("TicketType")[value["type"]]
        args: dict[str, Any] = {"type": self.context.key("type", target.id), "as": link}
        for part in ("subject", "description"):
            if part in value:
                text = self.said(part, value[part], (*at, part))
                if text is None:
                    return None
                args[part] = text["text"]
        raw = value.get("values") or {}
        if not isinstance(raw, dict):
            self.wrong("`values` is a map of fields", self.file.place(*at, "values"))
            return None
        args["values"] = self.values(raw, self.context.scope_of(target.id), (*at, "values"))
        return args

    def to_ticket(self, verb: str, value: Any, at: Path) -> dict[str, Any] | None:
        """`link: { parent: $ticket.x }`, `merge: { into: $ticket.x }`: x is a field of a ticket."""
        words = ("parent", "child") if verb == "link" else ("into",)
        place = self.file.place(*at)
        cure = f"write {{ {verb}: {{ {words[0]}: $ticket.<field of type ticket> }} }}"
        if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in words:
            self.wrong(f"`{verb}` names another ticket", place, cure)
            return None
        word, raw = next(iter(value.items()))
        taken = _TAKEN.match(raw) if isinstance(raw, str) else None
        found = self.scope.find(tuple(taken[2].split("."))) if taken is not None else None
        if taken is None or taken[1] != "ticket" or found is None or found.path.kind != "ticket":
            self.unknown(f"`{raw}` is no other ticket", place, cure)
            return None
        if not self.context.reads(found, place):
            return None
        return {word: FromTicket(found.path)}


Make = Callable[[_Actions, str, Any, Path], dict[str, Any] | None]
_VERBS: Final[Mapping[str, Make]] = {
    "set": _Actions.set,
    "tag": _Actions.named,
    "untag": _Actions.named,
    "flag": _Actions.named,
    "unflag": _Actions.named,
    "assign": _Actions.assign,
    "transfer": _Actions.named,
    "notify": _Actions.named,
    "comment": _Actions.said,
    "note": _Actions.said,
    "move": _Actions.move,
    "create": _Actions.create,
    "link": _Actions.to_ticket,
    "merge": _Actions.to_ticket,
    "route": _Actions.nothing,
    "refresh": _Actions.refresh,
    "call": _Actions.call,
}


def _who_like(value: Any) -> bool:
    if isinstance(value, str):
        return value in RELATIONS
    return isinstance(value, dict) and len(value) == 1 and set(value) <= {"role", "team", "lead_of"}
