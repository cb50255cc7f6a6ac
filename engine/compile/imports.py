"""Import mappings: every target, known value and hole of a template checked against the type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from engine.compile.context import Context, File
from engine.model.importing import ImportColumn, ImportModel
from engine.model.ticket_type import TypeModel
from specs.problem import Code, Place, nearest
from specs.vocabulary import PRIORITIES

BUILT_IN: Final = frozenset(
    "number subject description state priority channel tags requester customer team assignee "
    "created_at updated_at solved_at closed_at comment note reopened".split()
)
AS_IT_WAS: Final = "-"
"""On the right of `values`: the ticket stays as it was."""

_HOLE = re.compile(r"\{([^{}]*)\}")
_TEXTS = frozenset({"text", "long_text"})


def compile_imports(context: Context, types: Mapping[str, TypeModel]) -> dict[str, ImportModel]:
    """Import mappings by id; a part that is wrong is told and left out."""
    found = {}
    for name, file in context.files("Import").items():
        key = context.key("type", file.spec.type)
        if key in types:
            found[name] = _Mapping(context, file, types[key]).compiled()
    return found


class _Mapping:
    """One mapping against one type."""

    def __init__(self, context: Context, file: File, type_model: TypeModel) -> None:
        self.context, self.file, self.type = context, file, type_model
        self.spec = file.spec
        self.fields = {item.id: item for item in type_model.fields.values()}

    def compiled(self) -> ImportModel:
        spec, tenant = self.spec, self.context.specs.tenant
        if spec.rows == "events" and not spec.at:
            self._wrong(Code.MISSING_KEY, "`rows: events` needs `at`", self.file.place("rows"),
                        "name the column with the time of each row")  # fmt: skip
        columns = [self._column(name, part) for name, part in spec.columns.items()]
        time = spec.time
        model = ImportModel(
            id=self.file.id,
            title=self.context.words(spec.title, self.file.id),
            type=self.type.key,
            rows=spec.rows,
            key=spec.key,
            at=spec.at or "",
            created=spec.created or "",
            time_format=(time.format if time else None) or "",
            zone=(time.zone if time else None) or (tenant.time_zone if tenant else "UTC"),
            empty=frozenset(spec.empty or ()),
            columns=tuple(part for part in columns if part is not None),
            ignore=frozenset(spec.ignore or ()),
            place=self.file.place(),
            by=spec.by or "",
            made=tuple(self._made()),
        )
        self._holes(model.named)
        return model

    def _column(self, name: str, part: Any) -> ImportColumn | None:
        to = self._target(part.to, self.file.place("columns", name, "to"))
        if to is None:
            return None
        return ImportColumn(
            column=name,
            to=to,
            values={
                word: self._value(to, value, self.file.place("columns", name, "values", word))
                for word, value in (part.values or {}).items()
            },
            missing=part.missing or "refuse",
            place=self.file.key_place("columns", name),
            text=self._text(part.text, name),
            take=part.take,
        )

    def _made(self) -> Iterable[ImportColumn]:
        for target, template in (self.spec.set or {}).items():
            to = self._target(target, self.file.key_place("set", target))
            if to is not None:
                place = self.file.key_place("set", target)
                yield ImportColumn(template, to, {}, "refuse", place)

    def _holes(self, named: frozenset[str]) -> None:
        for target, template in (self.spec.set or {}).items():
            for hole in _HOLE.findall(template):
                if hole not in named:
                    message = f"no column `{hole}` is named in this mapping"
                    place = self.file.place("set", target)
                    self._wrong(Code.TEMPLATE_NAME, message, place, _guess(hole, named))

    def _target(self, word: str, place: Place) -> str | None:
        if word in BUILT_IN:
            return word
        item = self.fields.get(word)
        if item is not None and item.type != "heading":
            return item.key
        known = [*BUILT_IN, *self.fields]
        message = f"{self.type.id} has no `{word}`"
        self._wrong(Code.UNKNOWN_FIELD, message, place, _guess(word, known))
        return None

    def _text(self, word: str | None, column: str) -> str:
        """The field that keeps a column word for word."""
        if word is None:
            return ""
        item = self.fields.get(word)
        if item is not None and item.type in _TEXTS:
            return item.key
        texts = [one.id for one in self.type.fields.values() if one.type in _TEXTS]
        message = f"{self.type.id} has no text field `{word}`"
        place = self.file.place("columns", column, "text")
        self._wrong(Code.UNKNOWN_FIELD, message, place, _guess(word, texts))
        return ""

    def _value(self, to: str, value: str, place: Place) -> str:
        """What a word of the file becomes, as a key; a value that does not exist is told."""
        if value == AS_IT_WAS:
            return value
        known = self._known(to)
        if known is None or value in known:
            return known[value] if known else value
        code = {"state": Code.UNKNOWN_STATE, "team": Code.UNKNOWN_REFERENCE}.get(
            to, Code.UNKNOWN_OPTION
        )
        self._wrong(code, f"`{to}` has no value `{value}`", place, _guess(value, known))
        return value

    def _known(self, to: str) -> Mapping[str, str] | None:
        """The values that a target may have, id → key; None where there is no such list."""
        if to == "state":
            return {state.id: key for key, state in self.type.states.items()}
        if to == "team":
            return {name: self.context.key("team", name) for name in self.context.files("Team")}
        if to == "priority":
            return {word: word for word in PRIORITIES}
        item = self.type.fields.get(to)
        if item is None or item.type not in ("choice", "tree"):
            return None
        return {option.id: key for key, option in item.options.items()}

    def _wrong(self, code: Code, message: str, place: Place, cure: str = "") -> None:
        self.context.error(code, message, place, cure)


def _guess(word: str, known: Iterable[str]) -> str:
    guess = nearest(word, known)
    return f"did you mean `{guess}`?" if guess else ""
