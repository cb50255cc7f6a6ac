"""What is wrong with a text that someone wrote, as a value: where, why and what would cure it."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of a file. Lines and columns count from 1, in characters; the end is exclusive."""

    file: str
    line: int
    col: int
    end_line: int
    end_col: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col}"

    def within(self, start: int, end: int) -> Place:
        """The part from character `start` to `end` of a text that begins here on one line."""
        if self.line != self.end_line:
            return self
        return Place(self.file, self.line, self.col + start, self.line, self.col + max(end, start))


class Code(Enum):
    """The closed list of problem codes; each carries its one-line meaning."""

    # E1xx: text and YAML
    SYNTAX = "E101", "the text is no well-formed YAML"
    TABS = "E102", "a tab is used where YAML wants spaces"
    NOT_UTF8 = "E103", "the file is not UTF-8 text"
    TOO_LARGE = "E104", "the file is larger than a spec may be"
    TOO_DEEP = "E105", "maps and lists are nested deeper than a spec may be"
    TOO_MANY_NODES = "E106", "the file holds more values than a spec may"
    ALIAS = "E107", "anchors and aliases are not part of the language"
    MERGE_KEY = "E108", "merge keys are not part of the language"
    TAG = "E109", "YAML tags are not part of the language"
    DUPLICATE_KEY = "E110", "a key stands twice in one map"
    SEVERAL_DOCUMENTS = "E111", "a file holds one object, so only one YAML document"
    KEY_NOT_TEXT = "E112", "the key of a map has to be plain text"
    EMPTY_FILE = "E113", "the file holds no object"
    UNREADABLE = "E114", "the file could not be read"
    # E2xx: schema and references
    UNKNOWN_KEY = "E201", "the object has no such key"
    MISSING_KEY = "E202", "a key that is needed is missing"
    UNKNOWN_OPTION = "E203", "a choice has no such option"
    WRONG_TYPE = "E204", "the value is not of the sort that stands here"
    WRONG_WORD = "E205", "the word is not one of the words allowed here"
    BAD_VALUE = "E206", "the value does not have the form that is needed here"
    BAD_ID = "E207", "an id is small letters, digits and `_`, begins with a letter, at most 40"
    RESERVED_ID = "E208", "the id is a word of the language or of every ticket"
    UNKNOWN_FIELD_TYPE = "E209", "there is no such field type"
    UNKNOWN_KIND = "E210", "there is no such kind"
    WRONG_FOLDER = "E211", "the kind of the object belongs into another folder"
    UNKNOWN_FOLDER = "E212", "no kind lives in this folder"
    BAD_FILE_NAME = "E213", "the file name is the id and has to be one, ending in .yaml"
    TWO_FILES_ONE_ID = "E214", "two files claim the same id"
    NO_TENANT = "E215", "the folder has no tenant.yaml and so is no tenant"
    UNKNOWN_REFERENCE = "E216", "the reference names something that does not exist"
    UNKNOWN_FIELD = "E217", "no such field can be read here"
    UNKNOWN_STATE = "E218", "the workflow has no such state"
    REFERENCE_LOOP = "E219", "the references lead back to where they began"
    WRONG_ARITY = "E220", "a row has more or fewer cells than the table has columns"
    PATTERN_NOT_LINEAR = "E221", "the pattern can not be matched in linear time (RE2)"
    UNKNOWN_LOCALE = "E222", "the locale is not among the tenant's locales"
    FIELD_CONFLICT = "E223", "one field id has two types or units in one tenant"
    DEFAULT_TEAM = "E224", "exactly one team is the default"
    BAD_PATH = "E225", "a path has at most three steps and each has to lead somewhere"
    MISSING_FILE = "E226", "a file that a spec names is not in the folder"
    # E3xx: types of conditions, cells and formulas
    CONDITION_SHAPE = "E301", "the condition is not built as a condition is"
    UNKNOWN_OPERATOR = "E302", "there is no such operator"
    OPERATOR_TYPE = "E303", "the operator does not fit the type of the field"
    VALUE_TYPE = "E304", "the value does not fit the type of the field"
    CELL_SYNTAX = "E305", "the cell of a table is not written in the words of cells"
    FORMULA_SYNTAX = "E306", "the formula can not be read"
    FORMULA_TYPE = "E307", "the types in the formula do not fit together"
    FORMULA_SIZE = "E308", "the formula is larger than 64 nodes"
    UNKNOWN_FUNCTION = "E309", "there is no such function"
    UNKNOWN_VARIABLE = "E310", "there is no such variable here"
    NOT_LOWERABLE = "E311", "the operator can not be used in a condition over many rows"
    TEMPLATE_SYNTAX = "E312", "the template uses more than names and `if`"
    TEMPLATE_NAME = "E313", "the template names something that it does not have"
    EVENT = "E314", "there is no such event"
    ACTION = "E315", "the action can not be done here"
    UNSTABLE_FORMULA = "E316", "a stored formula may not read the clock"
    RESULT_TYPE = "E317", "the result cell does not fit what the column sets"
    # E4xx: analysis
    CALENDAR_WITHOUT_HOURS = "E401", "a calendar that is never open measures nothing"
    TABLE_NOT_TOTAL = "E402", "a table without `otherwise` leaves tickets undecided"
    STATE_UNREACHABLE = "E403", "no transition leads into the state"
    STATE_STUCK = "E404", "no transition leads out of a state that is not an end"
    NEEDS_UNFILLABLE = "E405", "no one who may take the transition can fill what it needs"
    FIELD_LOOP = "E406", "formulas or conditions of fields read each other in a circle"
    SAME_RANK = "E407", "two specs of the same rank decide for one type"
    ROWS_OVERLAP = "E408", "two rows match one ticket where only one may"
    AUTOMATION_LOOP = "E409", "automations set each other off"
    AUTOMATIONS_CLASH = "E410", "automations that one event starts write one thing two ways"
    APPROVAL_UNREACHABLE = "E415", "no ticket can ever get this approval"
    # E5xx: packs and what is built upon them
    UNKNOWN_PARENT = "E501", "there is nothing of that name to build upon"
    OVERLAY_PATH = "E502", "what the spec is built upon has no such part"
    TYPE_CHANGED = "E503", "another type needs `replace: true` and a whole definition"
    SEALED = "E504", "the pack does not allow this part to be changed"
    NOT_NARROWER = "E505", "the pack allows this part only to be made narrower"
    PACK_MISSING = "E506", "the files of the pack are not in the folder"
    PACK_VERSION = "E507", "the pack has another version than the one that is named"
    PACK_CHANGED = "E508", "the files of the pack are not those that were pinned"
    PACK_NEEDS = "E509", "the pack needs another pack, or another version of it"
    PACK_INPUT = "E510", "the input of the pack does not fit"
    PACKS_CLASH = "E511", "two packs bring the same spec"
    NEWER_LANGUAGE = "E512", "the pack is written in a newer language"
    OVERLAY_WORD = "E513", "the word of an overlay does not fit here"
    BAD_LOCK = "E514", "the lock file can not be read"
    UNKNOWN_PACK_PATH = "E515", "the path leads to nothing in the pack"
    UNSAFE_ARCHIVE = "E516", "the archive can not be taken as a pack"
    # E6xx: stored keys and moves
    FIELDS_APART = "E601", "one id stands for fields of several types that are stored apart"
    MOVE_VERB = "E602", "a move does one of rename, map, retire and convert"
    MOVE_UNKNOWN = "E603", "the move is of something that does not exist"
    MOVE_TARGET = "E604", "what a move leads to does not exist"
    MOVE_TAKEN = "E605", "what a move leads to is taken"
    MOVE_BESIDE = "E606", "what a move takes away is still there"
    MOVE_CHANGED = "E607", "a move that was published stays as it is"
    MOVE_CIRCLE = "E608", "the moves lead back to where they began"
    # E73x: sources
    SOURCE_LACKS = "E730", "the source lacks what its connector needs"
    SOURCE_EXTRA = "E731", "the source says something that its connector does not have"
    SOURCE_PARAMETER = "E732", "a request names a parameter that it does not have"
    SOURCE_PLACE = "E733", "the place in JSON is no JSONPath that names one value"
    SOURCE_QUERY = "E734", "the query is not one reading statement with bound parameters"
    SOURCE_CALL = (
        "E735",
        "the action calls something the source does not have, or hands it otherwise",
    )
    SOURCE_HOLDER = "E736", "what is fixed, a setting or a secret is said in none or several ways"
    # E76x: articles
    ARTICLE = "E760", "the article of the folder can not be taken"
    # Wxxx: warnings
    KIND_NOT_FIRST = "W101", "`kind:` should stand first in the file"
    TEXT_SPACE = "W102", "the text begins or ends with white space"
    UNKNOWN_TRANSLATION = "W202", "the translation is for a path that does not exist"
    MISSING_TRANSLATION = "W203", "a text has no translation in one of the tenant's locales"
    ROW_DEAD = "W401", "an earlier row always matches first"
    ROW_REDUNDANT = "W402", "the row decides what would be decided without it"
    ROWS_OVERLAP_MAYBE = "W403", "two rows match one ticket; the first decides"
    ROLE_SEES_NOTHING = "W404", "the role sees no ticket"
    FIELD_NEVER_SHOWN = "W405", "no ticket ever shows the field"
    YEAR_WITHOUT_HOLIDAYS = "W406", "there is no holiday data for a year in use"
    SPEC_UNUSED = "W407", "nothing refers to the spec"
    APPROVED_BY_ASKERS = "W421", "those who ask for an approval are those who give it"
    DIVISION_BY_ZERO = "W408", "the formula may divide by zero and is then empty"
    ROW_IMPOSSIBLE = "W409", "no ticket can match the row"
    ROWS_CONTRADICT = "W410", "two rows ask the same and decide differently"
    GUARD_HOLE = "W411", "the guards leave tickets that no transition takes"
    TRANSITION_NOBODY = "W412", "no one can ever take the transition"
    STATE_DEAD_END = "W413", "no way leads from the state to an end"
    REQUIRED_UNWRITABLE = "W414", "a field is required of people who can't fill it in"
    TICKET_UNSEEN = "W415", "there are tickets that nobody at the desk sees"
    TEAM_WITHOUT_HANDS = "W416", "a team gets tickets that none of its members may work on"
    CONDITION_NEVER = "W417", "the condition holds for no ticket"
    HOUSE_RULE = "W418", "the specs break a rule of the house"
    SILENCE_UNUSED = "W419", "a silence silences nothing"
    PACK_UNUSED = "W501", "the pack is not named in tenant.yaml and is left out"
    AUTOMATIONS_CLASH_MAYBE = "W420", "automations may write one thing two ways"

    def __init__(self, number: str, meaning: str) -> None:
        self.number = number
        self.meaning = meaning

    @property
    def severity(self) -> Severity:
        """Whether a problem of this code refuses a publish."""
        return "warning" if self.number.startswith("W") else "error"

    def __str__(self) -> str:
        return self.number


