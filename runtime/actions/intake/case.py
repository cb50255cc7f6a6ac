"""One mail on its way, with all that was read of it before the unit in which it is written."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.channel import ChannelModel
from engine.model.desk import Desk
from runtime.actions.gather import Gathered
from runtime.actions.intake.files import Kept
from runtime.actions.intake.sift import Sifted
from runtime.channels.mail.parsed import Mail
from runtime.site.handles import Site
from runtime.store.arrivals import Learned
from runtime.store.rows import Arrival


@dataclass(frozen=True, slots=True)
class Case:
    """`own`: the addresses that are ours. `gathered`: what other systems said, once asked."""

    site: Site
    arrival: Arrival
    mail: Mail
    files: tuple[Kept, ...]
    desk: Desk
    channel: ChannelModel
    own: frozenset[str]
    sifted: Sifted
    gathered: Gathered | None = None

    @property
    def envelope_to(self) -> tuple[str, ...]:
        return tuple(str((self.arrival.summary or {}).get("envelope_to", "")).split())

    @property
    def learned(self) -> Learned:
        """What the row shows from now on."""
        mail, summary = self.mail, dict(self.arrival.summary or {})
        summary |= {
            "from": mail.sender.address,
            "name": mail.sender.name,
            "subject": mail.subject,
            "to": ", ".join(one.address for one in mail.to),
            "date": str(mail.at_us or ""),
        }
        return Learned(mail.message_id or None, mail.digest or None, summary)


def own_addresses(desk: Desk) -> frozenset[str]:
    """Every address of the tenant's channels."""
    return frozenset(one for channel in desk.channels.values() for one in channel.addresses)
