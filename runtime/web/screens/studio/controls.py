"""The studio's generated form: one control for each position of a kind's schema."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from runtime.web.screens.form import Option


@dataclass(frozen=True, slots=True)
class TextControl:
    """One line or, with `rows` over 1, several; `suggestions` fill a datalist."""

    name: str
    label: str
    value: str = ""
    help: str = ""
    required: bool = False
    mono: bool = False
    rows: int = 1
    readonly: bool = False
    suggestions: tuple[Option, ...] = ()
    problems: tuple[str, ...] = ()
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class LocaleInput:
    """The text in one language; its POST name is the control's name, a dot and the locale."""

    locale: str
    title: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class LocalizedControl:
    """A text that may differ by language: an input for each of the tenant's locales."""

    name: str
    label: str
    inputs: tuple[LocaleInput, ...]
    help: str = ""
    required: bool = False
    rows: int = 1
    problems: tuple[str, ...] = ()
    kind: Literal["localized"] = "localized"


@dataclass(frozen=True, slots=True)
class ChoiceControl:
    """One of a closed list or a reference to another spec; `href` opens what is chosen."""

    name: str
    label: str
    options: tuple[Option, ...]
    value: str = ""
    help: str = ""
    required: bool = False
    href: str = ""
    problems: tuple[str, ...] = ()
    kind: Literal["choice"] = "choice"


@dataclass(frozen=True, slots=True)
class BooleanControl:
    """A switch; posts `true` when on, and the hidden twin posts `false`."""

    name: str
    label: str
    value: bool = False
    help: str = ""
    problems: tuple[str, ...] = ()
    kind: Literal["boolean"] = "boolean"


@dataclass(frozen=True, slots=True)
class NumberControl:
    """A number as typed; `unit` stands behind it."""

    name: str
    label: str
    value: str = ""
    unit: str = ""
    help: str = ""
    required: bool = False
    problems: tuple[str, ...] = ()
    kind: Literal["number"] = "number"


@dataclass(frozen=True, slots=True)
class ListControl:
    """A list of words, one a line."""

    name: str
    label: str
    values: tuple[str, ...] = ()
    help: str = ""
    required: bool = False
    problems: tuple[str, ...] = ()
    kind: Literal["list"] = "list"


@dataclass(frozen=True, slots=True)
class RawControl:
    """A position the form does not draw (a condition, a table): its own YAML, edited as text."""

    name: str
    label: str
    value: str = ""
    rows: int = 4
    help: str = ""
    required: bool = False
    problems: tuple[str, ...] = ()
    kind: Literal["raw"] = "raw"


@dataclass(frozen=True, slots=True)
class GroupControl:
    """A nested object: its controls under one heading."""

    name: str
    label: str
    controls: "tuple[Control, ...]"
    help: str = ""
    problems: tuple[str, ...] = ()
    kind: Literal["group"] = "group"


@dataclass(frozen=True, slots=True)
class MapItem:
    """One entry of a map of objects; buttons post `_do` = `up:`/`down:`/`remove:` and `name`."""

    key: str
    name: str
    title: str
    controls: "tuple[Control, ...]"
    src: str = ""
    src_href: str = ""
    first: bool = False
    last: bool = False
    open: bool = False
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MapControl:
    """A map of objects by id, in order.

    A new entry posts its id as `_new.<name>` with `_do` = `add:<name>`; `suggestions` are ids for
    it that are known and not taken.
    """

    name: str
    label: str
    items: tuple[MapItem, ...]
    help: str = ""
    item_label: str = ""
    suggestions: tuple[Option, ...] = ()
    problems: tuple[str, ...] = ()
    kind: Literal["map"] = "map"


Control: TypeAlias = (
    TextControl
    | LocalizedControl
    | ChoiceControl
    | BooleanControl
    | NumberControl
    | ListControl
    | RawControl
    | GroupControl
    | MapControl
)
