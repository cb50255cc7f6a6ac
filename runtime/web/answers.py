"""What a posted form says of a type's fields, as forms of new tickets and of moves send it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.decide import access
from engine.model.field import FieldModel
from engine.model.ticket_type import INPUTS, TypeModel
from engine.values.registry import to_text
from runtime.queries.read_ticket import see_ticket
from runtime.web.requests import Form, NotHere, Visit
from runtime.web.screens.build_form import Answers
from runtime.web.uploads import held_marks, tokens_of

_PICK = "_pick."


def file_fields(model: TypeModel) -> list[str]:
    """The keys of the fields that hold files."""
    return [key for key, item in model.fields.items() if item.type in ("files", "image")]


async def answers_of(
    found: Visit, model: TypeModel, form: Form, files: Mapping[str, tuple[str, ...]] | None = None
) -> Answers:
    """What to show in the form again; `files` are tokens, those that it names unless given."""
    tokens = {key: form.many(key) for key in file_fields(model)} if files is None else files
    return Answers(
        values=read_answers(model, form),
        files=await held_marks(found, tokens),
        searched=form.one("_find"),
        subject=form.one("subject"),
        description=form.one("description"),
    )


def new_values(found: Visit, model: TypeModel, form: Form) -> dict[str, object]:
    """The values of a new ticket, without what the form did not offer and nobody sent either."""
    rights = access.rights_to_open(found.desk.desk, found.viewer, model.key)
    return {
        key: value
        for key, value in read_answers(model, form).items()
        if rights.writes(key) or value not in ("", [], "false")
    }


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form of a move was filled with: values, tokens and faults of files by field."""

    values: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


async def filled(found: Visit, number: str, form: Form) -> Filled:
    """The fields that the form of a move speaks of; its words are no fields."""
    sent = (name.removeprefix(_PICK) for name in (*form.texts, *form.uploads))
    names = {name.partition(".")[0] for name in sent if not name.startswith("_")} - {*INPUTS}
    if not names:
        return Filled()
    shown = await see_ticket(found.site, found.desk.tenant, found.viewer, number)
    if shown is None:
        raise NotHere
    model = shown.live.desk.types[shown.row.type_key]
    files, faults = await tokens_of(found, form, file_fields(model))
    known = read_answers(model, form)
    # What is no field goes along: the decision refuses it.
    values = {name: known.get(name, form.one(name)) for name in names - {*file_fields(model)}}
    return Filled(values, files, faults)


def read_answers(type_model: TypeModel, posted: Form) -> dict[str, object]:
    """The raw values of a posted form by field key; buttons add and remove rows of lines."""
    found: dict[str, object] = {}
    for key, item in type_model.fields.items():
        if not item.is_input or item.type in ("files", "image"):
            continue
        if item.type == "lines":
            found[key] = _rows(item, posted)
        elif item.type == "multi_choice":
            found[key] = list(posted.many(key))
        elif item.type == "boolean":
            found[key] = posted.one(key) or ("false" if item.required else "")
        elif item.type in ("reference", "person", "ticket"):
            found[key] = posted.one(f"_pick.{key}") or posted.one(key)
        else:
            found[key] = posted.one(key)
    return found


def _rows(item: FieldModel, posted: Form) -> list[dict[str, str]]:
    prefix = f"{item.key}."
    split = (name.split(".") for name in posted.texts if name.startswith(prefix))
    # A number that no form of ours writes is no row; Python refuses to read thousands of digits.
    written = {p[1] for p in split if len(p) == 3 and p[1].isdecimal() and len(p[1]) < 7}
    numbers = sorted({int(text) for text in written})[:200]
    gone = posted.one("_remove")
    rows = [
        {key: posted.one(f"{prefix}{number}.{key}") for key in item.columns}
        for number in numbers
        if gone != f"{item.key}.{number}"
    ]
    if posted.one("_add") == item.key:
        rows.append({key: _beginning(column) for key, column in item.columns.items()})
    return rows


def _beginning(column: FieldModel) -> str:
    """What a new row holds in a column."""
    return "" if column.default is None else to_text(column, column.default)
