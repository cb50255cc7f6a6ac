"""The sign-in screen."""

from dataclasses import dataclass

from runtime.web.screens.base import Page
from runtime.web.screens.form import Option


@dataclass(frozen=True, slots=True)
class SignInScreen:
    """Signing in by email or phone and password.

    ``next`` is where to go afterwards; ``notice`` says why one is here; ``tenants`` is what to
    choose from when the address does not say, and ``tenant`` the one chosen; ``portal_url`` is
    the help centre when one may look in without signing in.
    """

    page: Page
    action: str
    next: str
    identity: str = ""
    error: str = ""
    notice: str = ""
    tenants: tuple[Option, ...] = ()
    tenant: str = ""
    portal_url: str = ""
    remember: bool = False
