"""Plays transcripts on WeChat: through the platform, the webhook, the store and back to what the person sees."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import Connection, select

from bot.channels.base import ChannelName
from bot.channels.wechat_options import Choices
from bot.effects import apply
from bot.parts import _takes_files
from bot.store import conversations, people
from bot.store.store import Store
from bot.store.tables import outbox
from bot.turns import Who
from dialogs.cards import Card
from dialogs.context import Context
from dialogs.conversation import Value
from dialogs.engine import step
from dialogs.press import option_code, unseal
from dialogs.rendering import render
from dialogs.transcripts import Entry
from domain.campaign import campaign
from domain.classification import classify
from domain.vocabulary import Language, Role
from tests.bot.channels.wechat_bot import WeChatBot, wechat_bot
from tests.peers.wechat_people import Follower
from tests.peers.wechat_platform import WeChatPlatform
from tests.transcripts.players import BEGINNING

STICKER = "【收到不支持的消息类型，暂无法显示】"
KINDS = {"voice": "voice", "video": "video", "location": "location", "link": "link", "other": "miniprogrampage"}


@dataclass
class Clock:
    """Begins at BEGINNING and goes on by the real seconds, and by what is waited."""

    began: float = field(default_factory=monotonic)
    waited: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return BEGINNING + self.waited + timedelta(seconds=monotonic() - self.began)

    def seconds(self) -> float:
        return self.now().timestamp()


@dataclass
class World:
    """What the dialogue knows: as the simulation has it."""

    roles: frozenset[Role] = frozenset({Role.CANDIDATE})
    stage: str = ""

    def context(self, connection: Connection, who: Who, now: datetime) -> Context:
        submitted = conversations.find(connection, who.person).submitted_at
        return Context(
            now=now,
            campaign=campaign("2025"),
            classify=classify,
            roles=self.roles,
            stage=self.stage if submitted else "",
        )


@dataclass
class WeChatPlayer:
    """One person who follows the account; choices are tapped as links."""

    bot: WeChatBot
    world: World
    clock: Clock
    channel: ChannelName = ChannelName.WECHAT
    person: Follower = field(init=False)
    seen: int = 0

    @property
    def now(self) -> datetime:
        return BEGINNING + self.clock.waited

    async def begin(self, roles: frozenset[Role], stage: str) -> None:
        self.world.roles, self.world.stage = roles, stage
        self.person = self.bot.platform.follower("oPerson")
        await self.bot.platform.happens(self.person, "subscribe")
        await self._shown()

    async def act(self, entry: Entry) -> str:
        platform = self.bot.platform
        if entry.press is not None:
            await self._press(entry.press)
        elif entry.sends == "file":
            await platform.sends_picture(self.person, f"MEDIA-{self.seen}", b"\xff\xd8\xff\xe0 a photo")
        elif entry.sends == "sticker":
            await platform.says(self.person, STICKER)
        elif entry.sends is not None:
            await platform.sends(self.person, KINDS[entry.sends])
        else:
            await platform.says(self.person, entry.words or entry.shares or "")
        return await self._shown()

    async def wait(self, hours: float) -> None:
        self.clock.waited += timedelta(hours=hours)

    async def record(self) -> Mapping[str, Value]:
        def work(connection: Connection) -> Mapping[str, Value]:
            account = people.find(connection, ChannelName.WECHAT, self.person.openid)
            assert account is not None
            answers = conversations.find(connection, account.person).main.answers
            return {question: answer.value for question, answer in answers.items()}

        return await self.bot.store.read(work)

    async def _shown(self) -> str:
        await self.bot.settled()
        new = self.person.texts()[self.seen :]
        self.seen += len(new)
        return "\n".join(new)

    async def _press(self, option: str) -> None:
        """Taps the newest link of that option, also one far up in the chat; types its number where none is shown."""
        for words, token in reversed(self.person.taps()):
            press = unseal(token, self.bot.wechat.channel.pen.key)
            if press is not None and press.option == option_code(option):
                await self.bot.platform.taps(self.person, words, token)
                return
        await self.bot.platform.says(self.person, str(await self._number(option)))

    async def _number(self, option: str) -> int:
        def work(connection: Connection) -> str:
            newest = select(outbox.c.card).order_by(outbox.c.id.desc()).limit(1)
            return str(connection.execute(newest).scalar_one())

        card = Card.model_validate_json(await self.bot.store.read(work))
        return [each.id for each in render(card, Language.ZH).options].index(option) + 1


@asynccontextmanager
async def wechat_player(store: Store) -> AsyncIterator[WeChatPlayer]:
    """A player, everything behind it running."""
    clock, world = Clock(), World()
    async with (
        WeChatPlatform(clock=clock.seconds) as platform,
        wechat_bot(
            store,
            platform,
            step=step,
            context=world.context,
            apply=apply,
            now=clock.now,
            changes={"wechat_choices": Choices.LINKS},
            takes_files=_takes_files,
        ) as bot,
    ):
        yield WeChatPlayer(bot, world, clock)