OF_ABSENCE: frozenset[Code] = frozenset(
    {
        Code.UNKNOWN_FIELD,
        Code.UNKNOWN_STATE,
        Code.UNKNOWN_REFERENCE,
        Code.UNKNOWN_OPTION,
        Code.BAD_PATH,
    }
)
"""What may only seem so while a file or pack that declares things could not be read."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A cure that a tool can apply: put `text` where `place` is."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one place.

    `pointer` is a JSON pointer into the file's object, `cure` a sentence that says what to do,
    `related` other places with what stands there ("options are declared in"). `witness` is a
    ticket that shows it: YAML text of a case, ready to stand under `cases:` of a SpecTest.
    """

    code: Code
    message: str
    place: Place
    severity: Severity = "error"
    pointer: str = ""
    cure: str = ""
    related: tuple[tuple[str, Place], ...] = ()
    fix: Fix | None = field(default=None, compare=False)
    witness: str = ""

    @property
    def headline(self) -> str:
        """The one line form, without the source line."""
        guess = f"; {self.cure}" if self.cure.startswith("did you mean") else ""
        return f"{self.place}: {self.message}{guess}  [{self.code}]"

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


def problem(
    code: Code,
    message: str,
    place: Place,
    *,
    pointer: str = "",
    cure: str = "",
    related: tuple[tuple[str, Place], ...] = (),
    fix: Fix | None = None,
    witness: str = "",
) -> Problem:
    """A problem with the severity that its code has."""
    return Problem(code, message, place, code.severity, pointer, cure, related, fix, witness)


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Sorted by place, then code; what stands twice is kept once.

    One mistake is one message (language.md 6): where a name was not found (E1, E2) what compiling
    says of the same place (E3, E4) follows from it and is left out.
    """
    found = dict.fromkeys(problems)
    unread = {one.place for one in found if one.code.number.startswith(("E1", "E2"))}
    kept = (
        one
        for one in found
        if not (one.code.number.startswith(("E3", "E4")) and one.place in unread)
    )
    told = (_of_pack(one) for one in kept)
    return sorted(told, key=lambda one: (one.place, one.code.number, one.message))


def _of_pack(one: Problem) -> Problem:
    """What is wrong in a pack's file is mended in an overlay, or by those who make the pack."""
    top, _, rest = one.place.file.partition("/")
    if top != "packs" or "this is said by the pack" in one.cure or one.code.number[1] == "5":
        return one
    pack, _, inside = rest.partition("/")
    hint = f"this is said by the pack `{pack}`: change it in an overlay"
    if inside.startswith("tests/"):
        hint += ", or leave its tests out (`without: [tests]`)"
    return replace(one, cure=f"{one.cure}; {hint}" if one.cure else hint)


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of them refuses a publish."""
    return any(one.is_error for one in problems)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, or None."""
    names = [name for name in known if name]
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if not close and word:
        low = {name.lower().replace("-", "_"): name for name in names}
        same = low.get(word.lower().replace("-", "_"))
        return same
    return close[0] if close else None


