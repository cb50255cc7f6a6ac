"""Reply tokens hold for one ticket and one person, under every key that is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runtime.channels.mail.token import holds, make_token, read_token, tagged, untagged
from runtime.store.crypto import Keys, fresh_keys

TICKET = "01976f5e-8f00-7abc-8def-0123456789ab"
OTHER = "01976f5e-8f00-7abc-8def-0123456789ac"
ANN, BEN = "01976f5e-8f00-7abc-8def-00000000000a", "01976f5e-8f00-7abc-8def-00000000000b"


def test_a_token_holds_for_its_person_ticket_and_tenant_alone() -> None:
    keys = fresh_keys()
    made = make_token(keys, "shop", TICKET, ANN)
    assert made.isalnum()
    assert made == made.lower()
    assert len(made) == 43
    found = read_token(f" {made.upper()} ")
    assert found is not None
    assert found.ticket_id == TICKET
    assert holds(keys, "shop", found, ANN)
    assert not holds(keys, "shop", found, BEN)
    assert not holds(keys, "larch", found, ANN)
    assert not holds(keys, "shop", replace(found, ticket_id=OTHER), ANN)
    assert not holds(fresh_keys(), "shop", found, ANN)


def test_a_token_of_an_older_key_still_holds() -> None:
    before = Keys("k1", {"k1": b"1" * 32})
    found = read_token(make_token(before, "shop", TICKET, ANN))
    assert found is not None
    assert holds(Keys("k2", {"k1": b"1" * 32, "k2": b"2" * 32}), "shop", found, ANN)
    assert not holds(Keys("k2", {"k2": b"2" * 32}), "shop", found, ANN)


@pytest.mark.parametrize("text", ["", "a", "x" * 43, "a" * 42, "a" * 44, "a" + "1" * 42, "ä" * 43])
def test_what_is_no_token_is_none(text: str) -> None:
    assert read_token(text) is None


def test_every_changed_letter_makes_a_token_that_does_not_hold() -> None:
    keys = fresh_keys()
    made = make_token(keys, "shop", TICKET, ANN)
    for place in range(1, 43):
        other = "b" if made[place] != "b" else "c"
        found = read_token(made[:place] + other + made[place + 1 :])
        # The last letter has two bits to spare; what is read of it must still be the same token.
        assert found is None or found == read_token(made) or not holds(keys, "shop", found, ANN)


def test_an_address_takes_a_token_where_it_has_room() -> None:
    token = "a" * 43
    assert tagged("help@example.com", token) == f"help+{token}@example.com"
    assert tagged("l" * 21 + "@example.com", token) is None
    assert untagged(f"help+{token}@example.com") == ("help@example.com", token)
    assert untagged("help@example.com") == ("help@example.com", "")
    assert untagged("+x@example.com") == ("+x@example.com", "")
