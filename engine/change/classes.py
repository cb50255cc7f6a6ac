"""Which class a change of each position has: one table, closed, over all keys of all kinds.

What decides no ticket and opens none is cosmetic: texts, order, what lists and charts show. A key
that stands in no line is `breaking`, and a test says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.change.change import Class
from specs.base import Spec
from specs.marks import Duration


@dataclass(frozen=True, slots=True)
class Rule:
    """The class by what is done: something new, something gone, another value, another order.

    `sort` says how the values are compared beside that: `low` and `high` are limits, `flag` makes
    it stricter when true, `allowed` is a list that allows everything when it is not there,
    `grant` is a right, compared as it was compiled.
    """

    add: Class
    remove: Class
    set: Class
    move: Class = "cosmetic"
    sort: str = ""


def _all(klass: Class, move: Class | None = None) -> Rule:
    return Rule(klass, klass, klass, move or klass)


COSMETIC: Final = _all("cosmetic")
BEHAVIOUR: Final = _all("behaviour")
BEHAVIOUR_SET: Final = _all("behaviour", "cosmetic")
RETIMED: Final = _all("retimed")
RETIMED_SET: Final = _all("retimed", "cosmetic")
CONVERT: Final = _all("convert", "cosmetic")
BREAKING: Final = _all("breaking")
GUARD: Final = _all("widens", "cosmetic")
THINGS: Final = Rule("additive", "breaking", "breaking")
WORDS_USED: Final = Rule("additive", "behaviour", "cosmetic")
SHOWN: Final = Rule("additive", "breaking", "cosmetic")
STRICTER: Final = Rule("tightening", "additive", "tightening")
RIGHT: Final = Rule("widens", "narrows", "widens")
LOW: Final = Rule("tightening", "additive", "tightening", sort="low")
HIGH: Final = Rule("tightening", "additive", "tightening", sort="high")
FLAG: Final = Rule("tightening", "additive", "tightening", sort="flag")
MASK: Final = Rule("narrows", "widens", "narrows", sort="flag")
ALLOWED: Final = Rule("additive", "tightening", "tightening", sort="allowed")
GRANT: Final = Rule("widens", "narrows", "widens", sort="grant")


def _keys(rule: Rule, *names: str) -> dict[str, Rule]:
    return dict.fromkeys(names, rule)


KINDS: Final[dict[str, Rule]] = {
    **_keys(THINGS, "TicketType", "FieldSet", "Team", "Source", "Import", "Tenant", "People"),
    **_keys(SHOWN, "View", "Report", "Dashboard", "Notification", "Macro", "Portal"),
    **_keys(Rule("additive", "narrows", "widens"), "Role"),
    **_keys(SHOWN, "Knowledge"),
    **_keys(BEHAVIOUR, "Routing", "Automation", "Schedule", "Channel"),
    # What leaves the house is asked about like a right.
    **_keys(Rule("widens", "behaviour", "behaviour"), "Webhook"),
    **_keys(RETIMED, "SlaPolicy", "Calendar"),
    # What a pack brings is compared where it stands in the tenant, spec by spec.
    **_keys(COSMETIC, "SpecTest", "HouseRules", "Pack"),
    **_keys(Rule("additive", "breaking", "breaking"), "Moves"),
}
"""A whole spec that comes or goes."""

SLOTS: Final[dict[str, Rule]] = {
    # -- the tenant, and who there is
    **_keys(COSMETIC, "Tenant.kind", "Tenant.title", "Tenant.priorities", "Mark.*"),
    **_keys(BREAKING, "Tenant.language", "Tenant.id"),
    "Tenant.locales": Rule("additive", "breaking", "breaking", "breaking"),
    **_keys(RETIMED, "Tenant.time_zone", "Tenant.calendar"),
    "Tenant.currency": CONVERT,
    "Tenant.skills": WORDS_USED,
    **_keys(THINGS, "Tenant.tags", "Tenant.flags"),
    **_keys(GUARD, "Tenant.publishing", "Publishing.*"),
    "People.kind": COSMETIC,
    **_keys(THINGS, "People.customer", "People.requester", "People.staff", "PersonGroup.fields"),
    "PersonGroup.identity": BEHAVIOUR,
    # -- fields
    "FieldSpec.type": CONVERT,
    **_keys(COSMETIC, "FieldSpec.label", "FieldSpec.help", "FieldSpec.placeholder"),
    "FieldSpec.required": FLAG,
    "FieldSpec.required_when": STRICTER,
    **_keys(BEHAVIOUR, "FieldSpec.show_when", "FieldSpec.default", "FieldSpec.filled_by"),
    "FieldSpec.formula": BEHAVIOUR,
    "FieldSpec.sensitive": MASK,
    **_keys(COSMETIC, "FieldSpec.indexed", "FieldSpec.place", "FieldPlace.*"),
    **_keys(LOW, "*Field.min", "*Field.min_length", "*Field.min_count"),
    **_keys(HIGH, "*Field.max", "*Field.max_length", "*Field.max_count", "*Field.max_size"),
    "*Field.pattern": STRICTER,
    "*Field.pattern_says": COSMETIC,
    **_keys(CONVERT, "*Field.unit", "*Field.places", "*Field.currency", "*Field.source"),
    **_keys(THINGS, "*Field.options", "TreeOption.children", "*Field.fields"),
    **_keys(STRICTER, "PersonField.role", "PersonField.team", "TeamField.under"),
    **_keys(ALLOWED, "TicketField.types", "*Field.accept"),
    "RatingField.scale": HIGH,
    **_keys(COSMETIC, "Option.*", "TreeOption.title"),
    # -- the portal and roles: rights are compared as they were compiled
    **_keys(COSMETIC, "Portal.kind", "Portal.title", "Portal.welcome", "Portal.contact"),
    **_keys(COSMETIC, "Portal.accent", "Offer.title", "Offer.help"),
    **_keys(GRANT, "Portal.types", "Offer.do", "Offer.edit", "Offer.fields"),
    # Who comes in without a password, and where the portal may stand, is asked about like a right.
    **_keys(RIGHT, "Portal.guests", "Offer.guests", "Portal.sign_in_by_code", "Portal.embed"),
    "Offer.see": RIGHT,
    "Embed.allow": RIGHT,
    # -- the knowledge base: who reads what is a right
    **_keys(COSMETIC, "Knowledge.kind", "Knowledge.title", "Category.title", "Category.help"),
    **_keys(COSMETIC, "Category.icon", "Knowledge.synonyms", "Knowledge.feedback"),
    "Knowledge.categories": SHOWN,
    **_keys(_all("widens", "cosmetic"), "Category.parent", "Category.audience", "Audience.*"),
    **_keys(GUARD, "Knowledge.review"),
    "TicketType.knowledge": COSMETIC,
    **_keys(COSMETIC, "Role.kind", "Role.title"),
    **_keys(RIGHT, "Role.inherits", "Role.reports", "Role.functions"),
    **_keys(GRANT, "Role.types", "Role.any_type", "Grant.*"),
    # -- ticket types
    **_keys(COSMETIC, "TicketType.kind", "TicketType.title", "TicketType.icon", "TicketType.help"),
    **_keys(BEHAVIOUR, "TicketType.prefix", "TicketType.default_team", "TicketType.notify"),
    **_keys(BEHAVIOUR, "TicketType.default_priority", "TicketType.reopen_within"),
    **_keys(BEHAVIOUR, "TicketType.survey", "Survey.ask_after", "Survey.scale", "Survey.low"),
    **_keys(BEHAVIOUR, "Survey.notify", "TicketType.subject", "SubjectLine.template"),
    "Survey.question": COSMETIC,
    **_keys(COSMETIC, "SubjectLine.label", "SubjectLine.help", "TicketType.description"),
    **_keys(COSMETIC, "DescriptionBox.label", "DescriptionBox.help"),
    "DescriptionBox.required": FLAG,
    **_keys(THINGS, "TicketType.include", "TicketType.fields", "FieldSet.fields"),
    **_keys(COSMETIC, "FieldSet.kind", "FieldSet.title", "TicketType.form", "Section.*"),
    **_keys(STRICTER, "TicketType.checks", "Check.must"),
    **_keys(COSMETIC, "Check.at", "Check.say"),
    "TicketType.workflow": BREAKING,
    "Workflow.start": BEHAVIOUR,
    "Workflow.states": THINGS,
    **_keys(COSMETIC, "State.title", "State.look", "State.guide"),
    **_keys(BEHAVIOUR, "State.phase", "State.team", "State.late", "StateWarning.do"),
    **_keys(RETIMED_SET, "State.limit", "State.calendar", "State.warn", "StateWarning.at"),
    "Workflow.transitions": Rule("additive", "behaviour", "behaviour"),
    **_keys(COSMETIC, "Transition.title", "Transition.danger", "Transition.icon"),
    "Transition.from": Rule("additive", "behaviour", "behaviour"),
    **_keys(BEHAVIOUR, "Transition.to", "Transition.when", "Transition.upon", "Transition.do"),
    "Transition.notify": BEHAVIOUR_SET,
    "Transition.by": RIGHT,
    "Transition.needs": STRICTER,
    "Transition.approval": Rule("behaviour", "widens", "behaviour"),
    **_keys(BEHAVIOUR_SET, "Approval.of", "Approval.mode", "Approval.refused_to", "Approval.late"),
    **_keys(BEHAVIOUR, "Approval.while_pending", "Mode.*"),
    **_keys(RETIMED, "Approval.within", "Approval.calendar"),
    # -- teams and sources
    **_keys(COSMETIC, "Team.kind", "Team.title", "Team.mail_name"),
    **_keys(BEHAVIOUR, "Team.parent", "Team.capacity", "Team.assignment", "Team.overflow"),
    **_keys(BEHAVIOUR, "Team.default", "Team.mail"),
    "Team.calendar": RETIMED,
    **_keys(COSMETIC, "Source.kind", "Source.title", "Source.shows", "Source.search"),
    **_keys(BEHAVIOUR, "Source.connector", "Source.file", "Source.key", "Output.column"),
    **_keys(BEHAVIOUR, "Source.url", "Source.auth", "Source.headers", "Source.lookup"),
    **_keys(BEHAVIOUR, "Source.find", "Source.calls", "Source.timeout_ms", "Source.cache"),
    **_keys(BEHAVIOUR, "Source.away", "Output.at", "HeldText.*", "BasicAuth.*"),
    **_keys(BEHAVIOUR, "ClientCredentials.*", "SourceAuth.*", "RecordLookup.*", "RecordSearch.*"),
    **_keys(BEHAVIOUR, "SourceCall.method", "SourceCall.path", "SourceCall.body"),
    # Fixtures stand in for the system in tests alone.
    **_keys(COSMETIC, "Source.fixtures", "SourceCall.title"),
    "Source.own": Rule("narrows", "widens", "widens"),
    **_keys(THINGS, "Source.outputs", "Output.options"),
    **_keys(CONVERT, "Output.type", "Output.places", "Output.currency"),
    "Output.label": COSMETIC,
    "Output.sensitive": MASK,
    # -- what decides
    "Routing.kind": COSMETIC,
    **_keys(BEHAVIOUR, "Routing.applies_to", "Routing.table", "Routing.hit", "Routing.rules"),
    **_keys(BEHAVIOUR, "Routing.otherwise", "RoutingTable.*", "Rule.*", "Outcome.*"),
    **_keys(COSMETIC, "SlaPolicy.kind", "SlaPolicy.title", "SlaPolicy.reason_required"),
    "SlaPolicy.breach_reasons": WORDS_USED,
    **_keys(COSMETIC, "SlaPolicy.when_changed", "Clock.title"),
    **_keys(RETIMED, "SlaPolicy.applies_to", "SlaPolicy.calendar", "SlaPolicy.table"),
    **_keys(RETIMED, "Clock.starts", "Clock.stops", "Clock.pauses", "Clock.resets", "SlaTable.*"),
    "SlaPolicy.clocks": RETIMED_SET,
    **_keys(BEHAVIOUR_SET, "SlaPolicy.warn", "SlaPolicy.breach", "EarlyWarning.*"),
    **_keys(COSMETIC, "Calendar.kind", "Calendar.title"),
    **_keys(RETIMED_SET, "Calendar.time_zone", "Calendar.hours", "Calendar.holidays"),
    **_keys(RETIMED_SET, "Calendar.workdays", "Calendar.ical", "Holidays.*"),
    **_keys(COSMETIC, "Automation.kind", "Automation.title"),
    **_keys(BEHAVIOUR, "Automation.applies_to", "Automation.starts", "Automation.when"),
    **_keys(BEHAVIOUR, "Automation.do", "Starts.*", "Burst.*", "EventPattern.*", "PatternEvent.*"),
    **_keys(BEHAVIOUR, "Recurrence.*", "Schedule.every", "Schedule.calendar", "Schedule.on_closed"),
    **_keys(COSMETIC, "Schedule.kind", "Schedule.title"),
    **_keys(BEHAVIOUR, "Schedule.for_each", "Schedule.meter", "Schedule.requester"),
    **_keys(BEHAVIOUR, "Schedule.create", "ForEach.*", "Meter.*", "Made.*"),
    # -- what people do and are told
    **_keys(COSMETIC, "Macro.kind", "Macro.title", "Macro.help", "Macro.icon"),
    **_keys(BEHAVIOUR, "Macro.applies_to", "Macro.when", "Macro.do"),
    "Macro.for": RIGHT,
    **_keys(COSMETIC, "Notification.kind", "Notification.title", "Notification.subject"),
    "Notification.body": COSMETIC,
    **_keys(BEHAVIOUR_SET, "Notification.channels", "Notification.to"),
    **_keys(BEHAVIOUR, "Notification.urgent", "Notification.repeat_after"),
    # -- what comes in from other systems, and what they are told
    **_keys(COSMETIC, "Channel.kind", "Channel.title", "Channel.auto_reply"),
    **_keys(BEHAVIOUR, "Channel.receive", "Channel.addresses", "Channel.mailbox", "Channel.type"),
    **_keys(BEHAVIOUR, "Channel.secret", "Channel.old_secret", "Channel.rules", "Channel.team"),
    **_keys(BEHAVIOUR, "Channel.subject", "Channel.description", "Channel.transcript"),
    **_keys(BEHAVIOUR, "Channel.requester", "Channel.agent", "Channel.external_key"),
    **_keys(BEHAVIOUR, "Channel.comment", "Channel.fields", "Channel.incomplete", "Channel.copies"),
    **_keys(BEHAVIOUR, "Channel.requesters", "Channel.priority", "Channel.tags"),
    **_keys(BEHAVIOUR, "Mailbox.*", "Taken.*", "Caller.*", "Sorting.*"),
    **_keys(BEHAVIOUR, "SettingName.*", "SecretName.*"),
    **_keys(COSMETIC, "Webhook.kind", "Webhook.title"),
    **_keys(BEHAVIOUR, "Webhook.applies_to", "Webhook.upon", "Webhook.when", "Webhook.url"),
    **_keys(BEHAVIOUR, "Webhook.secret", "Webhook.old_secret"),
    "Webhook.send": Rule("widens", "narrows", "widens"),
    # -- what is shown: the viewer's own rights hold in every list and figure
    **_keys(COSMETIC, "View.*", "Report.kind", "Report.title", "Report.types", "Report.filter"),
    **_keys(COSMETIC, "Report.period", "Report.chart", "Report.drill", "Period.*", "Dimension.*"),
    **_keys(COSMETIC, "Measure.*", "Between.*", "Dashboard.kind", "Dashboard.title", "Tile.*"),
    **_keys(SHOWN, "Report.by", "Report.measures", "Dashboard.tiles"),
    "Dashboard.for": RIGHT,
    **_keys(COSMETIC, "Import.kind", "Import.title"),
    **_keys(BEHAVIOUR_SET, "Import.type", "Import.rows", "Import.key", "Import.at", "Import.by"),
    **_keys(BEHAVIOUR_SET, "Import.created", "Import.set", "Import.time", "Import.empty"),
    **_keys(BEHAVIOUR_SET, "Import.columns", "Import.ignore", "TimeForm.*", "Column.*"),
    # -- what says something of specs, not of tickets
    **_keys(COSMETIC, "SpecTest.*", "Participant.*", "Case.*", "TrialStep.*", "Matrix.*"),
    **_keys(COSMETIC, "Promise.*", "Never.*", "Routed.*", "Always.*"),
    **_keys(COSMETIC, "HouseRules.*", "HouseRule.*", "Moves.kind"),
    **_keys(COSMETIC, "Tenant.packs", "PackUse.*", "Pack.*", "Input.*", "InputOption.*"),
    **_keys(COSMETIC, "Extending.extends", "Extending.remove"),
    # What was published once is never changed.
    **_keys(Rule("additive", "breaking", "breaking", "breaking"), "Moves.steps", "Move.*"),
}  # fmt: skip
"""Class of the language and key → its rule. `*` for all keys, `*Field` for every field type."""


def rule_of(owner: type[Spec], key: str) -> Rule | None:
    """The rule of one key; None where the table forgets it, which counts as `breaking`."""
    names = [one.__name__ for one in owner.__mro__ if issubclass(one, Spec) and one is not Spec]
    for name in names:
        found = SLOTS.get(f"{name}.{key}") or SLOTS.get(f"{name}.*")
        if found is not None:
            return found
    return SLOTS.get(f"*Field.{key}") if "FieldSpec" in names else None


def class_of_set(rule: Rule, before: Any, after: Any) -> Class:
    """The class of another value where a value stood."""
    if rule.sort == "flag":
        return rule.add if after else rule.remove
    if rule.sort not in ("low", "high"):
        return rule.set
    was, becomes = _number(before), _number(after)
    if was is None or becomes is None:
        return rule.set
    stricter = becomes > was if rule.sort == "low" else becomes < was
    return rule.set if stricter else "additive"


_SIZES: Final = {"KB": 10**3, "MB": 10**6, "GB": 10**9}


def _number(value: Any) -> Decimal | None:
    """A limit as a number: an amount, a size in bytes, a span in minutes, a day in its order.

    None for `today` and `now`: whether they are stricter depends on when one looks.
    """
    if isinstance(value, Duration):
        return Decimal(value.wall_minutes)
    text = str(value)
    if text[-2:] in _SIZES:
        return Decimal(text[:-2].strip()) * _SIZES[text[-2:]]
    digits = text.replace("-", "") if text.count("-") > 1 else text
    return Decimal(digits) if re.fullmatch(r"-?[0-9]+([.][0-9]+)?", digits) else None
