"""The desk, the dashboard and the studio: every state renders whole, in both languages."""

import dataclasses
import re
from datetime import timedelta
from typing import Any

import pytest

from runtime.render.catalogues import LOCALES
from runtime.render.environment import TEMPLATES, renderer
from runtime.web.screens import side
from runtime.web.screens.desk import pages as desk
from runtime.web.screens.figures import dashboard
from runtime.web.screens.figures.plots import Point, column_plot, line_plot, nice_step, spark_line
from runtime.web.screens.people import people
from runtime.web.screens.studio import controls as studio_controls
from runtime.web.screens.studio import pages as studio
from runtime.web.screens.ticket import page as ticket
from tests.screens.backtest_samples import BACKTEST_SAMPLES
from tests.screens.desk_list_samples import desk_empty, desk_list
from tests.screens.desk_other_samples import dashboard as service
from tests.screens.desk_other_samples import desk_new_form
from tests.screens.desk_samples import DESK_SAMPLES
from tests.screens.desk_ticket_samples import desk_ticket
from tests.screens.desk_why_samples import desk_why, desk_why_part
from tests.screens.directory_samples import DIRECTORY_SAMPLES
from tests.screens.html import faults
from tests.screens.intake_samples import INTAKE_SAMPLES
from tests.screens.notice_samples import desk_inbox
from tests.screens.people_samples import PEOPLE_SAMPLES
from tests.screens.pilot_samples import PILOT_SAMPLES
from tests.screens.samples import NOW
from tests.screens.source_samples import SOURCE_SAMPLES
from tests.screens.studio_samples import STUDIO_SAMPLES, problems, publish, spec_form, spec_yaml
from tests.screens.webhook_samples import WEBHOOK_SAMPLES

MADE = renderer()
SAMPLES = {
    **DESK_SAMPLES,
    **PEOPLE_SAMPLES,
    **DIRECTORY_SAMPLES,
    **STUDIO_SAMPLES,
    **SOURCE_SAMPLES,
    **PILOT_SAMPLES,
    **WEBHOOK_SAMPLES,
    **BACKTEST_SAMPLES,
    **INTAKE_SAMPLES,
}
OURS = re.compile(
    r"(pages|parts)/(desk_|people|person|notices|bell|invite|portal_notices|portal_profile)"
    r"|(pages|parts)/(ticket_(?!card)|dashboard|charts|studio_)"
)


def html(screen: Any, template: str) -> str:
    """One page."""
    return MADE.render(f"pages/{template}.html", screen)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", SAMPLES)
def test_renders_well_formed_and_without_anything_inline(name: str, locale: str) -> None:
    template, screen = SAMPLES[name]
    made = MADE.render(template, screen(locale))
    assert faults(made) == []
    assert "None" not in re.sub(r"<[^>]*>", "", made).replace("None yet", "")
    assert not re.search(r"<script(?![^>]*src)|<style|\sstyle=|\son[a-z]+=|hx-on", made)


@pytest.mark.parametrize("name", SAMPLES)
def test_each_form_that_posts_carries_the_token(name: str) -> None:
    template, screen = SAMPLES[name]
    made = MADE.render(template, screen("en"))
    for posted in re.findall(r'<form[^>]*method="post".*?</form>', made, re.DOTALL):
        assert 'name="_csrf" value="token"' in posted


@pytest.mark.parametrize("name", SAMPLES)
def test_english_pages_speak_no_chinese_of_ours(name: str) -> None:
    """Only the spec's own text and letters of avatars may be Chinese on an English page."""
    template, screen = SAMPLES[name]
    made = MADE.render(template, screen("en"))
    for spoken_by_specs in (
        r'<div class="yaml__marks".*?</textarea>',
        r"<(textarea|pre)\b.*?</\1>",
        r'<span class="(?:avatar|mono-mark)[^>]*>.</span>',
    ):
        made = re.sub(spoken_by_specs, "", made, flags=re.DOTALL)
    left = re.findall(r">[^<]*[\u4e00-\u9fff][^<]*<", made)
    assert [each for each in left if each not in (">中文<",)] == []


