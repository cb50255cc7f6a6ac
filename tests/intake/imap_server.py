"""A small IMAP4rev1 server for tests: LOGIN, SELECT, UID SEARCH FETCH STORE MOVE, IDLE."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class Message:
    """One message of the folder."""

    uid: int
    content: bytes
    flags: set[str] = field(default_factory=set)


@dataclass(slots=True)
class ImapServer:
    """`validity` is UIDVALIDITY; `idles` False has no IDLE; `logins` counts who came."""

    validity: int = 7
    idles: bool = True
    password: str = "secret"
    port: int = 0
    messages: list[Message] = field(default_factory=list)
    moved: dict[str, list[Message]] = field(default_factory=dict)
    logins: int = 0
    log: list[str] = field(default_factory=list)
    # Conversations that wait in IDLE, and all that are open.
    waiting: set[asyncio.StreamWriter] = field(default_factory=set)
    open: set[asyncio.StreamWriter] = field(default_factory=set)
    # A message that arrives in the very moment somebody begins to wait.
    early: bytes | None = None
    _next: int = 1

    def put(self, content: bytes, *flags: str) -> int:
        """A message arrives; who waits is told."""
        made = Message(self._next, content, set(flags))
        self._next += 1
        self.messages.append(made)
        for writer in self.waiting:
            writer.write(f"* {len(self.messages)} EXISTS\r\n".encode())
        return made.uid

    def reset(self) -> None:
        """The folder is made anew: other UIDs under another validity, and no flags."""
        self.validity += 1
        self._next = 1
        old, self.messages = self.messages, []
        for one in old:
            self.put(one.content)

    def drop(self) -> None:
        """Every connection breaks."""
        for writer in tuple(self.open):
            writer.transport.abort()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One conversation."""
        self.open.add(writer)
        writer.write(b"* OK ready\r\n")
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while line := (await reader.readline()).decode().rstrip("\r\n"):
                tag, _, rest = line.partition(" ")
                self.log.append(rest)
                if not await self._answer(tag, rest, reader, writer):
                    break
                await writer.drain()
        self.open.discard(writer)
        self.waiting.discard(writer)
        writer.close()

    async def _answer(
        self, tag: str, rest: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        word = rest.split(" ")[0].upper()
        said: list[bytes] = []
        end = f"{tag} OK done\r\n"
        if word == "CAPABILITY":
            said = [b"* CAPABILITY IMAP4rev1 MOVE" + (b" IDLE" if self.idles else b"") + b"\r\n"]
        elif word == "LOGIN":
            self.logins += 1
            if f'"{self.password}"' not in rest:
                end = f"{tag} NO [AUTHENTICATIONFAILED] wrong\r\n"
        elif word == "SELECT":
            said = [f"* {len(self.messages)} EXISTS\r\n".encode(),
                    f"* OK [UIDVALIDITY {self.validity}] valid\r\n".encode()]  # fmt: skip
            end = f"{tag} OK [READ-WRITE] done\r\n"
        elif word == "LIST":
            said = [f'* LIST () "/" "{name}"\r\n'.encode() for name in self.moved if name in rest]
        elif word == "CREATE":
            self.moved[rest.split(" ")[1].strip('"')] = []
        elif word == "UID":
            said = self._uid(rest[4:])
        elif word == "IDLE":
            said_now = b"+ idling\r\n"
            if self.early is not None:
                early, self.early = self.early, None
                self.put(early)
                said_now += f"* {len(self.messages)} EXISTS\r\n".encode()
            writer.write(said_now)
            self.waiting.add(writer)
            await reader.readline()
            self.waiting.discard(writer)
        elif word == "LOGOUT":
            writer.write(b"* BYE\r\n" + end.encode())
            return False
        writer.write(b"".join(said) + end.encode())
        return True

    def _uid(self, rest: str) -> list[bytes]:
        word, _, args = rest.partition(" ")
        if word.upper() == "SEARCH":
            found = " ".join(str(one.uid) for one in self._search(args))
            return [f"* SEARCH {found}\r\n".encode()]
        uids, _, what = args.partition(" ")
        wanted = {int(uid) for uid in uids.split(",")}
        hit = [(n, one) for n, one in enumerate(self.messages, 1) if one.uid in wanted]
        if word.upper() == "FETCH":
            return [_fetched(n, one, what) for n, one in hit]
        if word.upper() == "STORE":
            for _, one in hit:
                one.flags |= set(re.findall(r"\\\w+", what))
        elif word.upper() == "MOVE":
            self.moved[what.strip('"')] += [one for _, one in hit]
            self.messages = [one for one in self.messages if one.uid not in wanted]
        return []

    def _search(self, args: str) -> list[Message]:
        if found := re.fullmatch(r"UID (\d+):\*", args):
            least = int(found[1])
            return [m for m in self.messages if m.uid >= least] or self.messages[-1:]
        if args == "UID *":
            return self.messages[-1:]
        every = args.startswith("OR UNSEEN SINCE")
        return [m for m in self.messages if every or "\\Seen" not in m.flags]


def _fetched(number: int, one: Message, what: str) -> bytes:
    if "RFC822.SIZE" in what:
        size = len(one.content)
        return f"* {number} FETCH (UID {one.uid} RFC822.SIZE {size})\r\n".encode()
    body = one.content.partition(b"\r\n\r\n")[0] if "HEADER" in what else one.content
    head = f"* {number} FETCH (UID {one.uid} BODY[] {{{len(body)}}}\r\n".encode()
    return head + body + b")\r\n"


@asynccontextmanager
async def serving(tls: ssl.SSLContext | None = None) -> AsyncIterator[ImapServer]:
    """The server on a free port of the loopback."""
    made = ImapServer()
    server = await asyncio.start_server(made.talk, "127.0.0.1", 0, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        made.drop()
        await server.wait_closed()
