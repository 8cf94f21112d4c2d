"""Broadcasts from a chat: counted, tried on oneself, started; approved, paused, resumed, cancelled."""

from bot import broadcasting
from bot.appliers.scene import Scene
from bot.broadcast_moves import make_move
from bot.store import audiences, broadcasts, deliveries, members, outbox
from bot.store.broadcasts import Broadcast
from bot.store.outbox import Outgoing
from bot.store.recipients import Addressee, addressees
from bot.telling import tell
from dialogs.broadcast import approval_card, message_card, standing_line
from dialogs.effects import (
    CountAudience,
    ListBroadcasts,
    MoveBroadcast,
    StartBroadcast,
    TryBroadcast,
)
from dialogs.events import Done
from dialogs.texts import catalogue
from domain.audience import Audience, Recipient, audience_text
from domain.broadcast import BroadcastState, Hand, needs_approval
from domain.broadcast_text import Template, sample_recipients, template
from domain.campaign import current_campaign

SAMPLED = 120
"""People among whom the three samples are chosen."""
LISTED = 10


def count_audience(scene: Scene, effect: CountAudience) -> Done:
    """Counts now."""
    return Done("audience.count", (("count", _count(scene, effect.audience)),))


def try_broadcast(scene: Scene, effect: TryBroadcast) -> Done:
    """Keeps the draft and sends it to its author alone."""
    who, now = scene.who, scene.now
    text = template(effect.text)
    draft = broadcasts.draft(scene.connection, who.person, who.account, effect.text, effect.audience, now)
    if draft.state is BroadcastState.DRAFT:
        broadcasts.change(scene.connection, draft, BroadcastState.TESTED, Hand.AUTHOR, now, actor=who.person)
    scene.audit("broadcast", subject=f"broadcast {draft.id}", detail="tested")
    people = _some(scene, effect.audience)
    days = current_campaign(now.date()).days_left(now)
    example = people[0].recipient if people else Recipient(key="nobody", language=scene.conversation.language)
    own = Outgoing(
        account=who.account,
        channel=who.channel,
        language=scene.conversation.language,
        card=message_card(text, person=example, days_left=days),
        cause=who.message,
    )
    outbox.put(scene.connection, [own], now)
    shown = [each.recipient for each in people]
    samples = [text.render(each, days) for each in sample_recipients(text, shown)]
    args = {f"sample_{at + 1}": samples[at] if at < len(samples) else "—" for at in range(3)}
    missing = _lacking(scene, text, effect.audience)
    count = _count(scene, effect.audience)
    return Done("broadcast.tested", (("count", count), ("lacking", missing), *args.items()))


def start_broadcast(scene: Scene, effect: StartBroadcast) -> Done:
    """Starts what was tested, at once, later, or once a second member has approved it."""
    connection, who, now = scene.connection, scene.who, scene.now
    draft = broadcasts.tested(connection, who.person, effect.text, effect.audience)
    if draft is None:
        return Done("broadcast.try_again")
    count = _count(scene, effect.audience)
    draft = broadcasts.set_start(connection, draft, effect.starts_at, who.account)
    if needs_approval(count, scene.policy.approval_above):
        broadcasts.change(connection, draft, BroadcastState.AWAITING_APPROVAL, Hand.AUTHOR, now, actor=who.person)
        _ask_for_approval(scene, draft, count)
        key = "broadcast.awaiting_approval"
    else:
        begun = broadcasting.schedule(connection, draft, Hand.AUTHOR, now, who.person)
        if begun is None:
            return Done("broadcast.try_again")
        key = "broadcast.started" if begun.state is BroadcastState.RUNNING else "broadcast.scheduled"
        count = begun.recipients if begun.recipients is not None else count
    detail = f"{key.removeprefix('broadcast.')}; {audience_text(effect.audience)}; {count} people"
    scene.audit("broadcast", subject=f"broadcast {draft.id}", detail=detail)
    return Done(key, (("key", draft.id), ("count", count)))


def move_broadcast(scene: Scene, effect: MoveBroadcast) -> Done:
    """Approves it, sends it back, pauses, resumes or cancels it."""
    moved = make_move(scene.connection, effect.number, effect.move, scene.who.person, scene.now)
    return Done(moved.key, (("key", effect.number),))


def list_broadcasts(scene: Scene, _: ListBroadcasts) -> Done:
    """The newest, one a line."""
    language = scene.conversation.language
    lines = []
    for each in broadcasts.listing(scene.connection, LISTED):
        report = deliveries.report(scene.connection, each) if each.recipients is not None else None
        lines.append(catalogue().say(standing_line(each.id, each.state, each.text, report, language), language))
    return Done("broadcast.list", (("list", "\n".join(lines)),)) if lines else Done("broadcast.none")


def _ask_for_approval(scene: Scene, draft: Broadcast, count: int) -> None:
    for person in members.staff(scene.connection):
        if person != scene.who.person:
            tell(scene.connection, person, approval_card(draft.id, draft.text, draft.audience, count), scene.now)


def _count(scene: Scene, audience: Audience) -> int:
    return audiences.count(scene.connection, audience, current_campaign(scene.now.date()).id)


def _some(scene: Scene, audience: Audience) -> list[Addressee]:
    campaign = current_campaign(scene.now.date()).id
    whom = audiences.some(scene.connection, audience, campaign, SAMPLED)
    return addressees(scene.connection, whom, campaign)


def _lacking(scene: Scene, text: Template, audience: Audience) -> str:
    campaign = current_campaign(scene.now.date())
    missing = audiences.lacking(scene.connection, audience, campaign.id)
    if campaign.days_left(scene.now) <= 0:
        missing["days_left"] = _count(scene, audience)
    used = [f"{{{name}}} {missing[name]}" for name in text.placeholders if missing.get(name)]
    return "、".join(used) or "—"
