"""An editor as far as the protocol goes: starts the real server and talks to it over its pipes."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cli.running import command, variables

PATIENCE_S = 60.0


class Editor:
    """One session; positions are lines from 0 and columns in UTF-16 units."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.answers: dict[int, queue.Queue[dict[str, Any]]] = {}
        self.told: queue.Queue[dict[str, Any]] = queue.Queue()
        self.problems: dict[str, list[dict[str, Any]]] = {}
        self.texts: dict[Path, tuple[int, str]] = {}
        self._count = 0
        threading.Thread(target=self._listen, daemon=True).start()

    # -- the wire ---------------------------------------------------------------------------------

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.split(b":")[1])
            while stream.readline().strip():
                pass
            message = json.loads(stream.read(length))
            if "id" in message and "method" not in message:
                self.answers[message["id"]].put(message)
            else:
                self.told.put(message)

    def _send(self, message: dict[str, Any]) -> None:
        stream = self.process.stdin
        assert stream is not None
        body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode()
        stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        stream.flush()

    def notify(self, method: str, params: Any = None) -> None:
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: Any = None) -> Any:
        """The result of a request; an error is raised with the server's words."""
        self._count += 1
        self.answers[self._count] = queue.Queue()
        self._send({"id": self._count, "method": method, "params": params})
        answer = self.answers[self._count].get(timeout=PATIENCE_S)
        if "error" in answer:
            raise LookupError(answer["error"]["message"])
        return answer["result"]

    # -- documents --------------------------------------------------------------------------------

    def open(self, path: Path, text: str | None = None) -> None:
        text = path.read_text("utf-8") if text is None else text
        self.texts[path] = (1, text)
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def type(self, path: Path, text: str) -> None:
        """The whole text anew."""
        version = self.texts[path][0] + 1
        self.texts[path] = (version, text)
        name = {"uri": path.as_uri(), "version": version}
        self.notify("textDocument/didChange",
                    {"textDocument": name, "contentChanges": [{"text": text}]})  # fmt: skip

    def wait_for(self, path: Path, *codes: str) -> list[dict[str, Any]]:
        """The diagnostics of a file as soon as they have exactly these codes."""
        uri = path.as_uri()
        while sorted(one["code"] for one in self.problems.get(uri, [{"code": "?"}])) != sorted(
            codes
        ):
            message = self.told.get(timeout=PATIENCE_S)
            if message["method"] == "textDocument/publishDiagnostics":
                params = message["params"]
                self.problems[params["uri"]] = params["diagnostics"]
        return self.problems[uri]

    def at(self, path: Path, mark: str, into: int = 0) -> dict[str, Any]:
        """The parameters that point at a piece of a document's text."""
        text = self.texts[path][1]
        before = text[: text.index(mark) + into]
        line = before.rpartition("\n")[2]
        units = len(line.encode("utf-16-le")) // 2
        return {
            "textDocument": {"uri": path.as_uri()},
            "position": {"line": before.count("\n"), "character": units},
        }

    def words(self, path: Path, mark: str, into: int = 0) -> list[str]:
        """What is offered at a place."""
        found = self.ask("textDocument/completion", self.at(path, mark, into))
        return [one["label"] for one in found["items"]]

    def cut(self, path: Path, where: dict[str, Any]) -> str:
        """What a document says in a range of the server's."""
        return cut(self.texts[path][1], where)


def offset(text: str, position: dict[str, int]) -> int:
    """The character at a position in UTF-16 units."""
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: position["line"]])
    units = lines[position["line"]].encode("utf-16-le")[: position["character"] * 2]
    return start + len(units.decode("utf-16-le"))


def cut(text: str, where: dict[str, Any]) -> str:
    return text[offset(text, where["start"]) : offset(text, where["end"])]


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """A text with edits made as an editor makes them."""
    spans = [(offset(text, e["range"]["start"]), offset(text, e["range"]["end"]), e["newText"])
             for e in edits]  # fmt: skip
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


@contextmanager
def editing(folder: Path, *roots: Path, locale: str = "en") -> Iterator[Editor]:
    """A session over folders, from initialize to exit, in an editor that speaks a language."""
    process = subprocess.Popen(
        command("lsp"), env=variables(folder), cwd=folder,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    editor = Editor(process)
    try:
        folders = [{"uri": root.as_uri(), "name": root.name} for root in roots]
        editor.ask("initialize", {
            "processId": None, "capabilities": {}, "workspaceFolders": folders,
            "rootUri": folders[0]["uri"], "locale": locale,
        })  # fmt: skip
        editor.notify("initialized", {})
        yield editor
        editor.ask("shutdown")
        editor.notify("exit")
        assert process.wait(timeout=PATIENCE_S) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
