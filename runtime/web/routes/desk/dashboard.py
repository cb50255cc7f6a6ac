"""Dashboards of the desk: reports run within the viewer's rights."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from engine.model.lists import DashboardModel
from runtime.queries.export import FORMATS, Counted
from runtime.queries.export_forms import in_form
from runtime.queries.run_report import run_reports
from runtime.site.standing import reports_of
from runtime.web.exporting import saved
from runtime.web.pages import show
from runtime.web.requests import AnyRequest, NotHere, Visit, holding, of_staff
from runtime.web.screens.build_side import is_for, side
from runtime.web.screens.figures.build_dashboard import PERIODS, Board, dashboard_screen
from runtime.web.screens.figures.build_report_export import report_head, report_rows


@get("/t/{tenant:str}/desk/dashboards/{board_id:str}")
async def dashboard(
    request: AnyRequest, tenant: FromPath[str], board_id: FromPath[str]
) -> Response[str]:
    """A dashboard that is for this person; its period may be chosen."""
    found = await of_staff(request, tenant)
    mine = boards_of(found)
    model = next((board for board in mine if board.id == board_id), None)
    if model is None:
        raise NotHere
    days = _days(found.query("period"))
    names = [tile.report for tile in model.tiles]
    figures = await run_reports(found.site, tenant, found.viewer, names, days)
    nav = await side(found, f"dashboard:{board_id}")
    board = Board(found, model, figures, days, nav, mine)
    return show(found, "pages/dashboard.html", dashboard_screen(board))


@get("/t/{tenant:str}/desk/reports/{report_id:str}/export")
async def report_export(
    request: AnyRequest, tenant: FromPath[str], report_id: FromPath[str]
) -> Stream:
    """A report's figures as a file, for who may read the report and export."""
    found = holding(await of_staff(request, tenant), "export")
    days = _days(found.query("period"))
    figures = (await run_reports(found.site, tenant, found.viewer, [report_id], days)).get(
        report_id
    )
    if figures is None or figures.denied:
        raise NotHere
    form = next((one for one in FORMATS if one == found.query("format")), FORMATS[0])
    counted = Counted(len(figures.lines))
    rows = report_rows(found, figures)
    pieces = in_form(form, report_head(found, figures), rows, mark=True)
    what = {"report": report_id, "format": form, "days": days}
    return saved(found, pieces, what, counted, f"{tenant}-{report_id}", form)


def boards_of(found: Visit) -> tuple[DashboardModel, ...]:
    """The dashboards that a role of this person names and that are for them."""
    desk = found.desk.desk
    named = reports_of(desk, found.viewer)
    return tuple(
        board
        for board in desk.dashboards.values()
        if board.id in named and is_for(desk, board.who, found.viewer)
    )


def _days(text: str) -> int:
    return next((days for days in PERIODS if text == f"{days}d"), 0)


ROUTES = [dashboard, report_export]
