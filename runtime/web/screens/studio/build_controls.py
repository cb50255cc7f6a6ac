"""A generated form as the controls of its screen: translated words, links, locales by name."""

from __future__ import annotations

from generators.admin_screen.catalogue import kind_of, words_for
from generators.admin_screen.controls import Choice, Control, Item, Part
from generators.admin_screen.offers import said
from runtime.actions.save_draft import Bench
from runtime.render.catalogues import LOCALES
from runtime.web.requests import Visit
from runtime.web.screens.form import Option
from runtime.web.screens.studio import controls, pages
from runtime.web.screens.studio.build_pages import (
    draft_bar,
    frame,
    may_edit,
    problems,
    spec_href,
)


def form_screen(
    visit: Visit, bench: Bench, kind_word: str, id: str, path: str, parts: tuple[Part, ...]
) -> pages.StudioForm:
    """The form of a spec."""
    kind = kind_of(kind_word)
    assert kind is not None
    say = visit.say
    href = spec_href(visit, kind_word, id)
    pen = _Pen(visit, path, f"{href}/yaml")
    file = bench.specs.of(kind_word).get(id)
    title = said(getattr(file.spec, "title", None), visit.locale) if file is not None else ""
    frame_of, nav = frame(visit, bench, title or id, kind_word)
    return pages.StudioForm(
        frame_of,
        nav,
        kind_word,
        say(words_for(kind)[0]),
        visit.links.studio(kind_word, ""),
        id,
        title or id,
        path,
        f"{href}/yaml",
        f"{href}/yaml",
        href if may_edit(visit) else "",
        bench.seen(path),
        tuple(
            pages.Section(
                part.id,
                say(part.label),
                tuple(pen.control(one) for one in part.controls),
                say(part.help) if part.help else "",
                sum(len(one.problems) + _inside(one) for one in part.controls),
            )
            for part in parts
        ),
        problems(visit, bench.of_file(path)),
        bool(frame_of.flashes),
        draft_bar(visit, bench),
        bench.upon(path),
    )


def _inside(control: Control) -> int:
    """How many problems stand below a control."""
    found = sum(len(one.problems) + _inside(one) for one in control.inner)
    for item in control.items:
        found += len(item.problems)
        found += sum(len(one.problems) + _inside(one) for one in item.controls)
    return found


def _input(name: str, locale: str, text: str) -> controls.LocaleInput:
    return controls.LocaleInput(locale, LOCALES.get(locale, locale), f"{name}.{locale}", text)


class _Pen:
    def __init__(self, visit: Visit, path: str, yaml_href: str) -> None:
        self._visit = visit
        self._path = path
        self._yaml_href = yaml_href

    def control(self, one: Control) -> controls.Control:
        """The control as its screen wants it."""
        label, help = self._say(one.label), self._say(one.help)
        if one.sort == "group":
            inner = tuple(self.control(each) for each in one.inner)
            return controls.GroupControl(one.name, label, inner, help, one.problems)
        if one.sort == "map":
            return self._map(one, label, help)
        if one.sort == "localized":
            inputs = tuple(
                controls.LocaleInput(
                    locale, LOCALES.get(locale, locale), f"{one.name}.{locale}", text
                )
                for locale, text in one.by_locale
            )
            return controls.LocalizedControl(
                one.name, label, inputs, help, one.required, one.rows, one.problems
            )
        if one.sort == "boolean":
            on = one.value == "true"
            return controls.BooleanControl(one.name, label, on, help, one.problems)
        return self._line(one, label, help)

    def _line(self, one: Control, label: str, help: str) -> controls.Control:
        if one.sort == "choice":
            options = self._options(one.choices)
            href = ""
            if one.refers_to and one.value:
                href = spec_href(self._visit, one.refers_to, one.value)
            return controls.ChoiceControl(
                one.name, label, options, one.value, help, one.required, href, one.problems
            )
        if one.sort == "number":
            return controls.NumberControl(
                one.name, label, one.value, "", help, one.required, one.problems
            )
        if one.sort == "list":
            known = ", ".join(choice.value for choice in one.choices[:24])
            more = f"{help} ({known})" if known else help
            values = tuple(one.value.split("\n")) if one.value else ()
            return controls.ListControl(one.name, label, values, more, one.required, one.problems)
        if one.sort == "raw":
            return controls.RawControl(
                one.name, label, one.value, one.rows, help, one.required, one.problems
            )
        return controls.TextControl(
            one.name, label, one.value, help, one.required, one.mono, one.rows, one.fixed,
            self._options(one.choices[:200]), one.problems,
        )  # fmt: skip

    def _map(self, one: Control, label: str, help: str) -> controls.MapControl:
        last = len(one.items) - 1
        items = tuple(self._item(item, at == 0, at == last) for at, item in enumerate(one.items))
        return controls.MapControl(
            one.name, label, items, help, "", self._options(one.choices), one.problems
        )

    def _item(self, item: Item, first: bool, last: bool) -> controls.MapItem:
        is_open = any(one.problems or _inside(one) for one in item.controls)
        line = f":{item.line}" if item.line else ""
        return controls.MapItem(
            item.key,
            item.name,
            item.title,
            tuple(self.control(one) for one in item.controls),
            f"{self._path}{line}",
            f"{self._yaml_href}#L{item.line}" if item.line else self._yaml_href,
            first,
            last,
            is_open,
            item.problems,
        )

    def _options(self, choices: tuple[Choice, ...]) -> tuple[Option, ...]:
        return tuple(
            Option(one.value, self._say(one.label) if one.is_word else one.label) for one in choices
        )

    def _say(self, text: str) -> str:
        return self._visit.say(text) if text else ""
