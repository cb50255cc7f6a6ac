"""Runs `specdesk` in a process of its own that is forked from one with everything imported.

A third of a second of work costs a second and a half of imports, some hundred times in a test run.
The forked process has the arguments, variables, folder and files of whoever asks, and runs the very
`runtime.cli.run`; only its start is not a fresh one. As a program: `warm.py serve SOCKET` is the
process to fork from, `warm.py ask SOCKET WORD…` runs a command in its own place.
"""

import json
import os
import signal
import socket
import sys

_LONGEST = 1 << 20


def main() -> None:
    """Serve, or ask."""
    word, path, *rest = sys.argv[1:]
    if word == "serve":
        _serve(path)
    else:
        sys.exit(_ask(path, rest))


def _ask(path: str, words: list[str]) -> int:
    """Hand over what this process was given; the exit code of the command."""
    asked = json.dumps({"words": words, "cwd": os.getcwd(), "env": dict(os.environ)}).encode()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(path)
        socket.send_fds(line, [len(asked).to_bytes(4, "big")], [0, 1, 2])
        line.sendall(asked)
        answer = line.recv(4)
    # Nothing is answered when the process died; 70 is what a bug of ours has.
    return int.from_bytes(answer, "big") if len(answer) == 4 else 70


def _serve(path: str) -> None:
    """Import what commands need, then fork for each that asks, until the input ends."""
    import gc
    import importlib
    import select

    from runtime.cli import COMMANDS

    for place in COMMANDS.values():
        importlib.import_module(place.partition(":")[0])
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(path)
        door.listen(64)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            ready, _, _ = select.select([door, sys.stdin], [], [])
            if sys.stdin in ready:
                return
            line, _ = door.accept()
            if os.fork() == 0:
                door.close()
                _watch(line)
            line.close()


def _watch(line: socket.socket) -> None:
    """In a child: run the command in one more, and tell how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    head, files, _, _ = socket.recv_fds(line, 4, 3)
    size = int.from_bytes(head, "big")
    text = b""
    while len(text) < size:
        text += line.recv(_LONGEST)
    child = os.fork()
    if child == 0:
        line.close()
        _run(json.loads(text), files)
    for one in files:
        os.close(one)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    line.sendall((code if code >= 0 else 128 - code).to_bytes(4, "big"))
    os._exit(0)


def _run(asked: dict[str, object], files: list[int]) -> None:
    import random

    from runtime.cli import run

    for place, one in enumerate(files):
        os.dup2(one, place)
        os.close(one)
    os.environ.clear()
    os.environ.update(asked["env"])  # type: ignore[call-overload]
    os.chdir(str(asked["cwd"]))
    words = [str(word) for word in asked["words"]]  # type: ignore[attr-defined]
    sys.argv = ["specdesk", *words]
    random.seed()
    code = 70
    try:
        code = run(words)
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
