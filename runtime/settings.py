"""What the operator says to this process through `SPECDESK_*` variables, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from runtime.reach import NOTHING, Allowed, NotAllowed, read_allowed

DATA_DIR = Path(".specdesk-data")
LOCAL = ("127.0.0.1/32", "::1/128")
_YES = frozenset({"1", "true", "yes", "on"})
_LEVELS = ("debug", "info", "warning", "error")
_NO = frozenset({"", "0", "false", "no", "off"})


class SettingError(ValueError):
    """A variable holds what it may not; the text names the variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The operator's settings; every one has a default that works on a fresh machine."""

    store: str = field(repr=False)
    files: Path
    hosts: tuple[str, ...]
    key_file: Path
    # The address holds a password.
    smtp_url: str | None = field(repr=False)
    listen: tuple[str, int]
    workers: int
    log: str
    demo: bool
    # Where the built-in receiver of mail listens: scheme, host, port; with a certificate STARTTLS.
    mail_listen: tuple[str, str, int] | None = None
    mail_certificate: Path | None = None
    mail_key: Path | None = None
    # Who may read the figures at /metrics besides this very machine.
    metrics_token: str | None = field(default=None, repr=False)
    # Places outside the open internet that calls may reach all the same.
    allow_private: Allowed = NOTHING
    # Folders whose SQLite files sources may read.
    sql_files: tuple[Path, ...] = ()
    # Proxies whose word on who calls is taken: addresses and networks.
    trusted_proxies: tuple[str, ...] = LOCAL
    # Calls of the REST API a minute; 0 sets no limit.
    api_rate: int = 1200
    api_rate_address: int = 3000


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings from `environ`.

    Raises:
        SettingError: a value can't be read.
    """
    given = {
        name.removeprefix("SPECDESK_"): text.strip()
        for name, text in environ.items()
        if name.startswith("SPECDESK_")
    }
    return Settings(
        store=given.get("STORE") or f"sqlite:///{DATA_DIR / 'specdesk.sqlite'}",
        files=Path(given.get("FILES") or DATA_DIR / "files"),
        hosts=tuple(host.lower() for host in _several(given.get("HOSTS", ""))),
        key_file=Path(given.get("KEY_FILE") or DATA_DIR / "keys.json"),
        smtp_url=_smtp(given.get("SMTP_URL", "")),
        listen=_listen(given.get("LISTEN") or "127.0.0.1:8000"),
        workers=_count("WORKERS", given.get("WORKERS") or "1"),
        log=_level(given.get("LOG") or "info"),
        demo=_flag("DEMO", given.get("DEMO", "")),
        mail_listen=_mail_listen(given.get("MAIL_LISTEN", "")),
        mail_certificate=_path(given.get("MAIL_CERTIFICATE", "")),
        mail_key=_path(given.get("MAIL_KEY", "")),
        metrics_token=given.get("METRICS_TOKEN") or None,
        allow_private=_allowed(given.get("ALLOW_PRIVATE", "")),
        sql_files=tuple(Path(one) for one in _several(given.get("SQL_FILES", ""))),
        trusted_proxies=_networks(given.get("TRUSTED_PROXIES", "")) or LOCAL,
        api_rate=_count("API_RATE", given.get("API_RATE") or "1200"),
        api_rate_address=_count("API_RATE_ADDRESS", given.get("API_RATE_ADDRESS") or "3000"),
    )


def _several(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _networks(text: str) -> tuple[str, ...]:
    found = []
    for one in _several(text):
        try:
            found.append(str(ip_network(one)))
        except ValueError:
            said = f"want addresses or networks such as 10.0.0.0/8, got {one!r}"
            raise SettingError(f"SPECDESK_TRUSTED_PROXIES: {said}") from None
    return tuple(found)


def _allowed(text: str) -> Allowed:
    try:
        return read_allowed(_several(text))
    except NotAllowed as wrong:
        raise SettingError(f"SPECDESK_ALLOW_PRIVATE: {wrong}") from None


def _smtp(text: str) -> str | None:
    if text and urlsplit(text).scheme not in ("smtp", "smtps", "file"):
        raise SettingError("SPECDESK_SMTP_URL: want smtp://…, smtps://… or file:///folder")
    return text or None


def _listen(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise SettingError(f"SPECDESK_LISTEN: want host:port, got {text!r}")
    return (host.strip("[]") or "127.0.0.1", int(port))


def _mail_listen(text: str) -> tuple[str, str, int] | None:
    """`host:port`, `smtp://host:port` or `lmtp://host:port`."""
    if not text:
        return None
    scheme, _, rest = text.partition("://") if "://" in text else ("smtp", "", text)
    host, _, port = rest.rpartition(":")
    if scheme not in ("smtp", "lmtp") or not port.isascii() or not port.isdigit():
        raise SettingError(
            f"SPECDESK_MAIL_LISTEN: want host:port or lmtp://host:port, got {text!r}"
        )
    if int(port) > 65535:
        raise SettingError(f"SPECDESK_MAIL_LISTEN: there is no port {port}")
    return scheme, host.strip("[]") or "127.0.0.1", int(port)


def _path(text: str) -> Path | None:
    return Path(text) if text else None


def _count(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise SettingError(f"SPECDESK_{name}: want a whole number, got {text!r}")
    return int(text)


def _level(text: str) -> str:
    if text.lower() not in _LEVELS:
        raise SettingError(f"SPECDESK_LOG: want {', '.join(_LEVELS)}, got {text!r}")
    return text.lower()


def _flag(name: str, text: str) -> bool:
    word = text.lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise SettingError(f"SPECDESK_{name}: want 1 or 0, got {text!r}")
