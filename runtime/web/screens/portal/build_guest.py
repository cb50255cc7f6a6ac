"""What a form asks of somebody who has not signed in: how they are reached."""

from __future__ import annotations

from typing import Any

from runtime.web.requests import Visit
from runtime.web.screens.build_form import Answers
from runtime.web.screens.form import FieldInput, Section

NAME, EMAIL = "_guest_name", "_guest_email"


def guest_section(visit: Visit, answers: Answers) -> Section:
    """Who a guest is: they have not signed in, so the form asks."""
    say = visit.say

    def field(name: str, kind: str, label: str, most: int, **more: Any) -> FieldInput:
        value, error = str(answers.values.get(name) or ""), answers.errors.get(name, "")
        return FieldInput(name, kind, label, value=value, error=error, maxlength=most, **more)

    help = say("We answer here. A link in the mail opens your ticket; you need no account.")
    email = field(EMAIL, "email", say("Your mail address"), 320, autocomplete="email", help=help)
    name = field(NAME, "text", say("Your name"), 100, autocomplete="name", required=False)
    return Section("guest", say("How we reach you"), (email, name))
