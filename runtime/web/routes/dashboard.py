"""Dashboards of the desk: reports run within the viewer's rights."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from engine.model.lists import DashboardModel
from runtime.queries.run_report import run_reports
from runtime.site.standing import reports_of
from runtime.web.pages import show
from runtime.web.requests import AnyRequest, NotHere, Visit, of_staff
from runtime.web.screens.build_dashboard import PERIODS, Board, dashboard_screen
from runtime.web.screens.build_side import is_for, side


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


ROUTES = [dashboard]
