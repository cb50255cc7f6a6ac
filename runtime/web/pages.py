"""The frame around every page, and how a screen leaves as an answer."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from litestar import MediaType, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from engine.facts import Viewer
from runtime.choices import choices_of
from runtime.clock import SECOND_US
from runtime.render.catalogues import LOCALES, N_
from runtime.site.links import Links, with_query
from runtime.store.rows import Person
from runtime.web.embedding import policy
from runtime.web.requests import VISIT, AnyRequest, Visit, here, visit_cookie
from runtime.web.screens.base import Flash, Me, Page, PersonMark, TenantMark, Theme, Urls
from runtime.web.shield import POLICY

FLASH = "specdesk_flash"


def moment(at_us: int) -> datetime:
    """An instant as an aware datetime in UTC."""
    return datetime.fromtimestamp(at_us / SECOND_US, UTC)


def hue(name: str) -> int:
    """A stable hue 1 to 6 from an id."""
    return hashlib.sha256(name.encode()).digest()[0] % 6 + 1


def letter(name: str) -> str:
    """The letter of a mark or avatar."""
    return name.strip()[:1].upper() or "?"


def person_mark(person: Person | None, unknown: str = "") -> PersonMark:
    """A person beside their avatar."""
    name = person.name if person else unknown
    return PersonMark(
        name, letter(name), hue(person.id) if person else 1, picture_of(person) if person else ""
    )


def picture_of(person: Person) -> str:
    """Where a person's picture is, below `urls.pictures`; "" where they show none."""
    digest = choices_of(person.profile).picture
    return f"{person.id}/{digest[:16]}" if digest else ""


def zone_of(visit: Visit) -> str:
    """The zone in which a visit reads and writes times: the person's own, else the tenant's."""
    person = visit.visitor.person if visit.visitor else None
    chosen = choices_of(person.profile if person else None)
    return chosen.zone or (visit.live.desk.tenant.zone if visit.live else "UTC")


def page(visit: Visit, title: str, current: str = "", *, now_us: int | None = None) -> Page:
    """The frame of a page for this visit."""
    live = visit.live
    tenant = live.desk.tenant if live else None
    name = tenant.title.say(visit.locale) if tenant else ""
    person = visit.visitor.person if visit.visitor else None
    chosen = choices_of(person.profile if person else None)
    theme: Any = visit.visitor.theme if visit.visitor else "system"
    return Page(
        locale=visit.locale,
        csrf=visit.csrf,
        now=moment(now_us or visit.site.clock.now_us()),
        time_zone=zone_of(visit),
        currency=tenant.currency if tenant else "",
        urls=_urls(visit),
        here=here(visit.request),
        tenant=TenantMark(tenant.id, name, letter(name)) if tenant else None,
        me=_me(visit, person) if person and visit.is_known else None,
        title=title,
        theme=theme if theme in ("light", "dark") else _system(),
        current=current,
        contact=live.desk.portal.contact.say(visit.locale) if live else "",
        brand_css=f"{visit.links.base}/brand.css" if live and live.desk.portal.accent else "",
        keys=chosen.keys,
        flashes=_flashes(visit),
    )


def _system() -> Theme:
    return "system"


def _urls(visit: Visit) -> Urls:
    if visit.live is None:
        return Urls(home="/")
    links: Links = visit.links
    viewer: Viewer | None = visit.visitor.viewer if visit.visitor else None
    known = viewer if visit.is_known else None
    staff = viewer is not None and viewer.is_staff
    studio = viewer is not None and bool(viewer.functions & {"edit_specs", "publish_specs"})
    return Urls(
        home=links.portal(),
        sign_in=door(visit),
        tickets=links.portal("tickets") if known else "",
        help=links.portal("help") if visit.live.desk.knowledge.categories else "",
        uploads=_uploads(visit) if viewer else "",
        outside=Links(links.tenant).portal() if visit.embedded else "",
        here_in=_here_in(visit) if visit.embedded else {},
        desk=links.desk() if staff else "",
        absence=links.desk("people", "me") if staff else "",
        studio=links.studio() if studio else "",
        profile=(links.desk("profile") if staff else links.portal("profile")) if known else "",
        notices=links.portal("notices") if known else "",
        pictures=f"{links.base}/pictures/",
    )