def test_every_column_and_cell_has_its_place() -> None:
    screen = desk_list("en", wide=True)
    for row in (row for group in screen.groups for row in group.rows):
        assert len(row.cells) == len(screen.columns)
    assert [c.place for c in screen.columns][:4] == ["c-pri", "c-id", "c-subj", "c-who"]
    made = html(screen, "desk_list")
    assert made.count("<tr data-row=") == screen.rows == 8
    assert made.count('class="c-x r"') == 2 * 9
    assert 'aria-sort="ascending"' in made
    assert "¥4,299.00" in made


def test_a_list_works_as_a_get_form_and_keeps_what_it_does_not_show() -> None:
    made = html(desk_list("en"), "desk_list")
    form = re.search(r'<form class="toolbar.*?</form>', made, re.DOTALL)
    assert form
    assert 'method="get"' in form[0]
    assert '<input type="hidden" name="state" value="open">' in form[0]
    assert 'name="q"' in form[0]
    assert 'href="?drop=state"' in form[0]


def test_the_list_is_a_fragment_of_its_own() -> None:
    screen = desk_list("zh-CN")
    part = MADE.render("parts/desk_table.html", screen).strip()
    assert part.startswith('<div class="listpart" id="list">')
    assert part in html(screen, "desk_list")


def test_checkboxes_only_come_with_something_to_do() -> None:
    assert 'type="checkbox"' not in html(desk_list("en"), "desk_list")
    made = html(desk_list("en", bulk=True), "desk_list")
    assert 'form="bulk"' in made
    assert 'formaction="/t/ecommerce/desk/take"' in made


def test_an_empty_list_names_the_filters_that_made_it_so() -> None:
    made = html(desk_empty("en", searched=True), "desk_list")
    assert "Tag is Invoice" in made
    assert "“fridge”" in made
    assert "show up here as they arrive" in html(desk_empty("en"), "desk_list")


def test_a_deadline_carries_the_moment_for_the_recount() -> None:
    made = html(desk_list("en"), "desk_list")
    due = (NOW + timedelta(minutes=102)).isoformat()
    assert f'data-state="warn" data-due="{due}"' in made
    assert not re.search(r'data-state="(paused|met)" data-due', made)


def test_the_first_move_is_the_only_primary_one() -> None:
    made = html(desk_ticket("en"), "desk_ticket")
    head = made[made.index('class="ticket__acts"') : made.index('id="h-info"')]
    summaries = re.findall(r'<(?:summary|button) class="btn ([^"]*)"[^>]*title="([^"]*)"', head)
    assert [look for look, _ in summaries] == ["btn--primary", "", "btn--danger"]
    assert all(re.fullmatch(r"types/refund\.yaml:\d+", src) for _, src in summaries)


def test_a_refused_move_comes_back_open_with_what_was_typed() -> None:
    made = html(desk_ticket("en", "refused"), "desk_ticket")
    assert '<details class="acts" name="move" open>' in made
    assert 'value="4299.00"' in made
    assert "More than the ¥4,299.00 asked for" in made


def test_a_conflict_shows_both_sides_and_sends_the_new_version() -> None:
    made = html(desk_ticket("en", "conflict"), "desk_ticket")
    note = made[made.index('id="conflict"') : made.index("<h1>")]
    assert "Scratched, usable" in note
    assert "Door dented, unusable" in note
    assert 'name="_version" value="8"' in note
    assert 'name="damage" value="scratch"' in note
    assert "Take theirs" in note


def test_who_may_not_act_gets_no_form() -> None:
    made = html(desk_ticket("en", "bare"), "desk_ticket")
    main = made[made.index('id="main"') : made.index("<dialog")]
    assert "<form" not in main


def test_the_note_stays_a_note_when_it_was_refused() -> None:
    made = html(desk_ticket("en", "note"), "desk_ticket")
    assert re.search(r'value="internal"[^>]*checked', made)
    assert not re.search(r'value="public"[^>]*checked', made)
    assert ">Carrier to send the letter.<" in made


