"""Macros on the ticket's page: offered where they may be used, done by the button that is shown."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import one_database
from tests.web.spruce import Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
# What a page offers is the same over each database.
store_url = one_database


async def test_the_button_that_is_shown_does_what_it_says(spruce: Spruce) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    number = await ann.submit()
    url = f"/t/spruce/desk/tickets/{number}"
    page = await ben.open_page(url)
    action = re.search(r'action="([^"]*macro[^"]*)"', page.text)
    assert action, "no macro is offered"
    done = await ben.post(action[1], {})
    assert done.status_code == 303, done.text
    after = (await ben.open_page(url)).text
    assert "Seen" in after
    assert "used the macro" in after
    assert "used the macro" not in (await ann.open_page(f"/t/spruce/p/tickets/{number}")).text
