"""A filter in an address and a condition in a spec have one meaning."""

from __future__ import annotations

import pytest

from engine.compile.asked import asked_condition
from engine.compile.desk import desk_from_files
from runtime.queries.filters import filters_of
from runtime.site.standing import SYSTEM
from tests.web.spruce import specs

LIVE = desk_from_files(specs())[0]


@pytest.mark.parametrize(
    ("address", "condition"),
    [
        (("created_at.after", "2026-03-01"), {"created_at": {"after": "2026-03-01"}}),
        (("created_at.before", "2026-03-01"), {"created_at": {"before": "2026-03-01"}}),
        (("created_at.between", "2026-03-01..2026-03-02"),
         {"created_at": {"between": ["2026-03-01", "2026-03-02"]}}),
        (("created_at.within_last", "2d"), {"created_at": {"within_last": "2d"}}),
        (("field.amount.at_least", "40.5"), {"amount": {"at_least": "40.5"}}),
        (("field.amount.is", "40"), {"amount": "40"}),
        (("field.reason.one_of", "late,damaged"), {"reason": ["late", "damaged"]}),
        (("field.reason.none_of", "late"), {"reason": {"none_of": ["late"]}}),
        (("subject.contains_any", "Lamp,CHAIR"), {"subject": {"contains_any": ["Lamp", "CHAIR"]}}),
        (("phase.is_not", "closed"), {"phase": {"is_not": "closed"}}),
        (("assignee.is", "me"), {"assignee": "$me"}),
        (("field.story.is_empty", "true"), {"story": {"is_empty": True}}),
    ],
)  # fmt: skip
def test_an_address_means_what_a_condition_means(
    address: tuple[str, str], condition: dict[str, object]
) -> None:
    """The same predicate, but for a list of one, and rights, which the system passes."""
    assert LIVE is not None
    (found,) = filters_of(LIVE, SYSTEM, dict([address]))
    wanted, wrong = asked_condition(LIVE, SYSTEM, condition)
    assert wrong == ()
    assert found.test == wanted
