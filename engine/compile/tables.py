"""Decision tables: each row's cells become one condition, whatever the row's results mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.compile.cells import compile_cell
from engine.compile.context import Context, File
from engine.compile.scope import Scope
from engine.facts import Value
from engine.model.routing import Row
from engine.predicate import TRUE, All, Path, Predicate
from specs.problem import Code, Place

Result = Callable[[str, str, Place], tuple[str, Value]]
"""(output, text, place) → key and value of one result cell; None leaves the output out."""


def table_rows(context: Context, file: File, scope: Scope, result: Result) -> tuple[Row, ...]:
    """The rows of the `table` of a file, in order."""
    table = file.spec.table
    infos = [scope.find(tuple(text.split("."))) for text in table.inputs]
    for number, info in enumerate(infos):
        if info is None:
            text, place = table.inputs[number], file.place("table", "inputs", number)
            guess = scope.suggest(text)
            cure = f"did you mean `{guess}`?" if guess else ""
            context.error(Code.UNKNOWN_FIELD, f"there is no `{text}` to look at", place, cure)
        else:
            context.reads(info, file.place("table", "inputs", number))
    found: list[Row] = []
    for name, cells in table.rows.items():
        path = ("table", "rows", name)
        if len(cells) != len(infos) + len(table.sets):
            continue  # told by the loader
        tests: list[tuple[Path, Predicate]] = []
        for number, info in enumerate(infos):
            if info is not None:
                test, problems = compile_cell(cells[number], info, file.place(*path, number))
                context.add(problems)
                tests.append((info.path, test))
        when = All(tuple(test for _, test in tests if test != TRUE))
        sets = _results(file, cells[len(infos) :], path, len(infos), result)
        found.append(Row(name, when, sets, file.key_place(*path), tuple(tests)))
    return tuple(found)


def table_otherwise(file: File, result: Result) -> Row | None:
    """The row for tickets that no other matches; None where the table has none that fits it."""
    table, path = file.spec.table, ("table", "otherwise")
    if table.otherwise is None or len(table.otherwise) != len(table.sets):
        return None
    sets = _results(file, table.otherwise, path, 0, result)
    return Row("otherwise", TRUE, sets, file.key_place(*path))


def _results(
    file: File, cells: tuple[str, ...], path: tuple[str, ...], first: int, result: Result
) -> Mapping[str, Value]:
    found = (
        result(output, text, file.place(*path, first + number))
        for number, (output, text) in enumerate(zip(file.spec.table.sets, cells, strict=True))
    )
    return {key: value for key, value in found if value is not None}
