"""Conditions about whoever looks, turned into conditions about the ticket alone."""

from __future__ import annotations

from engine.predicate import FALSE, All, AnyOf, Not, Op, Predicate, Test, Var

_MINE = Var("me")
_COLLEAGUES = Var("my.colleagues")
_WHOEVER = frozenset({"me", "my.teams", "my.colleagues"})
_NEGATIVE = frozenset({Op.IS_NOT, Op.NONE_OF})


def for_someone(pred: Predicate, *, requester: bool = True, wanted: bool = True) -> Predicate:
    """For which tickets there can be a person for whom the condition holds.

    Every team is taken to have members and every named person to be able to look. `requester`
    False leaves out those who see a ticket only because it is their own or a colleague's. `wanted`
    False asks for a person for whom it does not hold.
    """
    if isinstance(pred, Test):
        return _test(pred, requester, wanted)
    if isinstance(pred, Not):
        return for_someone(pred.item, requester=requester, wanted=not wanted)
    items = tuple(for_someone(item, requester=requester, wanted=wanted) for item in pred.items)
    return All(items) if isinstance(pred, All) is wanted else AnyOf(items)


def _test(test: Test, requester: bool, wanted: bool) -> Predicate:
    several = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    variables = [one for one in several if isinstance(one, Var) and one.name in _WHOEVER]
    if not variables:
        return test if wanted else Not(test)
    filled = Test(test.path, Op.IS_EMPTY, False)
    if (test.op in _NEGATIVE) is wanted:
        # Whoever is somebody else: there is always one.
        return All(())
    own = _MINE in variables or _COLLEAGUES in variables
    if own and test.path.name in ("requester", "customer") and not requester:
        return FALSE
    return filled
