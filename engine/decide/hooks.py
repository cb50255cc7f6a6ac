"""Which webhooks of a desk want to hear of a decision, and by what event of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.decide.verdict import Verdict
from engine.evaluate import holds
from engine.facts import Ask
from engine.model.channel import WebhookModel
from engine.model.desk import Desk
from engine.model.sla import Trigger


def hooked(
    desk: Desk, verdict: Verdict, ask: Ask, *, fresh: bool
) -> Iterator[tuple[WebhookModel, tuple[Trigger, ...]]]:
    """Each webhook with those of its triggers that fired.

    `fresh`: the ticket was opened just now, so that nothing about it has changed.
    """
    if not desk.webhooks:
        return
    kind = verdict.facts.text("type")
    before = {} if fresh else {step.name: step.before for step in verdict.steps}
    asked = replace(ask, before=before)
    for one in desk.webhooks.values():
        if kind not in one.types:
            continue
        fired = tuple(trigger for trigger in one.upon if _fired(trigger, verdict, fresh))
        if fired and holds(one.when, verdict.facts, asked):
            yield one, fired


def _fired(trigger: Trigger, verdict: Verdict, fresh: bool) -> bool:
    if trigger.event == "changed":
        changed = {step.name for step in verdict.steps if step.before != step.after}
        return not fresh and (trigger.arg in changed if trigger.arg else bool(changed))
    return trigger.named(verdict.events)
