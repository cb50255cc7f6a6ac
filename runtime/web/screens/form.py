"""Generated forms: sections, fields and their controls, for the portal and the desk alike.

A form posts its fields by name; cells of ``lines`` as ``field.row.cell``. Names that begin with
``_`` are the form's own: ``_csrf``, ``_idempotency``, ``_version``; the buttons ``_find`` (a field
to search in), ``_pick.<field>`` (a record chosen from what was found), ``_add`` and ``_remove`` (a
row) go to the check address. A box that is not ticked posts nothing. A picker with offers may post
its field twice, card and text: the last that is not empty counts. A file field posts tokens of
files held, or without scripts the files themselves.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from runtime.web.screens.base import FileMark, Page

CARDS_UP_TO = 5
"""Choices up to this many are cards; the design language explains them best so."""

RADIOS_UP_TO = 7
"""Choices up to this many are a list of radio buttons; more become a select."""

_GROUPS = frozenset({"multi_choice", "rating", "lines"})
_BARE = frozenset({"boolean", "heading"})


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that a field offers. ``depth`` is its level in a tree, from 0."""

    value: str
    label: str
    help: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a source as a picker shows it."""

    key: str
    title: str
    detail: str = ""
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Picker:
    """How a record is found.

    ``offers`` are the person's own records, shown as cards at once; ``found`` answers the last
    search made without scripts; ``chosen`` is the record behind the present value; ``notice``
    says why there is nothing to choose from, for example because the source does not answer.
    """

    find_url: str
    offers: tuple[Record, ...] = ()
    found: tuple[Record, ...] = ()
    chosen: Record | None = None
    searched: bool = False
    notice: str = ""

    @property
    def offered(self) -> bool:
        """The chosen record is one of those shown as cards."""
        chosen = self.chosen
        return chosen is not None and any(offer.key == chosen.key for offer in self.offers)


@dataclass(frozen=True, slots=True)
class FieldInput:
    """One field of a form with what it holds and what it will accept.

    ``value`` is the text of the control, ``values`` those of a field with several. ``asks`` says
    that other fields depend on this one, so that a change sends the form to be checked.
    ``branch`` is the sentence that says which answer brought the field here. ``readonly`` fields
    show what was computed and are not posted. ``scope`` keeps ids apart where several forms of
    one page ask for the same field; ``titled`` that the section's title names it already.
    """

    name: str
    type: str
    label: str
    scope: str = ""
    help: str = ""
    placeholder: str = ""
    required: bool = True
    value: str = ""
    values: tuple[str, ...] = ()
    error: str = ""
    options: tuple[Option, ...] = ()
    branch: str = ""
    asks: bool = False
    sensitive: bool = False
    readonly: bool = False
    titled: bool = False
    min: str = ""
    max: str = ""
    maxlength: int = 0
    accept: str = ""
    limits: str = ""
    sign: str = ""
    autocomplete: str = "off"
    picker: Picker | None = None
    files: tuple[FileMark, ...] = ()
    rows: tuple["LineRow", ...] = ()

    @property
    def id(self) -> str:
        """The element's id; it stays the same over every swap, so focus and values stay too."""
        return "-".join(["f", *([self.scope] if self.scope else []), *self.name.split(".")])

    @property
    def described(self) -> str:
        """Ids of the help and the error, for ``aria-describedby``."""
        ids = [f"h-{self.id}"] if self.help else []
        return " ".join([*ids, f"e-{self.id}"] if self.error else ids)

    @property
    def look(self) -> str:
        """How a choice is drawn: ``cards``, ``radios`` or ``select``."""
        if len(self.options) <= CARDS_UP_TO:
            return "cards"
        return "radios" if len(self.options) <= RADIOS_UP_TO else "select"

    @property
    def explained(self) -> bool:
        """Some option carries a sentence of help, so that cards need a line each."""
        return any(option.help for option in self.options)

    @property
    def grouped(self) -> bool:
        """The control is several inputs, so that a legend names it and not a label."""
        if self.readonly:
            return False
        cards = self.type == "choice" and self.look != "select"
        return cards or self.type in _GROUPS or bool(self.picker and self.picker.offers)

    @property
    def bare(self) -> bool:
        """The control writes its own label."""
        return self.type in _BARE


@dataclass(frozen=True, slots=True)
class LineRow:
    """One row of a ``lines`` field; ``name`` is what its remove button posts."""

    name: str
    cells: tuple[FieldInput, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """Neighbouring fields that appear for one reason; an empty reason is the trunk."""

    reason: str
    fields: tuple[FieldInput, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a form."""

    id: str
    title: str
    fields: tuple[FieldInput, ...]

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The fields in order, neighbours with one reason together.

        A field alone under a title needs no second one above it.
        """
        alone = bool(self.title) and len(self.fields) == 1
        fields = (replace(field, titled=alone and field.grouped) for field in self.fields)
        together = groupby(fields, key=lambda field: field.branch)
        return tuple(Branch(reason, tuple(fields)) for reason, fields in together)


@dataclass(frozen=True, slots=True)
class FormFault:
    """One line of the error summary; of the whole form, where it has no ``anchor`` and ``label``.

    ``label`` is the control's: "may be 50,000 at most" alone doesn't say what.
    """

    anchor: str
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what it says, in a summary at the side."""

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class FormScreen:
    """A form of one ticket type, whole or as its fragment of fields.

    ``idempotency`` is new for every form shown, so that a form posted twice makes one ticket.
    ``draft_key`` names the draft in the browser, different for each person; ``fresh`` says that
    the form shows nobody's answers yet, so that a draft may be put back.
    """

    page: Page
    heading: str
    help: str
    sections: tuple[Section, ...]
    action: str
    check_url: str
    cancel_url: str
    submit_label: str
    idempotency: str
    draft_key: str
    fresh: bool = True
    faults: tuple[FormFault, ...] = ()
    facts: tuple[Fact, ...] = ()
    suggest_url: str = ""

    @property
    def suggest_from(self) -> str:
        """What articles are offered for: the subject, or where it is made, the description."""
        names = {field.name for field in _fields(self.sections)}
        return "subject" if "subject" in names else "description"

    @property
    def references(self) -> tuple[str, ...]:
        """The fields that name a record: about the same record one may have asked before."""
        return tuple(one.name for one in _fields(self.sections) if one.type == "reference")

    @property
    def summary(self) -> tuple[FormFault, ...]:
        """Everything to put right, in the order of the form."""
        return self.faults + tuple(
            FormFault(field.id, field.error, field.label)
            for field in _fields(self.sections)
            if field.error
        )


def _fields(sections: Iterable[Section]) -> Iterator[FieldInput]:
    """Every control of a form, those of rows after the field they belong to."""
    for section in sections:
        for outer in section.fields:
            yield outer
            for row in outer.rows:
                yield from row.cells


def faults_elsewhere(
    sections: Iterable[Section], errors: Mapping[str, str]
) -> tuple[FormFault, ...]:
    """What is wrong with no control of the form: the whole, or a field that it does not show."""
    shown = {field.name for field in _fields(sections)}
    return tuple(FormFault("", text) for place, text in errors.items() if place not in shown)


@dataclass(frozen=True, slots=True)
class FoundScreen:
    """What a search in a source found, as the list under a picker."""

    page: Page
    field: str
    records: tuple[Record, ...]
    notice: str = ""
    check_url: str = ""
