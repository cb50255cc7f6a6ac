"""The list that a form came from, read again from its address."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from engine.model.lists import ViewModel
from runtime.queries.filters import MEASURE, filters_of
from runtime.queries.list_tickets import Wanted
from runtime.web.asked import Address, asked_in, narrowed
from runtime.web.lists import view_of
from runtime.web.requests import NotHere, Visit


async def list_at(found: Visit, address: str) -> tuple[ViewModel, Wanted]:
    """The view and what is wanted of it, all pages of it.

    Raises:
        NotHere: it is no list of this person.
    """
    place = urlsplit(address)
    before = f"{found.links.desk('views')}/"
    if not place.path.startswith(before):
        raise NotHere
    view, _ = view_of(found, unquote(place.path.removeprefix(before)))
    asked = asked_in(found, Address.of(place.query))
    filters = filters_of(found.desk.desk, found.viewer, asked.filters or {})
    if {*(asked.filters or {})} - {each.name for each in filters} - {MEASURE}:
        raise NotHere  # a filter that nobody understands would let the act reach more
    return view, await narrowed(found, view, asked, filters)
