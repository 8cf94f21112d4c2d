"""What is done later or takes long, by its kind of timer."""

from collections.abc import Mapping

from bot import (
    briefing_notices,
    broadcast_report,
    broadcasting,
    calling,
    campaign_retention,
    erasure,
    form_jobs,
    jobs,
    link_jobs,
    mydata,
    package_jobs,
    reminding,
    retention,
    unfinished,
)
from bot.channels.base import Channel, ChannelName
from bot.children import Children
from bot.desk.lists import LISTS, lists_of
from bot.settings import Settings
from bot.stats_picture import STATS_PICTURE, pictures_of
from bot.store.store import Store
from bot.timers import Fire, Slow


def kinds_of(
    settings: Settings, store: Store, children: Children, channels: Mapping[ChannelName, Channel]
) -> dict[str, Fire | Slow]:
    """Every kind that the program knows."""
    return {
        retention.KIND: retention.retain(settings.retention_days),
        reminding.KIND: reminding.fire,
        unfinished.KIND: unfinished.fire,
        LISTS: lists_of(store),
        STATS_PICTURE: pictures_of(store),
        jobs.EXPORT: jobs.exports_of(store, children),
        link_jobs.LINK: link_jobs.links_of(settings),
        package_jobs.PACKAGE: package_jobs.packages_of(children),
        form_jobs.READ: form_jobs.readings_of(children),
        form_jobs.TAKE: form_jobs.takings_of(store),
        erasure.KIND: erasure.fire,
        campaign_retention.KIND: campaign_retention.retain(),
        mydata.MY_DATA: mydata.my_data_of(store),
        broadcasting.KIND: broadcasting.pulse_of(channels, settings.policy),
        broadcasting.REPORT: broadcast_report.reports_of(children),
        briefing_notices.KIND: briefing_notices.notices_of(channels, settings.policy),
        calling.REMINDER: calling.remind,
    }
