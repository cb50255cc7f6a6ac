"""The server itself: what an editor asks is answered from the folder's last snapshot."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Mapping
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from engine.change.renaming import judged
from runtime.clock import SECOND_US, SystemClock
from runtime.lsp.completing import Offer, offers
from runtime.lsp.cursor import cursor_at
from runtime.lsp.edits import cure_of, edit_of, fits, uri_of
from runtime.lsp.hovering import told
from runtime.lsp.lines import Lines
from runtime.lsp.outline import outline
from runtime.lsp.tenants import Snapshot, Tenant, root_of
from runtime.render.problem_words import in_locale
from specs.formatting import CannotFormat, formatted
from specs.kinds.moves import RENAMED
from specs.load import load_files
from specs.problem import Place, Problem
from specs.rename import RENAMABLE, rename
from specs.symbols.model import Symbol

REQUEST_FAILED = -32803
"""The protocol's code for a request that was understood and can't be done."""
DEBOUNCE_S = 0.15
"""So long nothing more is typed before a folder is read again."""
log = logging.getLogger("specdesk.lsp")
_ICONS = {"key": lsp.CompletionItemKind.Property, "id": lsp.CompletionItemKind.Reference,
          "path": lsp.CompletionItemKind.Field, "word": lsp.CompletionItemKind.Keyword}  # fmt: skip


class SpecServer(LanguageServer):
    """The folders that an editor has open, each with its newest snapshot."""

    def __init__(self) -> None:
        super().__init__("specdesk", "1")
        self.locale = "en"
        self.tenants: dict[Path, Tenant] = {}
        self.snapshots: dict[Path, Snapshot] = {}
        self._turns: dict[Path, asyncio.Lock] = {}
        self._waiting: dict[Path, asyncio.Task[None]] = {}

    @property
    def encoding(self) -> str:
        """The units of columns that the editor and we agreed upon."""
        said = self.workspace.position_encoding
        return str(getattr(said, "value", said) or "utf-16")

    def lines(self, content: bytes) -> Lines:
        """A text with positions as the editor counts them."""
        return Lines(content, self.encoding)

    def find(self, uri: str) -> tuple[Tenant, str] | None:
        """The folder of a document, and its path in there; None for what is no tenant's file."""
        name = to_fs_path(uri)
        if name is None:
            return None
        path = Path(name).resolve()
        folders = [Path(to_fs_path(one.uri) or "/") for one in self.workspace.folders.values()]
        root = root_of(path, folders)
        if root is None:
            return None
        return self.tenants.setdefault(root, Tenant(root)), path.relative_to(root).as_posix()

    async def snapshot(self, tenant: Tenant, *, anew: bool = False) -> Snapshot:
        """The folder as it is now, with all that was typed; `anew` reads it from disk again."""
        async with self._turns.setdefault(tenant.root, asyncio.Lock()):
            known = self.snapshots.get(tenant.root)
            typed = known is None or any(
                known.files.get(path) != content for path, content in tenant.open.items()
            )
            if known is None or typed or anew:
                known = await asyncio.to_thread(tenant.judge)
                self.snapshots[tenant.root] = known
            return known

    async def at(self, uri: str) -> tuple[Snapshot, str] | None:
        """A snapshot with the path of a document in it."""
        found = self.find(uri)
        return (await self.snapshot(found[0]), found[1]) if found is not None else None

    async def typing(self, uri: str) -> tuple[Snapshot, str, Lines] | None:
        """The last snapshot, which may lag behind what is typed, with the text as it is now."""
        found = self.find(uri)
        if found is None:
            return None
        tenant, path = found
        snapshot = self.snapshots.get(tenant.root) or await self.snapshot(tenant)
        content = tenant.open.get(path, snapshot.files.get(path, b""))
        return snapshot, path, self.lines(content)

    # -- diagnostics ------------------------------------------------------------------------------

    def changed(self, tenant: Tenant, *, wait: bool = True) -> None:
        """Read the folder again soon, and tell its problems."""
        before = self._waiting.get(tenant.root)
        if before is not None:
            before.cancel()
        self._waiting[tenant.root] = asyncio.create_task(self._tell(tenant, wait=wait))

    async def _tell(self, tenant: Tenant, *, wait: bool) -> None:
        if wait:
            await asyncio.sleep(DEBOUNCE_S)
        try:
            snapshot = await self.snapshot(tenant, anew=True)
        except Exception:
            # An editor must go on; what went wrong is in its log of this server.
            log.exception("the folder %s could not be judged", tenant.root)
            return
        by_file: dict[str, list[Problem]] = {}
        for one in snapshot.problems:
            by_file.setdefault(one.place.file, []).append(one)
        for path in sorted({*by_file, *tenant.told}):
            items = [self.diagnostic(snapshot, one) for one in by_file.get(path, ())]
            uri = uri_of(tenant.root, path)
            self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, items))
        tenant.told = set(by_file)

    def diagnostic(self, snapshot: Snapshot, one: Problem) -> lsp.Diagnostic:
        """A problem with its code, cure and related places."""
        levels = lsp.DiagnosticSeverity
        problem = in_locale(one, self.locale)
        said = f"{problem.message}\n{problem.cure}" if one.cure else problem.message
        return lsp.Diagnostic(
            range=self.location(snapshot, one.place).range,
            message=said,
            severity=levels.Error if one.is_error else levels.Warning,
            code=one.code.number,
            source="specdesk",
            related_information=[
                lsp.DiagnosticRelatedInformation(self.location(snapshot, place), label)
                for label, place in one.related
            ],
        )

    def location(self, snapshot: Snapshot, place: Place) -> lsp.Location:
        """A place of a folder as the editor names it."""
        content = snapshot.files.get(place.file, b"")
        return lsp.Location(uri_of(snapshot.root, place.file), self.lines(content).range(place))

    async def symbols(
        self, uri: str, at: lsp.Position
    ) -> tuple[Snapshot, tuple[Symbol, ...], Place] | None:
        """The symbols that the word at a position means."""
        found = await self.at(uri)
        if found is None:
            return None
        snapshot, path = found
        spot = self.lines(snapshot.files.get(path, b"")).spot(at)
        meant = snapshot.index.at(path, *spot)
        return (snapshot, *meant) if meant is not None else None


