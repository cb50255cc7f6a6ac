"""How each kind of value is shown, wherever it stands: a list, the facts of a ticket, a board."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from runtime.web.screens.base import PersonMark, SlaMark, StatusMark

Level = Literal["urgent", "high", "normal", "low"]


@dataclass(frozen=True, slots=True)
class TagMark:
    """A tag with the hue of its dot, 0 for none."""

    label: str
    hue: int = 0


# ---- cells: one kind for each way a value is shown, whatever field it came from ----


@dataclass(frozen=True, slots=True)
class TextCell:
    """Plain words: text, choice, reference, duration. Empty shows a dash."""

    text: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class CodeCell:
    """An id as machines write it: the ticket's number, an order number."""

    text: str
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class SubjectCell:
    """The row's link; what it says stands in the row."""

    kind: Literal["subject"] = "subject"


@dataclass(frozen=True, slots=True)
class StatusCell:
    """A state with its category."""

    mark: StatusMark
    kind: Literal["status"] = "status"


@dataclass(frozen=True, slots=True)
class PriorityCell:
    """A priority with the tenant's word for it."""

    level: Level
    label: str
    kind: Literal["priority"] = "priority"


@dataclass(frozen=True, slots=True)
class PersonCell:
    """A person or nobody; `level` is a customer's badge, `plain` leaves the avatar out."""

    person: PersonMark | None
    level: str = ""
    plain: bool = False
    kind: Literal["person"] = "person"


@dataclass(frozen=True, slots=True)
class DueCell:
    """A deadline, or none."""

    sla: SlaMark | None
    kind: Literal["due"] = "due"


@dataclass(frozen=True, slots=True)
class TimeCell:
    """A point in time; `ago` says how long since."""

    at: datetime | None
    ago: bool = False
    kind: Literal["time"] = "time"


@dataclass(frozen=True, slots=True)
class DayCell:
    """A calendar day."""

    day: date | None
    kind: Literal["day"] = "day"


@dataclass(frozen=True, slots=True)
class MoneyCell:
    """An amount; an empty `currency` is the tenant's."""

    amount: Decimal | None
    currency: str = ""
    kind: Literal["money"] = "money"


@dataclass(frozen=True, slots=True)
class NumberCell:
    """A figure with an optional unit."""

    value: Decimal | None
    unit: str = ""
    kind: Literal["number"] = "number"


@dataclass(frozen=True, slots=True)
class YesNoCell:
    """A boolean; None is unanswered."""

    value: bool | None
    kind: Literal["boolean"] = "boolean"


@dataclass(frozen=True, slots=True)
class TagsCell:
    """Tags or several choices."""

    tags: tuple[TagMark, ...]
    kind: Literal["tags"] = "tags"


Cell: TypeAlias = (
    TextCell
    | CodeCell
    | SubjectCell
    | StatusCell
    | PriorityCell
    | PersonCell
    | DueCell
    | TimeCell
    | DayCell
    | MoneyCell
    | NumberCell
    | YesNoCell
    | TagsCell
)
