"""Signatures of Standard Webhooks: ours are theirs, and nothing else passes."""

from __future__ import annotations

import pytest

from runtime.channels.webhook.schedule import ATTEMPTS, LONGEST_S, WAITS_S, Meaning, meaning, next_s
from runtime.channels.webhook.signature import (
    WINDOW_S,
    BadSecret,
    Signed,
    check,
    fresh_secret,
    key_of,
    signed,
)

# The example of the specification's own libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}'
MARK = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
KEY, OTHER = key_of(SECRET), key_of(fresh_secret())


def test_we_sign_as_the_specification_says() -> None:
    assert signed(ID, AT, BODY, [KEY]) == {
        "webhook-id": ID,
        "webhook-timestamp": str(AT),
        "webhook-signature": MARK,
    }


@pytest.mark.parametrize("keys", [[KEY], [OTHER, KEY], [KEY, OTHER]])
def test_any_of_the_secrets_will_do(keys: list[bytes]) -> None:
    headers = signed(ID, AT, BODY, [OTHER, KEY])
    assert check(headers, BODY, keys, AT) == Signed(ID, AT)
    assert check(signed(ID, AT, BODY, [KEY]), BODY, keys, AT) == Signed(ID, AT)


def test_other_schemes_beside_ours_are_passed_over() -> None:
    headers = signed(ID, AT, BODY, [KEY])
    headers["webhook-signature"] = "v1a,abc v2,x " + headers["webhook-signature"]
    assert check(headers, BODY, [KEY], AT) == Signed(ID, AT)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"webhook-id": ""}, "unsigned"),
        ({"webhook-id": "x" * 201}, "unsigned"),
        ({"webhook-id": "a\nb"}, "unsigned"),
        ({"webhook-timestamp": ""}, "unsigned"),
        ({"webhook-timestamp": "1614265330.5"}, "unsigned"),
        ({"webhook-timestamp": "9" * 40}, "unsigned"),
        ({"webhook-signature": ""}, "unsigned"),
        ({"webhook-signature": "v1"}, "wrong_signature"),
        ({"webhook-signature": "v1,"}, "wrong_signature"),
        ({"webhook-signature": "v1,é"}, "wrong_signature"),
        ({"webhook-signature": MARK.removeprefix("v1,")}, "wrong_signature"),
        ({"webhook-signature": "v1,x " * 10 + MARK}, "wrong_signature"),
        ({"webhook-id": "msg_other"}, "wrong_signature"),
        ({"webhook-timestamp": str(AT + 1)}, "wrong_signature"),
    ],
)
def test_what_is_changed_does_not_pass(change: dict[str, str], fault: str) -> None:
    headers = {**signed(ID, AT, BODY, [KEY]), **change}
    assert check(headers, BODY, [KEY], AT) == fault


def test_another_body_or_secret_does_not_pass() -> None:
    headers = signed(ID, AT, BODY, [KEY])
    assert check(headers, BODY + b" ", [KEY], AT) == "wrong_signature"
    assert check(headers, BODY, [OTHER], AT) == "wrong_signature"
    assert check(headers, BODY, [], AT) == "wrong_signature"


@pytest.mark.parametrize("way", [1, -1])
def test_five_minutes_either_way(way: int) -> None:
    headers = signed(ID, AT, BODY, [KEY])
    assert check(headers, BODY, [KEY], AT + way * WINDOW_S) == Signed(ID, AT)
    assert check(headers, BODY, [KEY], AT + way * (WINDOW_S + 1)) == "late"


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%", SECRET[6:], "x"])
def test_what_is_no_secret(text: str) -> None:
    with pytest.raises(BadSecret) as wrong:
        key_of(text)
    assert text[6:] == "" or text[6:] not in str(wrong.value)


def test_waits_grow_to_a_day_and_end() -> None:
    waits = [next_s("k", number) for number in range(1, ATTEMPTS)]
    for wait, base in zip(waits, WAITS_S, strict=True):
        assert wait is not None
        assert base <= wait <= base * 1.2
    assert next_s("k", ATTEMPTS) is None
    assert {next_s(str(n), 1) for n in range(50)} != {60}


@pytest.mark.parametrize(
    ("status", "said", "means"),
    [
        (200, "", Meaning("done")),
        (204, "5", Meaning("done")),
        (410, "", Meaning("gone")),
        (404, "", Meaning("again")),
        (400, "", Meaning("again")),
        (429, "120", Meaning("again", 120)),
        (503, "Thu, 25 Feb 2021 15:12:10 GMT", Meaning("again", 600)),
        (503, "Thu, 25 Feb 2021 15:12:10 -0000", Meaning("again", 600)),
        (503, "Thu, 25 Feb 2020 15:12:10 GMT", Meaning("again", 0)),
        (503, "99999999999", Meaning("again", LONGEST_S)),
        (503, "soon", Meaning("again")),
        (500, "-5", Meaning("again")),
    ],
)
def test_what_an_answer_means(status: int, said: str, means: Meaning) -> None:
    assert meaning(status, said, AT) == means


def test_the_receiver_makes_it_longer_never_shorter() -> None:
    assert next_s("k", 1, 7200) == 7200
    assert next_s("k", 4, 10) == next_s("k", 4)