def test_an_explanation_says_why_others_did_not_match() -> None:
    made = html(desk_ticket("en"), "desk_ticket")
    assert "routing/refund.yaml:31" in made[made.index('id="why"') :]
    part = MADE.render("parts/desk_why.html", desk_why_part("en"))
    assert "was 4,299" in part
    assert "An earlier rule matched" in part


def test_what_would_have_changed_a_decision_is_behind_a_link_that_works_alone() -> None:
    """The ticket page names the address; what comes stands open and asks for nothing more."""
    short = html(desk_ticket("en"), "desk_ticket")
    assert short.count('/t/ecommerce/desk/tickets/RF-20461/why?topic=team"') == 2
    assert "Smallest change: Amount is 200.00" in short[: short.index('id="why"')]
    whole = html(desk_why("en"), "desk_why")
    assert "Smallest change: Amount is 10,000.01; Level is silver or gold" in whole
    assert "why__ask" not in whole
    part = MADE.render("parts/desk_why.html", desk_why_part("zh-CN"))
    assert part.count("<details open>") == 1
    assert "另有 3 条规则" in part
    hidden = part[part.index('data-holds="hidden"') :]
    assert "#i-eye-off" in hidden[: hidden.index("</p>")]
    assert "当时" not in hidden[: hidden.index("</p>")]


def test_unread_notices_have_a_dot_and_say_so() -> None:
    made = html(desk_inbox("en"), "desk_inbox")
    assert made.count("data-unread>") == 4
    assert made.count('class="pinned"') == 1
    assert "3 earlier notices" in made
    assert "Mark all as read" in made
    assert "Mark all as read" not in html(desk_inbox("en", empty=True), "desk_inbox")


def test_a_ticket_on_behalf_posts_the_requester_with_the_portal_s_fields() -> None:
    made = html(desk_new_form("en"), "desk_new_form")
    assert 'name="_requester" value="ann"' in made
    assert 'id="fields"' in made
    assert "_requester" not in html(desk_new_form("en", "missing"), "desk_new_form")


def test_every_mark_with_tickets_behind_it_leads_there() -> None:
    made = html(service("en"), "dashboard")
    assert made.count('class="hit" href="/t/ecommerce/desk/?day=') == 30
    assert made.count("<title id=") == made.count("<desc id=") == 2
    assert made.count("Show as table") == 3
    assert "Your role does not see this report" in made


def test_lines_break_where_nothing_was_measured() -> None:
    points = [Point("a", 1, "1"), Point("b", None, ""), Point("c", 4, "4"), Point("d", 2, "2")]
    plot = line_plot((points,))
    assert plot.lines[0].d.count("M") == 2
    assert [mark.label for mark in plot.marks] == ["a", "c", "d"]
    assert plot.peak is not None
    assert plot.peak.text == "4"
    assert [tick.text for tick in plot.values] == ["0", "2", "4"]


def test_columns_stay_inside_and_reach_zero() -> None:
    plot = column_plot(([Point(str(n), n, str(n)) for n in range(60)],))
    assert all(mark.x >= 44 and mark.x + mark.width <= 748 for mark in plot.marks)
    assert all(round(mark.y + mark.height, 1) == 190 for mark in plot.marks)
    assert len(plot.labels) <= 6
    assert column_plot(()).marks == ()


@pytest.mark.parametrize(
    ("top", "step"), [(0, 1), (1, 0.5), (3, 1), (7, 2.5), (112, 50), (0.071, 0.025), (1e6, 5e5)]
)
def test_steps_are_round(top: float, step: float) -> None:
    assert nice_step(top) == pytest.approx(step)


def test_a_spark_needs_two_figures() -> None:
    assert spark_line([None, 3]) == ("", "")
    assert spark_line([3, 3])[0] == "M0.0 26.0 L100.0 26.0"


def test_counts_are_capped() -> None:
    assert (side.capped(1000), side.capped(1001)) == ("1000", "1000+")


