"""Why a verb of pilots or shadows was not done, in words; each with its cure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from runtime.actions.piloting.begin import Ended
from runtime.render.catalogues import N_

SAID: Mapping[str, str] = {
    "no_tenant": N_("Nothing of this tenant is published yet; publish it first"),
    "share": N_("The share is a whole number of per cent from 0 to 100"),
    "nobody": N_("Say whom it is for: name teams, or a share of requesters, or both"),
    "no_revision": N_("There is no revision %(what)s"),
    "other_tenant": N_("These files are of another tenant: %(what)s"),
    "problems": N_("The files have errors; put them right first"),
    "unknown_team": N_("No such team in both the live specs and these: %(what)s"),
    "rights": N_(
        "It would change who may see or do what: %(what)s. Publish that change on its own, or "
        "allow it for this pilot"
    ),
    "there": N_("There is one already (%(what)s); promote or stop it first"),
    "is_live": N_("Just this is live already, so there is nothing to try"),
    "meanwhile": N_("Somebody else published or moved it meanwhile; look again and repeat"),
    "no_pilot": N_("There is no pilot"),
    "no_shadow": N_("There is no shadow"),
    "ending": N_("It is being stopped; wait for that, or stop it again to go on"),
    "newer_live": N_(
        "Something was published since it began (%(what)s); promoting would undo that. Bring it "
        "into the pilot's files and begin anew, or confirm that it is to be undone"
    ),
    "waits": N_(
        "It waits for an approval and is kept as plan %(what)s; promote it again when somebody "
        "else has approved that"
    ),
    "undecided": N_(
        "It lacks a step of moves/ or a word on open tickets, see plan %(what)s; add that to its "
        "files and begin anew"
    ),
    "goes_back": N_("A move of the data is still being undone (%(what)s); repeat when it is over"),
    "bad_map": N_("This can't take the place of that: %(what)s"),
    "stranded": N_("Tickets of the pilot hold what live does not have: %(what)s"),
}


def said(ended: Ended, say: Callable[..., str]) -> str:
    """The sentence; `say` translates a message with its values."""
    counts = (f"{name} ({count})" for name, count in ended.counts.items())
    what = ", ".join((*ended.said, *counts))
    return say(SAID[ended.code], what=what)
