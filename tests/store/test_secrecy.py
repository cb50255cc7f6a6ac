"""What is sealed is not in the raw store; seals are bound to tenant and place; the key file."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from runtime.settings import read_settings
from runtime.store import journal, tenant_settings, tickets
from runtime.store.crypto import Keys, SealError, fresh_keys, is_sealed, load_keys
from runtime.store.journal import Head, NewEvent
from runtime.store.open import Store
from tests.store.conftest import SHOP, Cast
from tests.store.making import a_ticket

IBAN = "DE89370400440532013000"


async def test_sensitive_values_are_not_in_the_raw_store(store: Store, cast: Cast) -> None:
    async with store.unit(SHOP, write=True) as unit:
        about = "refund.iban"
        row = a_ticket(
            unit, "RF-1", values={"iban": unit.sealer.seal(IBAN, about), "open": "canary-in-clear"}
        )
        said = NewEvent("edited", {"iban": [None, IBAN]}, "person", cast.ann, sealed=True)
        await journal.append(unit, row.id, Head(), [said])
        await tickets.create(unit, row)
        await tenant_settings.put_setting(unit, "live", "orders_token", IBAN, secret=True)
    async with store.unit(SHOP) as unit:
        found = await tickets.read(unit, row.id)
        assert found is not None
        assert unit.sealer.open(found.values["iban"], about) == IBAN
        (event,) = await journal.read(unit, row.id)
        assert event.body == {"iban": [None, IBAN]}
        assert await journal.verify(unit, row.id) == []
        assert await tenant_settings.read_setting(unit, "live", "orders_token") == IBAN
        assert await tenant_settings.read_setting(unit, "live", "nothing") is None
        names = await tenant_settings.setting_names(unit)
        assert [(one.name, one.secret) for one in names] == [("orders_token", True)]
    raw = await _all_bytes(store)
    assert b"canary-in-clear" in raw
    assert IBAN.encode() not in raw
    assert IBAN.encode().hex().encode() not in raw


async def _all_bytes(store: Store) -> bytes:
    if store.dialect == "sqlite":
        base = Path(store.url.database or "")
        return b"".join(path.read_bytes() for path in base.parent.glob(base.name + "*"))
    found = []
    async with store.owner() as owner:
        names = await owner.run(
            text(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'public'::regnamespace"
            )
        )
        for (name,) in names.all():
            rows = await owner.run(text(f'SELECT t::text FROM "{name}" t'))
            found += [row[0] for row in rows]
    return "\n".join(found).encode()


def test_a_seal_opens_only_where_it_was_made() -> None:
    keys = fresh_keys()
    sealer = keys.sealer("ecommerce")
    sealed = sealer.seal({"a": [1, "中"]}, "refund.iban")
    assert is_sealed(sealed)
    assert not is_sealed({"a": 1})
    assert sealer.open(sealed, "refund.iban") == {"a": [1, "中"]}
    with pytest.raises(SealError):
        sealer.open(sealed, "refund.other")
    with pytest.raises(SealError):
        keys.sealer("education").open(sealed, "refund.iban")
    with pytest.raises(SealError, match="no key"):
        Keys("k2", {"k2": bytes(32)}).sealer("ecommerce").open(sealed, "refund.iban")
    assert sealer.seal(1, "x") != sealer.seal(1, "x"), "a nonce is never used twice"


def test_the_key_file_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "keys.json"
    first = load_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    sealed = first.sealer("t").seal("x", "a")
    assert load_keys(path).sealer("t").open(sealed, "a") == "x"
    assert [one.name for one in path.parent.iterdir()] == ["keys.json"]


def test_a_key_can_be_replaced_while_the_old_one_still_opens(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    sealed = load_keys(path).sealer("t").seal("x", "a")
    held = json.loads(path.read_text())
    held["keys"]["k2"] = held["keys"]["k1"]
    held["active"] = "k2"
    path.write_text(json.dumps(held))
    renewed = load_keys(path).sealer("t")
    assert renewed.open(sealed, "a") == "x"
    assert renewed.seal("x", "a")["$sealed"].startswith("k2.")


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", '{"active": "k1", "keys": {}}', '{"active": "k1", "keys": {"k1": "AAAA"}}'],
)
def test_a_broken_key_file_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(SealError, match=r"keys\.json"):
        load_keys(path)
    assert path.read_text() == content


def test_keys_and_passwords_show_in_no_repr(tmp_path: Path) -> None:
    keys = load_keys(tmp_path / "keys.json")
    said = repr(keys) + repr(keys.sealer("spruce"))
    stored = json.loads((tmp_path / "keys.json").read_text("utf-8"))["keys"]
    assert stored
    for key in stored.values():
        assert key not in said
        assert repr(base64.b64decode(key))[2:-1] not in said
    settings = read_settings(
        {
            "SPECDESK_SMTP_URL": "smtp://desk:hunter2@mail.example.com",
            "SPECDESK_STORE": "postgresql://desk:hunter3@db.example.com/desk",
        }
    )
    assert "hunter" not in repr(settings)