def make_server() -> SpecServer:
    """The server with everything it answers to."""
    server = SpecServer()
    _documents(server)
    _reading(server)
    _changing(server)
    return server


def _documents(server: SpecServer) -> None:
    @server.feature(lsp.INITIALIZE)
    def begun(params: lsp.InitializeParams) -> None:
        # Editors write `zh-cn`, `zh-hans` or `zh`.
        server.locale = "zh-CN" if (params.locale or "").lower().startswith("zh") else "en"

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        took(params.text_document.uri, wait=False)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def typed(params: lsp.DidChangeTextDocumentParams) -> None:
        took(params.text_document.uri, wait=True)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        took(params.text_document.uri, wait=False)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        found = server.find(params.text_document.uri)
        if found is not None:
            found[0].open.pop(found[1], None)
            server.changed(found[0])

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def moved(params: lsp.DidChangeWatchedFilesParams) -> None:
        for uri in {one.uri for one in params.changes}:
            found = server.find(uri)
            if found is not None:
                server.changed(found[0])

    def took(uri: str, *, wait: bool) -> None:
        found = server.find(uri)
        if found is None:
            return
        tenant, path = found
        tenant.open[path] = server.workspace.get_text_document(uri).source.encode(
            "utf-8", "surrogatepass"
        )
        server.changed(tenant, wait=wait)