def test_spec_buttons_post_the_whole_form() -> None:
    made = html(spec_form("en"), "studio_form")
    form = re.search(r'<form class="specform".*?</form>', made, re.DOTALL)
    assert form
    assert re.findall(r'name="_do" value="([^"]*)"', form[0]) == [
        "down:fields.order_no",
        "remove:fields.order_no",
        "up:fields.damage",
        "down:fields.damage",
        "remove:fields.damage",
        "up:fields.amount",
        "remove:fields.amount",
        "add:fields",
        "add:states",
    ]
    assert 'name="_new.fields"' in form[0]
    assert form[0].index('type="submit"') < form[0].index("_do"), "Enter has to save"
    assert "after_sale (not there)" in form[0]


def test_the_form_says_each_problem_at_its_control() -> None:
    made = html(spec_form("en"), "studio_form")
    field = made[made.index('id="s-fields-damage-show_when"') :]
    assert field.index("is not an option of reason") < field.index('name="fields.damage.max"')


def test_yaml_keeps_the_text_to_the_letter_and_marks_the_line() -> None:
    screen = spec_yaml("en")
    made = html(screen, "studio_yaml")
    text = re.search(r"<textarea[^>]*data-editor[^>]*>\n(.*?)</textarea>", made, re.DOTALL)
    assert text
    assert text[1].replace("&gt;", ">") == screen.text
    assert '<li id="L18" data-line="error">' in made
    assert "<u>damagd</u>" in made
    assert "<b>^^^^^^</b>" in made
    assert 'href="#L18C26"' in made
    assert problems("zh-CN")[1].carets == 8, "four wide characters take eight columns"


def test_nothing_is_published_over_an_error() -> None:
    assert "Publish v24" in html(publish("en"), "studio_publish")
    faulty = html(publish("en", "faulty"), "studio_publish")
    assert "Publish v24" not in faulty
    assert "1 error has to be put right first" in faulty
    assert "Nothing to publish" in html(publish("en", "nothing"), "studio_publish")


def test_every_msgid_of_ours_is_translated_and_none_is_left_over() -> None:
    environment, catalogue, said = MADE.environments["en"], MADE.catalogues["zh-CN"], set()
    for template in environment.list_templates(extensions=["html"]):
        if not OURS.match(template):
            continue
        source = (TEMPLATES / template).read_text("utf-8")
        for _, function, message in environment.extract_translations(source):  # type: ignore[attr-defined]
            one, many = message[:2] if isinstance(message, tuple) else (message, None)
            said.add(one)
            there = catalogue.ngettext(one, many, 1) if many else catalogue.gettext(one)
            assert there != one or one == "new_id", f"{template}: {one!r} ({function})"
            assert set(re.findall(r"%\((\w+)\)s", one)) == set(re.findall(r"%\((\w+)\)s", there))
    text = (TEMPLATES / "locale/zh-CN/desk.po").read_text("utf-8")
    assert set(re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)) - said == set()


@pytest.mark.parametrize("module", [desk, ticket, dashboard, studio, studio_controls])
def test_screens_are_frozen(module: Any) -> None:
    classes = [c for c in vars(module).values() if hasattr(c, "__dataclass_params__")]
    assert classes
    assert all(c.__dataclass_params__.frozen and hasattr(c, "__slots__") for c in classes)


def test_templates_use_all_that_the_screens_have() -> None:
    """What no template names is not sent; the other way round StrictUndefined says it."""
    text = " ".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
    named = set(re.findall(r"\.(\w+)", text)) | set(re.findall(r"\['(\w+)'\]", text))
    unused = {
        f"{cls.__name__}.{item.name}"
        for module in (desk, ticket, people, dashboard, studio, studio_controls, side)
        for cls in vars(module).values()
        if isinstance(cls, type)
        and dataclasses.is_dataclass(cls)
        and cls.__module__ == module.__name__
        for item in dataclasses.fields(cls)
        if item.name not in named
    }
    assert unused == set()