def _here_in(visit: Visit) -> dict[str, str]:
    """The page in each language; in a frame the language stands in the address."""
    home = Links(visit.links.tenant, embedded=True).portal().rstrip("/")
    below = here(visit.request).removeprefix(home).lstrip("/")
    return {
        locale: f"{Links(visit.links.tenant, True, locale).portal()}{below}" for locale in LOCALES
    }


def _uploads(visit: Visit) -> str:
    return visit.links.portal("files") if visit.embedded else visit.links.files()


def door(visit: Visit) -> str:
    """Where one signs in: by a code in the portal where there are codes, else by password."""
    if visit.desk.desk.portal.codes:
        return Links(visit.links.tenant).portal("enter")
    return with_query("/sign-in", tenant=visit.links.tenant)


def _me(visit: Visit, person: Person) -> Me:
    viewer = visit.visitor.viewer if visit.visitor else None
    role = ""
    if viewer is not None and viewer.is_staff and visit.live is not None:
        teams = visit.live.desk.teams
        role = next(
            (teams[t].title.say(visit.locale) for t in sorted(viewer.teams) if t in teams), ""
        )
    return Me(person.name, letter(person.name), hue(person.id), role, picture_of(person))


def _flashes(visit: Visit) -> tuple[Flash, ...]:
    """What the last action said; it travels as a known word, never as text from outside."""
    word, _, number = visit.request.cookies.get(FLASH, "").partition(":")
    said = FLASHES.get(word)
    if said is None or visit.embedded or visit.request.method != "GET" or visit.is_fragment:
        return ()
    kept = "".join(c for c in number if c.isalnum() or c in "-_")[:60]
    return (Flash(visit.say(said, number=kept), "ok"),)


FLASHES = {
    "created": N_("%(number)s is submitted."),
    "refreshed": N_("The records were looked up again."),
    "commented": N_("Reply sent."),
    "noted": N_("Note kept."),
    "moved": N_("%(number)s moved on."),
    "article_kept": N_("Kept as a draft; readers see it once it is published."),
    "article_review": N_("Sent for review."),
    "article_publish": N_("Published; readers see it now."),
    "article_return": N_("Sent back to its author."),
    "article_retire": N_("Taken from readers."),
    "article_reopen": N_("It is a draft again."),
    "article_restored": N_("Version %(number)s is the draft now."),
    "article_drafted": N_("Drafted from %(number)s; look at the marked places before you publish."),
    "said": N_("Thank you, your answer is noted."),
    "rated": N_("Thank you for your rating."),
    "macro_used": N_("Done on %(number)s."),
    "asked": N_("%(number)s now waits for approval."),
    "approved": N_("Your approval of %(number)s is noted."),
    "refused": N_("Your refusal of %(number)s is noted."),
    "withdrawn": N_("The request on %(number)s was withdrawn."),
    "edited": N_("Saved."),
    "assigned": N_("%(number)s is assigned."),
    "merged": N_("%(number)s is merged into this ticket."),
    "merged_many": N_("Merged into this ticket: %(number)s."),
    "joined": N_("Joined."),
    "unjoined": N_("Undone; %(number)s is as before."),
    "watching": N_("Watched from now on."),
    "not_watching": N_("No longer watched."),
    "transferred": N_("%(number)s is handed over."),
    "absent": N_("Recorded; tickets handed on: %(number)s."),
    "back": N_("The absence is over."),
    "shared": N_("Tickets moved: %(number)s."),
    "read": N_("All read."),
    "invited": N_("The invitation is on its way; its link works for 7 days."),
    "people_merged": N_("The two records are one now."),
    "people_parted": N_("The merge is undone; this is the other record."),
    "profile": N_("Your profile is saved."),
    "picture": N_("Your picture is changed."),
    "password": N_("Your password is changed; other sessions have ended."),
    "view_kept": N_("Saved among your views."),
    "view_not_kept": N_("Not saved: a view needs a name, and there are 30 at most."),
    "view_dropped": N_("The view is gone."),
    "quick_dropped": N_("The quick text is gone."),
    "token_revoked": N_("The token is revoked."),
    "saved": N_("Draft saved."),
    "published": N_("Published as v%(number)s."),
    "piloted": N_("v%(number)s is piloted."),
    "promoted": N_("v%(number)s is live for everybody."),
    "pilot_stopped": N_("The pilot of v%(number)s is stopped."),
    "shadowed": N_("v%(number)s decides along."),
    "shadow_stopped": N_("The shadow v%(number)s is stopped."),
    "plan_asked": N_("Kept as a plan; those who may approve it were told."),
    "plan_approved": N_("The plan is approved."),
    "plan_returned": N_("Sent back to its author."),
    "webhook_replayed": N_("Events sent again: %(number)s."),
    "webhook_tested": N_("A test event is on its way."),
    "webhook_started": N_("It is called again."),
    "discarded": N_("Draft discarded."),
    "replayed": N_("It is looked at once more; load the page anew in a moment."),
    "given_up": N_("Given up."),
    "rolled_back": N_("v%(number)s is live again."),
    "setting_written": N_("%(number)s is written."),
    "setting_removed": N_("%(number)s is taken away."),
}