def pointer(path: Iterable[str | int]) -> str:
    """A path as a JSON pointer."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A cure for a mistyped word: the guess, else the words there are, else nothing."""
    names = list(dict.fromkeys(known))
    guess = nearest(word, names)
    if guess:
        return f"did you mean `{guess}`?"
    if not names:
        return ""
    shown = ", ".join(f"`{name}`" for name in names[:12])
    return f"known here: {shown}{' …' if len(names) > 12 else ''}"


_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _excerpt(place: Place, source_text: str) -> list[str]:
    lines = _LINE_BREAK.split(source_text)
    if not 0 < place.line <= len(lines):
        return []
    line = lines[place.line - 1].lstrip("\ufeff") if place.line == 1 else lines[place.line - 1]
    number = str(place.line)
    end = place.end_col if place.end_line == place.line else len(line) + 1
    marked = line[place.col - 1 : end - 1].rstrip()
    # Printed as-is, a tab or control character would move the carets or the terminal.
    shown = "".join(c if c.isprintable() else " " for c in line)
    head = shown[: place.col - 1]
    carets = "^" * max(_width(marked), 1)
    if len(shown) > 400:
        return []
    return [f"  {number} | {shown}", f"  {' ' * len(number)} | {' ' * _width(head)}{carets}"]


def render(one: Problem, source_text: str | None) -> str:
    """A problem as people read it: headline, source line, carets, cure and related places."""
    lines = [one.headline]
    if source_text is not None:
        lines += _excerpt(one.place, source_text)
    if one.cure and not one.cure.startswith("did you mean"):
        lines.append(f"  {one.cure}")
    lines += [f"  {label} {place.file}:{place.line}" for label, place in one.related]
    lines += [f"  > {line}" for line in one.witness.splitlines()]
    return "\n".join(lines)
