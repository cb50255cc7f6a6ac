"""The Jinja environments, one per locale, and the one way to turn a screen into HTML."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from babel.support import NullTranslations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context, Macro

from runtime.again import Again
from runtime.render import words
from runtime.render.assets import Assets
from runtime.render.catalogues import LOCALES, translations
from runtime.render.settled import Settling

TEMPLATES = Path(__file__).resolve().parents[2] / "ui_templates"


class Framed(Protocol):
    """What the filters need to know of the page they write on."""

    @property
    def now(self) -> datetime: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def currency(self) -> str: ...


class Screen(Protocol):
    """Anything a page template takes: a frozen dataclass with a page around it."""

    @property
    def page(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders templates in any of the interface's locales."""

    environments: Mapping[str, Environment]
    catalogues: Mapping[str, NullTranslations]
    assets: Assets

    def render(self, template: str, screen: Screen) -> str:
        """HTML of one template under the locale that ``screen.page`` names.

        Args:
            template: A path under ``ui_templates``, such as ``pages/sign_in.html``.
            screen: The dataclass of that template; the template sees it as ``screen``.

        Raises:
            jinja2.UndefinedError: The template asks for what the screen does not have.
            KeyError: The locale is not one of the interface.
        """
        environment = self.environments[screen.page.locale]
        return environment.get_template(template).render(screen=screen)

    def say(self, locale: str, message: str, **values: object) -> str:
        """One msgid in a locale, for sentences that Python has to choose."""
        text: str = self.catalogues[locale].gettext(message)
        return text % values if values else text

    def count(self, locale: str, one: str, many: str, n: int, **values: object) -> str:
        """A msgid that counts, in the form that the locale has for ``n``; it sees ``count``."""
        text: str = self.catalogues[locale].ngettext(one, many, n)
        return text % {"count": words.number(n, locale), **values}


@cache
def renderer(folder: Path = TEMPLATES, static_prefix: str = "/static") -> Renderer:
    """Read translations and static files once in a process and build an environment per locale."""
    assets = Assets(folder / "static", static_prefix)
    said = {locale: translations(folder / "locale", locale) for locale in LOCALES}
    made = {locale: _environment(folder, locale, said[locale], assets) for locale in LOCALES}
    return Renderer(MappingProxyType(made), MappingProxyType(said), assets)


def _environment(
    folder: Path, locale: str, catalogue: NullTranslations, assets: Assets
) -> Environment:
    environment = Settling(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.words = catalogue
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(static=assets.url, icons=assets.icons, locales=LOCALES)
    environment.globals["kept"] = Kept().show
    environment.filters.update(_filters(locale))
    return environment


class Kept:
    """Pieces of pages that were rendered within this minute: a list's rows come again and again.

    A piece is known by the very object that it shows, so that nobody gets another's; relative times
    in it are at most a minute old.
    """

    def __init__(self, size: int = 1_000) -> None:
        self._known: Again[str] = Again(size)

    @pass_context
    def show(
        self, context: Context, macro: Macro, how: Hashable, shown: object, *args: object
    ) -> str:
        """What `macro` makes of `shown`. `how` holds every value that it reads of `args`."""
        page = _page(context)
        minute = int(page.now.timestamp() // 60)
        whole = (how, page.time_zone, page.currency, minute)
        return self._known.of((shown,), whole, lambda: macro(shown, *args))


def _filters(locale: str) -> dict[str, Callable[..., str]]:
    """Filters bound to a locale; those that need the hour read it from ``screen.page``."""

    @pass_context
    def day(context: Context, value: date) -> str:
        page = _page(context)
        today = page.now.astimezone(ZoneInfo(page.time_zone)).date()
        return words.day(value, locale, today)

    def weekday(value: date) -> str:
        return words.weekday(value, locale)

    def month(value: date) -> str:
        return words.month(value, locale)

    @pass_context
    def moment(context: Context, value: datetime, sentence: bool = False) -> str:
        page = _page(context)
        said = words.moment(value, locale, page.now, page.time_zone)
        return said[0].lower() + said[1:] if sentence else said

    @pass_context
    def written(context: Context, value: datetime) -> str:
        page = _page(context)
        return words.written(value, locale, page.now, page.time_zone)

    @pass_context
    def ago(context: Context, value: datetime) -> str:
        page = _page(context)
        return words.ago(value, locale, page.now, page.time_zone)

    @pass_context
    def until(context: Context, value: datetime, end: datetime) -> str:
        page = _page(context)
        return words.period(value, end, locale, page.now, page.time_zone)

    @pass_context
    def exact(context: Context, value: datetime) -> str:
        return words.exact(value, _page(context).time_zone)

    @pass_context
    def money(context: Context, value: Decimal, currency: str = "") -> str:
        return words.money(value, locale, currency or _page(context).currency)

    def duration(value: timedelta) -> str:
        return words.duration(value, locale)

    def left(value: timedelta) -> str:
        return words.left(value, locale)

    def number(value: Decimal | int | float) -> str:
        return words.number(value, locale)

    def listed(value: Iterable[str]) -> str:
        return words.listed(value, locale)

    def stop(value: str) -> str:
        return words.stop(value, locale)

    return {
        "listed": listed,
        "stop": stop,
        "reachable": words.reachable,
        "day": day,
        "weekday": weekday,
        "month": month,
        "moment": moment,
        "written": written,
        "ago": ago,
        "exact": exact,
        "until": until,
        "money": money,
        "duration": duration,
        "left": left,
        "number": number,
        "file_size": words.file_size,
        "iso": lambda value: value.isoformat(),
    }


def _page(context: Context) -> Framed:
    page: Framed = context["screen"].page
    return page
