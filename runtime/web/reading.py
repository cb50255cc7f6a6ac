"""What somebody who visits may read of the knowledge base."""

from __future__ import annotations

from engine.reading.readers import Reach
from runtime.queries.articles import reach
from runtime.web.requests import Visit


def reach_of_visit(found: Visit) -> Reach:
    """The categories and articles that are open to whoever asks."""
    visitor = found.visitor
    viewer = visitor.viewer if visitor else None
    person = visitor.person if visitor else None
    if viewer is not None and viewer.is_guest:
        # A link opens one ticket and nothing else.
        viewer = person = None
    return reach(found.desk, viewer, person, found.site.clock.now_us())


def has_articles(found: Visit) -> bool:
    """Whether the tenant has a knowledge base."""
    return bool(found.live and found.live.desk.knowledge.categories)
