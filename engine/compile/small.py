"""The small kinds: tenant, teams and notifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.compile.context import Context, hue_of
from engine.compile.own_notices import own_notifications
from engine.compile.templates import check_template
from engine.model.desk import NotificationModel, TeamModel, TenantModel
from engine.model.field import Option
from engine.model.text import NO_WORDS, Words
from engine.model.ticket_type import TypeModel

PRIORITIES: Mapping[str, Words] = {
    "urgent": Words({"zh-CN": "紧急", "en": "Urgent"}),
    "high": Words({"zh-CN": "高", "en": "High"}),
    "normal": Words({"zh-CN": "普通", "en": "Normal"}),
    "low": Words({"zh-CN": "低", "en": "Low"}),
}


def compile_tenant(context: Context) -> TenantModel:
    """The tenant with its marks; called only when tenant.yaml was read."""
    file = context.only("Tenant")
    assert file is not None
    spec = file.spec
    titles = {word: context.words(text) for word, text in (spec.priorities or {}).items()}
    return TenantModel(
        id=spec.id,
        title=context.words(spec.title, spec.id),
        locales=tuple(spec.locales),
        zone=spec.time_zone,
        currency=context.currency,
        calendar=spec.calendar or "",
        skills={name: context.words(text, name) for name, text in (spec.skills or {}).items()},
        tags=_marks(context, spec.tags),
        flags=_marks(context, spec.flags),
        priorities={**PRIORITIES, **titles},
    )


def _marks(context: Context, marks: Mapping[str, Any] | None) -> dict[str, Option]:
    return {
        name: Option(name, name, context.words(mark.title, name), hue=mark.hue or hue_of(name))
        for name, mark in (marks or {}).items()
    }


def compile_teams(context: Context) -> dict[str, TeamModel]:
    """Teams by key."""
    found = {}
    for name, file in context.files("Team").items():
        spec = file.spec
        key = context.key("team", name)
        found[key] = TeamModel(
            id=name,
            key=key,
            title=context.words(spec.title, name),
            place=file.place(),
            parent=context.key("team", spec.parent) if spec.parent else "",
            calendar=spec.calendar or "",
            capacity=spec.capacity,
            assignment=spec.assignment,
            overflow=context.key("team", spec.overflow) if spec.overflow else "",
            default=spec.default,
            hue=hue_of(key),
            mail=spec.mail or "",
            mail_name=context.words(spec.mail_name) if spec.mail_name else NO_WORDS,
        )
    return found


def compile_notifications(
    context: Context, types: Mapping[str, TypeModel]
) -> dict[str, NotificationModel]:
    """Notifications; a template that names what it does not have is refused (E313)."""
    fields = {model.id for type_model in types.values() for model in type_model.fields.values()}
    tenant = context.only("Tenant")
    assert tenant is not None
    found = own_notifications(tenant.place())
    for name, file in context.files("Notification").items():
        spec = file.spec
        for part in ("subject", "body"):
            for locale, text in context.words(getattr(spec, part)).by_locale.items():
                written = isinstance(getattr(spec, part), Mapping)
                place = file.place(part, locale) if written else file.place(part)
                context.add(check_template(text, fields, place))
        found[name] = NotificationModel(
            id=name,
            channels=("in_app", "mail") if spec.urgent else tuple(spec.channels),
            to=context.who(spec.to),
            subject=context.words(spec.subject),
            body=context.words(spec.body),
            place=file.place(),
            title=context.words(spec.title) if spec.title else NO_WORDS,
            urgent=spec.urgent,
            repeat_us=spec.repeat_after.wall_minutes * 60_000_000,
        )
    return found