def show(visit: Visit, template: str, screen: Any, status: int = 200) -> Response[str]:
    """A screen as HTML. Nothing of a signed-in person may be kept by caches in between."""
    answer = Response(
        visit.app.renderer.render(template, screen),
        status_code=status,
        media_type=MediaType.HTML,
        headers={"cache-control": "no-store", "vary": "hx-request"},
    )
    if visit.embedded:
        allowed = visit.desk.desk.portal.embed
        answer.headers["content-security-policy"] = policy(POLICY, allowed)
        return answer
    if visit.visitor is None or not visit.visitor.session.id_hash:
        secure = visit.request.url.scheme == "https"
        answer.cookies.append(
            Cookie(
                VISIT,
                value=visit_cookie(visit.request),
                httponly=True,
                samesite="strict",
                secure=secure,
                path="/",
            )
        )
    if FLASH in visit.request.cookies and visit.request.method == "GET" and not visit.is_fragment:
        answer.cookies.append(Cookie(FLASH, value="", max_age=0, path="/"))
    return answer


def go(visit: Visit, url: str, flash: str = "", number: str = "") -> Redirect:
    """On to another page after a change (303), with what to say there."""
    answer = Redirect(url, status_code=303)
    if flash and not visit.embedded:
        answer.set_cookie(
            Cookie(
                FLASH,
                value=f"{flash}:{number}",
                max_age=60,
                httponly=True,
                samesite="lax",
                path="/",
            )
        )
    if visit.is_fragment:
        answer.headers["hx-redirect"] = url
    return answer


def kept_cookie(
    request: AnyRequest, name: str, token: str, lasts_us: int | None = None, path: str = "/"
) -> Cookie:
    """A cookie with the token of a session or a guest's visit; None: until the browser closes."""
    return Cookie(
        name, value=token, httponly=True, samesite="lax", path=path,
        secure=request.url.scheme == "https",
        max_age=lasts_us // SECOND_US if lasts_us else None,
    )  # fmt: skip


def local(url: str, otherwise: str = "/") -> str:
    """An address of our own to go to; anything that would lead elsewhere is left out."""
    # Browsers leave out tabs and line ends: `/<tab>/evil` would be `//evil` to them.
    plain = url.isprintable() and "\\" not in url
    return url if plain and url.startswith("/") and not url.startswith("//") else otherwise
