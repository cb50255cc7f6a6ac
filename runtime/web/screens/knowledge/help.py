"""The portal's screens of the knowledge base: lists of articles, one article, suggestions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from markupsafe import Markup

from runtime.web.screens.base import Page

Part = tuple[str, bool]
"""A piece of text, and whether it is what was looked for."""


@dataclass(frozen=True, slots=True)
class ArticleLink:
    """An article in a list. `text` is a piece around what was looked for, else its beginning."""

    url: str
    title: Sequence[Part]
    text: Sequence[Part] = ()
    foreign: str = ""
    """The name of its language, where that is not the reader's."""


@dataclass(frozen=True, slots=True)
class CategoryLink:
    """A category in a list, with how many articles stand in it."""

    url: str
    title: str
    help: str = ""
    icon: str = "file-text"
    count: int = 0


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way to a page."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class HelpScreen:
    """Articles of a category, of all, or found; `instead`: words as they were understood."""

    page: Page
    heading: str
    help: str
    crumbs: tuple[Crumb, ...]
    search_url: str
    query: str
    categories: tuple[CategoryLink, ...]
    articles: tuple[ArticleLink, ...]
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """An article in another language."""

    label: str
    lang: str
    url: str


@dataclass(frozen=True, slots=True)
class FeedbackBox:
    """The question whether an article helped; `given` once it was answered."""

    url: str
    given: Literal["", "yes", "no"] = ""


@dataclass(frozen=True, slots=True)
class ArticleScreen:
    """One article. `foreign`: in which language it is, where the reader's was not to be had."""

    page: Page
    title: str
    lang: str
    body: Markup
    updated_at: datetime
    crumbs: tuple[Crumb, ...]
    variants: tuple[Variant, ...]
    related: tuple[ArticleLink, ...]
    feedback: FeedbackBox | None
    foreign: str = ""
    edit_url: str = ""
    new_url: str = ""


@dataclass(frozen=True, slots=True)
class Suggested:
    """An article offered beside a form: its beginning, and the two answers to it."""

    title: str
    lang: str
    body: Markup
    url: str
    solved_url: str
    feedback_url: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An open ticket of the person's own, with the name of the state it is in."""

    number: str
    subject: str
    url: str
    state: str


@dataclass(frozen=True, slots=True)
class SuggestScreen:
    """What may answer the question before the form is sent; nothing where nothing fits.

    ``asked`` are the person's own open tickets about the same.
    """

    page: Page
    type: str
    articles: tuple[Suggested, ...]
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class NotedScreen:
    """That an article did not help is noted; whoever said so goes on with the form."""

    page: Page


@dataclass(frozen=True, slots=True)
class ThanksScreen:
    """That an article was the answer, so no ticket is needed."""

    page: Page
    title: str
    article_url: str
    home_url: str
