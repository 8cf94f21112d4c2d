"""The picture of the year's numbers for /stats: drawn beside the turns, then sent to whoever asked."""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Connection

from bot.store import attachments, inbox, statistics
from bot.store.store import Store
from bot.store.timers import Timer
from bot.timers import Slow
from bot.turns import DONE
from dialogs.cards import Document
from dialogs.events import Done
from domain.campaign import current_campaign
from domain.vocabulary import Language

STATS_PICTURE = "stats_picture"
"""Kind of the timers whose payload is a PictureJob."""
KEPT = timedelta(days=1)
PNG = "image/png"


class PictureJob(BaseModel):
    """Who asked, and in which language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: int
    person: int
    language: Language
    asked_at: AwareDatetime


def pictures_of(store: Store) -> Slow:
    """The timer that draws."""

    def work(timer: Timer) -> bytes:
        from exports.charts import statistics_png  # noqa: PLC0415 - pygal takes 0.3 s that a start should not pay

        job = PictureJob.model_validate_json(timer.payload)
        campaign = current_campaign(job.asked_at.date())
        counted = store.read_now(lambda connection: statistics.statistics(connection, campaign.id, job.asked_at))
        return statistics_png(counted, job.language)

    def keep(connection: Connection, timer: Timer, picture: bytes, now: datetime) -> None:
        job = PictureJob.model_validate_json(timer.payload)
        name = f"stats-{job.asked_at:%Y%m%d-%H%M}.png"
        reference = attachments.put(connection, job.person, name, PNG, picture, now, expires_at=now + KEPT)
        document = Document(reference=reference, name=name, media_type=PNG)
        said = DONE.dump_json(Done("stats.picture", (), document.model_dump_json()))
        inbox.put_internal(connection, f"stats {timer.id}", job.account, job.person, said, now)

    return Slow(work, keep)