def _reading(server: SpecServer) -> None:
    @server.feature(
        lsp.TEXT_DOCUMENT_COMPLETION,
        lsp.CompletionOptions(trigger_characters=[" ", ":", ".", "[", "{", "(", "|", ","]),
    )
    async def complete(params: lsp.CompletionParams) -> lsp.CompletionList | None:
        found = await server.typing(params.text_document.uri)
        if found is None:
            return None
        snapshot, path, lines = found
        offset = lines.offset(params.position)
        cursor = cursor_at(lines.text, offset)
        if cursor is None:
            return lsp.CompletionList(is_incomplete=False, items=[])
        where = lines.between(offset - len(cursor.word), offset)
        some = offers(snapshot, path, cursor)
        items = [_item(one, number, where) for number, one in enumerate(some)]
        return lsp.CompletionList(is_incomplete=False, items=items)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        found = await server.at(params.text_document.uri)
        if found is None:
            return None
        snapshot, path = found
        lines = server.lines(snapshot.files.get(path, b""))
        said = told(snapshot, path, lines.text, *lines.spot(params.position))
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, said)) if said else None

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: lsp.DefinitionParams) -> list[lsp.Location]:
        found = await server.symbols(params.text_document.uri, params.position)
        if found is None:
            return []
        snapshot, symbols, _ = found
        places = [d.place for one in symbols for d in snapshot.index.defined(one)]
        return [server.location(snapshot, place) for place in dict.fromkeys(places)]

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    async def references(params: lsp.ReferenceParams) -> list[lsp.Location]:
        found = await server.symbols(params.text_document.uri, params.position)
        if found is None:
            return []
        snapshot, symbols, _ = found
        index = snapshot.index
        places = [use.place for one in symbols for use in index.used(one)]
        if params.context.include_declaration:
            places += [d.place for one in symbols for d in index.defined(one)]
        # What a file said before it broke may stand elsewhere by now.
        still = [place for place in sorted(set(places)) if place.file not in snapshot.broken]
        return [server.location(snapshot, place) for place in still]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def outlined(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        found = await server.at(params.text_document.uri)
        if found is None:
            return []
        snapshot, path = found
        return outline(snapshot, path, server.lines(snapshot.files.get(path, b"")))


def _item(one: Offer, number: int, where: lsp.Range) -> lsp.CompletionItem:
    return lsp.CompletionItem(
        label=one.word,
        kind=_ICONS[one.sort],
        documentation=one.doc or None,
        sort_text=f"{number:05}",
        text_edit=lsp.TextEdit(where, one.insert or one.word),
        filter_text=one.word,
    )


def _changing(server: SpecServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare(params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        found = await server.symbols(params.text_document.uri, params.position)
        if found is None or found[1][0].sort not in RENAMABLE:
            return None
        snapshot, symbols, place = found
        return lsp.PrepareRenamePlaceholder(server.location(snapshot, place).range, symbols[0].id)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    async def renamed(params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        found = await server.symbols(params.text_document.uri, params.position)
        if found is None:
            return None
        snapshot, symbols, _ = found
        return await asyncio.to_thread(_renamed, server, snapshot, symbols[0], params.new_name)

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    async def shaped(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
        found = await server.typing(params.text_document.uri)
        if found is None:
            return []
        _, path, lines = found
        try:
            text, problems = formatted(lines.text, path)
        except CannotFormat as wrong:
            raise JsonRpcException(f"{path}: {wrong}", code=REQUEST_FAILED) from wrong
        # What can't be read is told by its diagnostics, and stays as it is.
        same = problems or text == lines.text
        return [] if same else [lsp.TextEdit(lines.between(0, len(lines.text)), text)]

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix]),
    )
    async def cures(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        found = await server.at(params.text_document.uri)
        if found is None:
            return []
        snapshot, path = found
        lines = server.lines(snapshot.files.get(path, b""))
        some = (one for one in snapshot.problems if one.place.file == path)
        return [
            action
            for one in some
            if _touch(lines.range(one.place), params.range)
            and (action := _cured(server, snapshot, one, lines)) is not None
        ]


def _renamed(server: SpecServer, snapshot: Snapshot, symbol: Symbol, to: str) -> lsp.WorkspaceEdit:
    """The same as `specdesk mv --everywhere`, as one edit that the editor can undo."""
    now = dt.datetime.fromtimestamp(SystemClock().now_us() / SECOND_US, dt.UTC)
    specs, day = snapshot.specs, now.strftime("%Y%m%d")
    change, problems = rename(specs, symbol.sort, symbol.name, to, day, everywhere=True)
    if change is not None:
        after, told_of = load_files(change.files)
        problems = judged(specs, after, told_of, same=symbol.sort in RENAMED)
    if change is None or problems:
        first = problems[0]
        where = f"{first.place.file}:{first.place.line}: " if first.place.file else ""
        raise JsonRpcException(f"{where}{first.message} [{first.code}]", code=REQUEST_FAILED)
    return edit_of(snapshot.root, snapshot.files, change, server.lines)


def _touch(one: lsp.Range, other: lsp.Range) -> bool:
    return _pair(one.start) <= _pair(other.end) and _pair(other.start) <= _pair(one.end)


def _pair(at: lsp.Position) -> tuple[int, int]:
    return at.line, at.character


def _cured(
    server: SpecServer, snapshot: Snapshot, one: Problem, lines: Lines
) -> lsp.CodeAction | None:
    cure = cure_of(one)
    if cure is None or not fits(one, cure[1], lines):
        return None
    title, fix = cure
    changes: Mapping[str, list[lsp.TextEdit]] = {
        uri_of(snapshot.root, fix.place.file): [
            lsp.TextEdit(server.location(snapshot, fix.place).range, fix.text)
        ]
    }
    return lsp.CodeAction(
        title,
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[server.diagnostic(snapshot, one)],
        edit=lsp.WorkspaceEdit(changes=dict(changes)),
        is_preferred=True,
    )
