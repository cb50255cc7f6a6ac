"""The REST API's articles: found and read by whom they are for, written, reviewed, published."""

from __future__ import annotations

from typing import Any, Final, Literal

from litestar import Response, get, patch, post
from litestar.params import FromPath
from pydantic import Field

from engine.reading.readers import may_edit
from runtime.actions.articles import LONGEST_TITLE, Step, Written, step_article, write_article
from runtime.actions.outcome import Conflict, NotFound, Refused
from runtime.queries.article_data import STATES, ArticleAsk, article_list, one_article, writes
from runtime.render.catalogues import N_
from runtime.web.api.answering import json_answer, refused
from runtime.web.api.bodies import Body, body_of
from runtime.web.api.calling import Call, call_of
from runtime.web.api.once import once
from runtime.web.api.paging import bad, limit_of, paged, parameters, words_of
from runtime.web.api.problems import ApiProblem, Fault, NotThere
from runtime.web.requests import AnyRequest

READ: Final = {"scope": "articles:read"}
WRITE: Final = {"scope": "articles:write"}
ONE: Final = "/articles/{article:str}"
_LONGEST: Final = 200_000


@get("/articles", opt=READ)
async def articles(request: AnyRequest) -> Response[bytes]:
    """Articles that the caller may read, by words or category; `state` is for who writes them."""
    call = call_of(request)
    given = parameters(call, "q", "state", "category", "locale", "limit", "cursor")
    state = given.get("state", "")
    if state and state not in STATES:
        expected = {"expected": ", ".join(STATES)}
        raise bad(Fault("state", "value", N_("It has to be one of %(expected)s"), expected))
    if state and not writes(call.desk, call.viewer):
        raise NotThere
    ask = ArticleAsk(
        words_of(given), state, _category(call, given.get("category", "")), _locale(call, given),
        given.get("cursor", "")[:64], limit_of(given),
    )  # fmt: skip
    found = await article_list(call.site, call.desk, call.viewer, ask)
    return paged(call, given, {"items": found.items, "next": None}, found.after)


def _category(call: Call, name: str) -> str:
    if name and name not in call.desk.desk.knowledge.categories:
        raise bad(Fault("category", "value", N_("There is no category %(name)s"), {"name": name}))
    return name


def _locale(call: Call, given: dict[str, str]) -> str:
    """The language asked for, else that of the caller where the tenant has it."""
    locales = call.desk.desk.tenant.locales
    name = given.get("locale", "")
    if name and name not in locales:
        expected = {"expected": ", ".join(locales)}
        raise bad(Fault("locale", "value", N_("It has to be one of %(expected)s"), expected))
    return name or (call.locale if call.locale in locales else "")


@get(ONE, opt=READ)
async def article(request: AnyRequest, article: FromPath[str]) -> Response[bytes]:
    """One article by id or slug, in the language that comes nearest to the one asked for."""
    call = call_of(request)
    given = parameters(call, "locale")
    return json_answer(await _told(call, article, _locale(call, given)))


async def _told(call: Call, name: str, locale: str) -> dict[str, Any]:
    found = await one_article(call.site, call.desk, call.viewer, name[:100], locale)
    if found is None:
        raise NotThere
    return found


class NewArticle(Body):
    """An article as its editor writes it."""

    title: str = Field(max_length=LONGEST_TITLE)
    body: str = Field(max_length=_LONGEST)
    category: str = Field(max_length=40)
    locale: str = Field("", max_length=35)
    tags: list[str] = Field([], max_length=50)
    audience: Literal["all", "staff"] = "all"
    slug: str = Field("", max_length=80)


class ArticleChange(Body):
    """What an article shall say; what is left out stays. `version`: of the text it began from."""

    title: str | None = Field(None, max_length=LONGEST_TITLE)
    body: str | None = Field(None, max_length=_LONGEST)
    category: str | None = Field(None, max_length=40)
    locale: str = Field("", max_length=35)
    tags: list[str] | None = Field(None, max_length=50)
    audience: Literal["all", "staff"] | None = None
    slug: str | None = Field(None, max_length=80)
    version: int | None = Field(None, ge=0, le=2**31)


@post("/articles", opt=WRITE, status_code=201)
async def new_article(request: AnyRequest) -> Response[bytes]:
    """Keep a new article as a draft."""

    async def make(call: Call) -> Response[bytes]:
        _entered(call)
        body = await body_of(request, NewArticle)
        locale = body.locale or call.desk.desk.tenant.locales[0]
        new = Written(
            locale, body.title, body.body, body.category, body.tags, _audience(body.audience),
            body.slug,
        )  # fmt: skip
        return await _written(call, new, 201)

    return await once(call_of(request), make)


@patch(ONE, opt=WRITE)
async def change_article(request: AnyRequest, article: FromPath[str]) -> Response[bytes]:
    """Write the next version of a text; of a new language its first. Readers go on seeing what is
    published."""
    call = call_of(request)
    _entered(call)
    body = await body_of(request, ArticleChange)
    locale = body.locale or call.desk.desk.tenant.locales[0]
    before = await _told(call, article, locale)
    same = before["locale"] == locale
    title = body.title if body.title is not None else before["title"] if same else ""
    text = body.body if body.body is not None else before["body"] if same else ""
    n = body.version if body.version is not None else before["version"] if same else 0
    new = Written(
        locale, title, text, body.category if body.category is not None else before["category"],
        body.tags if body.tags is not None else before["tags"],
        _audience(body.audience or before["audience"]), body.slug or "", before["id"], n,
    )  # fmt: skip
    return await _written(call, new, 200)


def _entered(call: Call) -> None:
    if not may_edit(call.viewer):
        raise NotThere


def _audience(word: str) -> str:
    return "staff" if word == "staff" else ""


async def _written(call: Call, new: Written, status: int) -> Response[bytes]:
    done = await write_article(call.site, call.tenant, call.viewer, new)
    if isinstance(done, NotFound):
        raise NotThere
    if isinstance(done, Refused):
        raise refused(call, done.refusals, None)
    if isinstance(done, Conflict):
        raise ApiProblem("conflict", told={"version": done.version})
    return await _answer(call, done.id, new.locale, status)


async def _answer(call: Call, id: str, locale: str, status: int) -> Response[bytes]:
    url = call.links.api("articles", id)
    told: dict[str, Any] = {"id": id, "url": url}
    if call.has("articles:read"):
        told = await _told(call, id, locale)
    return json_answer(told, status, {"location": url} if status == 201 else {})


class NothingBody(Body):
    """A step needs no words."""


@post(f"{ONE}/steps/{{step:str}}", opt=WRITE, status_code=200)
async def article_step(
    request: AnyRequest, article: FromPath[str], step: FromPath[str]
) -> Response[bytes]:
    """Send for review, publish, return to its author, retire, or begin again as a draft."""

    async def take(call: Call) -> Response[bytes]:
        if not writes(call.desk, call.viewer) or step not in _STEPS:
            raise NotThere
        await body_of(request, NothingBody)
        known = await _told(call, article, "")
        done = await step_article(call.site, call.tenant, call.viewer, known["id"], _STEPS[step])
        if isinstance(done, NotFound):
            raise NotThere
        if isinstance(done, Refused):
            raise refused(call, done.refusals, None)
        return await _answer(call, done.id, "", 200)

    return await once(call_of(request), take)


_STEPS: Final[dict[str, Step]] = {
    "review": "review", "publish": "publish", "return": "return", "retire": "retire",
    "reopen": "reopen",
}  # fmt: skip

ROUTES = [articles, article, new_article, change_article, article_step]
