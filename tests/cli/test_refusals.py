"""What an operator gets wrong is told in a line with its cure, never as a bug of ours."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import EXAMPLES, specdesk


def _is_told(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("specdesk: ")
    assert all(word in done.stderr for word in words), done.stderr


@pytest.mark.parametrize(
    "url", ["nonsense", "postgresql://u:secret@127.0.0.1:abc/x", "mysql://x/y", "sqlite://"]
)
def test_an_address_that_is_none(tmp_path: Path, url: str) -> None:
    done = specdesk(tmp_path, "check-store", STORE=url)
    _is_told(done, 2, "--store", "sqlite:///file or postgresql://")
    assert "secret" not in done.stderr


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    done = specdesk(tmp_path, "check-store", STORE="postgresql://u:secret@127.0.0.1:1/x")
    _is_told(done, 75, "u:***@127.0.0.1:1", "try again")
    assert "secret" not in done.stderr


def test_a_file_that_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").write_bytes(b"no database at all " * 300)
    _is_told(specdesk(tmp_path, "check-store"), 1, "store.sqlite", "not a database")


def test_a_folder_in_the_store_s_place(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").mkdir()
    _is_told(specdesk(tmp_path, "check-store"), 1, "store.sqlite", "unable to open")


def test_a_store_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = specdesk(tmp_path, "check-store", STORE=f"sqlite:///{tmp_path}/file/store.sqlite")
    _is_told(done, 1, "file/store.sqlite")


@pytest.mark.skipif(os.geteuid() == 0, reason="to root every file is writable")
def test_a_store_that_is_not_writable(tmp_path: Path) -> None:
    assert specdesk(tmp_path, "check-store").returncode == 0
    (tmp_path / "store.sqlite").chmod(0o400)
    _is_told(specdesk(tmp_path, "check-store"), 1, "store.sqlite", "readonly")


def test_a_key_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("[]", "utf-8")
    _is_told(specdesk(tmp_path, "check-store"), 1, "SPECDESK_KEY_FILE", "is no key file")


def test_a_key_file_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = specdesk(tmp_path, "check-store", KEY_FILE=str(tmp_path / "file" / "keys.json"))
    _is_told(done, 1, "SPECDESK_KEY_FILE", "file/keys.json")


def test_a_log_level_that_is_none(tmp_path: Path) -> None:
    _is_told(
        specdesk(tmp_path, "check-store", LOG="loud"), 2, "SPECDESK_LOG", "debug, info", "'loud'"
    )


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        place = f"127.0.0.1:{other.getsockname()[1]}"
        done = specdesk(tmp_path, "serve", "--no-workers", "--listen", place)
    assert done.returncode == 1
    assert f"can't listen at {place}" in done.stderr
    assert "--listen" in done.stderr
    assert "serves" not in done.stderr


def test_a_file_that_can_not_be_read_is_not_published(tmp_path: Path) -> None:
    tenant = tmp_path / "shop"
    tenant.mkdir()
    (tenant / "tenant.yaml").write_bytes((EXAMPLES / "ecommerce" / "tenant.yaml").read_bytes())
    os.mkfifo(tenant / "portal.yaml")
    done = specdesk(tmp_path, "publish", str(tenant))
    assert done.returncode == 1
    assert done.stdout.startswith("portal.yaml:1:1: this is no regular file")
    assert done.stderr == f"{tenant}: refused, nothing was published\n"


def test_a_demo_without_tenants(tmp_path: Path) -> None:
    done = specdesk(tmp_path, "demo", "--examples", str(tmp_path))
    assert done.returncode == 1
    assert "has a tenant.yaml" in done.stderr
    assert not (tmp_path / "store.sqlite").exists()
