"""Lets schemathesis loose on a running server over a seeded store: `python -m tests.api.fuzz`.

A step of its own: it finds answers that the document does not have, errors of ours, and requests
that the document forbids and the server takes. It stops after `SECONDS`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from runtime.actions.api_tokens import SCOPES

ROOT = Path(__file__).parents[2]
TENANT = "ecommerce"
SECONDS = int(os.environ.get("SPECDESK_FUZZ_SECONDS", "25"))
EXAMPLES = "12"
NOT_ASKED = (
    # A condition, a name to sort by or a transition may well be a text and yet be nothing there is.
    "positive_data_acceptance",
)
COMMAND = [sys.executable, "-c", "from runtime.cli import main; main()"]


def run(folder: Path, *args: str) -> str:
    """One command of ours in a folder of its own."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*COMMAND, *args],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The server over the store in a folder; gives where the API begins."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        **os.environ, "PYTHONPATH": str(ROOT), "SPECDESK_LISTEN": f"127.0.0.1:{port}",
        "SPECDESK_API_RATE": "0", "SPECDESK_API_RATE_ADDRESS": "0",
    }  # fmt: skip
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [*COMMAND, "serve", "--no-workers"], cwd=folder, env=env, stderr=log
        )
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}/t/{TENANT}/api/v1"
    finally:
        server.terminate()
        server.wait(10)


def _wait(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{port}/health").is_success:
                return
        time.sleep(0.1)
    raise TimeoutError("the server did not come up")


def seeded(folder: Path) -> str:
    """A published tenant with somebody who may everything; gives their token."""
    run(folder, "publish", str(ROOT / "examples" / "tenants" / TENANT))
    who = "ivy@example.com"
    place = ("--team", "after_sales:lead")
    run(
        folder,
        "person",
        "--tenant",
        TENANT,
        who,
        "--kind",
        "staff",
        "--role",
        "admin",
        *place,
        "--no-password",
    )
    scopes = [word for scope in SCOPES for word in ("--scope", scope)]
    return run(folder, "token", "new", who, "--tenant", TENANT, "--title", "fuzz", *scopes)


def things(base: str, token: str) -> dict[str, str]:
    """A ticket with a reply and a file; the ids that paths speak of."""
    with httpx.Client(base_url=base, headers={"authorization": f"Bearer {token}"}) as client:
        upload = client.post("/files", params={"name": "a.txt"}, content=b"text")
        token_of_file = upload.raise_for_status().json()["token"]
        new = {
            "type": "complaint", "subject": "Lamp", "description": "It came broken.",
            "fields": {"about": "service", "contact_phone": "13800000000"},
        }  # fmt: skip
        made = client.post("/tickets", json=new)
        assert made.status_code == 201, made.text
        number = made.json()["number"]
        said = {"text": "Hello", "files": [token_of_file]}
        client.post(f"/tickets/{number}/comments", json=said).raise_for_status()
        ways = client.get(f"/tickets/{number}/transitions").json()["items"]
        return {
            "number": number,
            "token": token_of_file,
            "person": client.get("/me").json()["id"],
            "organisation": client.post("/organisations", json={"name": "Elm"}).json()["id"],
            "transition": ways[0]["id"] if ways else "none",
            "type_id": str(new["type"]),
            "view_id": "all",
            "report_id": client.get("/reports").json()["items"][0]["id"],
        }


def main() -> int:
    """Seed, serve, let loose; gives schemathesis' exit code."""
    folder = Path(tempfile.mkdtemp(prefix="specdesk-fuzz-"))
    try:
        token = seeded(folder)
        with served(folder) as base:
            known = things(base, token)
            lines = [f'"path.{name}" = "{value}"' for name, value in known.items()]
            config = folder / "schemathesis.toml"
            config.write_text("[parameters]\n" + "\n".join(lines) + "\n")
            done = subprocess.run(
                [
                    str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(config),
                    "run", f"{base}/openapi.json", "-H", f"Authorization: Bearer {token}",
                    "--phases", "coverage,fuzzing", "--max-examples", EXAMPLES,
                    "--max-time", str(SECONDS), "--checks", "all",
                    "--exclude-checks", ",".join(NOT_ASKED), "--continue-on-failure",
                    "--suppress-health-check", "all", "--request-timeout", "20",
                    "--seed", os.environ.get("SPECDESK_FUZZ_SEED", "1"),
                ],
                cwd=folder, check=False,
            )  # fmt: skip
        bugs = [line for line in _log(folder) if "request failed" in line]
        print("\n".join(bugs))
        return done.returncode or bool(bugs)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _log(folder: Path) -> list[str]:
    return (folder / "serve.log").read_text("utf-8", "replace").splitlines()


if __name__ == "__main__":
    sys.exit(main())
