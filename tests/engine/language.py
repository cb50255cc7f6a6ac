"""A small tenant's scope for the tests of the condition language: refunds of an online shop."""

from __future__ import annotations

from engine.compile.scope import Scope
from engine.facts import Ask, Value, Viewer
from engine.model.field import FieldModel, Option
from engine.model.text import Words
from specs.problem import Place

PLACE = Place("types/refund.yaml", 12, 5, 12, 20)
NOW_US = 1_772_413_200_000_000
"""2026-03-02 09:00 in Shanghai."""
ANN = Ask(NOW_US, Viewer("ann", "Ann", teams=frozenset({"after_sales"})), "2026-03-02")


def options(*ids: str, parents: dict[str, str] | None = None) -> dict[str, Option]:
    """Options whose keys are their ids with a `k_`, so that a mix-up is seen."""
    above = parents or {}
    return {
        f"k_{id_}": Option(
            id_,
            f"k_{id_}",
            Words({"en": id_.replace("_", " ")}),
            f"k_{above[id_]}" if id_ in above else "",
        )
        for id_ in ids
    }


def a_field(
    id_: str,
    type_: str,
    *,
    label: Words | None = None,
    scale: int = 0,
    known: dict[str, Option] | None = None,
    source: str = "",
    columns: dict[str, FieldModel] | None = None,
    sensitive: bool = False,
    default: Value = None,
) -> FieldModel:
    """A field whose key is its id."""
    return FieldModel(
        id_,
        id_,
        type_,
        label or Words({}, id_),
        PLACE,
        scale=scale,
        options=known or {},
        source=source,
        columns=columns or {},
        sensitive=sensitive,
        default=default,
        currency="CNY" if type_ == "money" else "",
    )


REASON = a_field("reason", "choice", known=options("damaged", "wrong_item", "late", "regret"))
AMOUNT = a_field("amount", "money", scale=2, label=Words({"zh-CN": "金额", "en": "amount"}))
FIELDS = {
    item.key: item
    for item in (
        REASON,
        AMOUNT,
        a_field("weight", "decimal", scale=3),
        a_field("pieces", "integer"),
        a_field("product", "text"),
        a_field("story", "long_text"),
        a_field("signed_on", "date"),
        a_field("called_at", "datetime"),
        a_field("spent", "duration"),
        a_field("urgent_case", "boolean"),
        a_field("kinds", "multi_choice", known=options("glass", "steel", "wood")),
        a_field(
            "area",
            "tree",
            known=options(
                "home", "kitchen", "oven", "garden", parents={"kitchen": "home", "oven": "kitchen"}
            ),
        ),
        a_field("photo", "files"),
        a_field("iban", "text", sensitive=True),
        a_field("order_no", "reference", source="orders"),
        a_field(
            "parts",
            "lines",
            columns={
                "count": a_field("count", "integer"),
                "price": a_field("price", "money", scale=2),
                "name": a_field("name", "text"),
            },
        ),
    )
}
LEVEL = a_field("level", "choice", known=options("normal", "vip"), default="k_normal")
OUTPUTS = {
    "paid": a_field("paid", "money", scale=2),
    "product_name": a_field("product_name", "text"),
    "signed_on": a_field("signed_on", "date"),
}
SCOPE = Scope.of_types(
    [FIELDS],
    people={"customer": {"level": LEVEL, "city": a_field("city", "text")}},
    sources={"orders": OUTPUTS},
    states=[{"submitted": "k_submitted", "finance": "k_finance"}],
    teams={"after_sales": "k_after_sales", "finance": "k_finance"},
    type_ids={"refund": "k_refund"},
    clocks={"solved": "k_solved"},
    tags={"fragile": "fragile", "vip_care": "vip_care"},
    flags={"high_risk": "high_risk"},
    owners=["refund"],
    zone="Asia/Shanghai",
)
