"""What tests make people do at Telegram's end, and what people see.

Each action is a coroutine that takes and gives JSON, so that the same set serves a test in the same process and one
that talks to `/control/<action>`.
"""

from __future__ import annotations

import base64
import time

from tests.peers.telegram_entities import found_entities
from tests.peers.telegram_hub import Hub
from tests.peers.telegram_methods import photo_sizes
from tests.peers.telegram_state import BotAccount, Chat, Json, PendingQuery, StoredMessage, User
from tests.peers.telegram_updates import UpdateKind


class PeopleActions:
    """The actions; `token` picks the bot, the first one if empty."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.telegram = hub.telegram

    def _bot(self, token: str) -> BotAccount:
        return self.telegram.bots[token] if token else next(iter(self.telegram.bots.values()))

    # People -----------------------------------------------------------------------------------------------------

    async def on_person(
        self, *, user_id: int, first_name: str, language_code: str, username: str, phone: str, started: bool, token: str
    ) -> None:
        if user_id not in self.telegram.users:
            self.telegram.users[user_id] = User(
                user_id, first_name, language_code, username=username, phone=phone or f"+86138{user_id % 10**8:08d}"
            )
        chat = self.telegram.private_chat(self._bot(token), user_id)
        chat.known = chat.known or started

    async def on_crowd(self, first_id: int, count: int, token: str) -> None:
        bot = self._bot(token)
        for user_id in range(first_id, first_id + count):
            self.telegram.users.setdefault(user_id, User(user_id, f"工程师{user_id}"))
            self.telegram.private_chat(bot, user_id).known = True

    async def on_say(self, user_id: int, text: str, chat_id: int, token: str, reply_to: int = 0) -> int:
        content: Json = {"text": text}
        entities = found_entities(text)
        if entities:
            content["entities"] = entities
        return self._write(self._bot(token), user_id, chat_id, content, reply_to)

    async def on_say_many(self, lines: list[tuple[int, str]], token: str) -> None:
        for user_id, text in lines:
            await self.on_say(user_id, text, user_id, token)

    async def on_edit(self, user_id: int, message_id: int, text: str, token: str) -> None:
        bot = self._bot(token)
        chat = self.telegram.private_chat(bot, user_id)
        message = chat.messages[message_id]
        message.body = {**message.body, "text": text, "edit_date": int(time.time())}
        message.edits += 1
        chat.touch()
        self._emit(bot, UpdateKind.EDITED_MESSAGE, message.body, user_id)

    async def on_contact(self, user_id: int, phone: str, of: int, token: str) -> int:
        user = self.telegram.users[user_id]
        contact: Json = {"phone_number": phone or user.phone, "first_name": user.first_name}
        if of:
            contact["user_id"] = of
        return self._write(self._bot(token), user_id, user_id, {"contact": contact})

    async def on_media(
        self, *, user_id: int, kind: str, data: str, name: str, mime_type: str, caption: str, group: str, token: str
    ) -> int:
        content = self._media(kind, base64.b64decode(data), name, mime_type)
        if caption:
            content["caption"] = caption
        if group:
            content["media_group_id"] = group
        return self._write(self._bot(token), user_id, user_id, content)

    def _media(self, kind: str, data: bytes, name: str, mime_type: str) -> Json:
        stored = self.telegram.store_file(data, name, f"{kind}s", mime_type)
        base = {**stored.json(), "mime_type": stored.mime_type}
        if kind == "photo":
            return {"photo": photo_sizes(self.telegram, stored)}
        if kind == "voice":
            return {"voice": {**base, "duration": max(1, len(data) // 2000)}}
        if kind == "video":
            return {"video": {**base, "file_name": name, "width": 1280, "height": 720, "duration": 5}}
        if kind == "sticker":
            shape = {"width": 512, "height": 512, "type": "regular", "is_animated": False, "is_video": False}
            return {"sticker": {**stored.json(), **shape, "emoji": "👍"}}
        if kind == "location":
            return {"location": {"latitude": 29.563, "longitude": 106.5516}}
        return {"document": {**base, "file_name": name}}

    async def on_press(self, user_id: int, chat_id: int, message_id: int, data: str, token: str) -> str:
        bot = self._bot(token)
        chat = bot.chats[chat_id]
        chat.known = chat.known or chat.is_private
        bot.last_query += 1
        query_id = str((bot.id << 22) + bot.last_query)
        bot.queries[query_id] = PendingQuery(query_id, chat_id, user_id, self.telegram.clock.now())
        self._emit_press(bot, query_id, chat, message_id, data)
        return query_id

    async def on_repeat_press(self, query_id: str, message_id: int, data: str, token: str) -> None:
        bot = self._bot(token)
        self._emit_press(bot, query_id, bot.chats[bot.queries[query_id].chat_id], message_id, data)

    def _emit_press(self, bot: BotAccount, query_id: str, chat: Chat, message_id: int, data: str) -> None:
        query = bot.queries[query_id]
        message = chat.messages.get(message_id)
        inaccessible = message is None or message.deleted
        content: Json = {
            "id": query_id,
            "from": self.telegram.users[query.user_id].json(),
            "chat_instance": str(-(chat.id**2) - bot.id),
            "data": data,
            "message": {"chat": chat.body, "message_id": message_id, "date": 0}
            if inaccessible or message is None
            else message.body,
        }
        chat.touch()
        self._emit(bot, UpdateKind.CALLBACK_QUERY, content, query.user_id)

    async def on_membership(self, user_id: int, blocked: bool, token: str) -> None:
        self._set_membership(self._bot(token), user_id, blocked=blocked)

    def _set_membership(self, bot: BotAccount, user_id: int, *, blocked: bool) -> None:
        chat = self.telegram.private_chat(bot, user_id)
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        member = {"user": bot.user_json(), "status": "member"}
        kicked = {"user": bot.user_json(), "status": "kicked", "until_date": 0}
        content: Json = {
            "chat": chat.body,
            "from": self.telegram.users[user_id].json(),
            "date": int(time.time()),
            "old_chat_member": member if blocked else kicked,
            "new_chat_member": kicked if blocked else member,
        }
        self._emit(bot, UpdateKind.MY_CHAT_MEMBER, content, user_id)

    async def on_deactivate(self, user_id: int) -> None:
        self.telegram.users[user_id].deactivated = True

    # Groups -----------------------------------------------------------------------------------------------------

    async def on_group(self, chat_id: int, title: str, kind: str, token: str) -> None:
        bot = self._bot(token)
        bot.chats.setdefault(chat_id, Chat(chat_id, {"id": chat_id, "title": title, "type": kind}, known=True))

    async def on_migrate(self, chat_id: int, new_chat_id: int, user_id: int, token: str) -> None:
        bot = self._bot(token)
        old = bot.chats[chat_id]
        await self.on_group(new_chat_id, old.body["title"], "supergroup", token)
        self._write(bot, user_id, chat_id, {"migrate_to_chat_id": new_chat_id})
        old.migrated_to = new_chat_id
        self._write(bot, user_id, new_chat_id, {"migrate_from_chat_id": chat_id})

    async def on_kick(self, chat_id: int, token: str) -> None:
        self._bot(token).chats[chat_id].left = True

    # What is seen -----------------------------------------------------------------------------------------------

    async def on_view(self, chat_id: int, since: int, within: float, token: str) -> Json:
        """The chat as its people see it, at once if it changed after revision `since`, else when it does."""
        chat = self._bot(token).chats[chat_id]
        deadline = time.monotonic() + within
        while chat.revision <= since:
            left = deadline - time.monotonic()
            if left <= 0 or not await chat.changed(left):
                break
        messages = [
            {**message.body, "from_bot": message.from_bot, "keyboard": message.markup, "edits": message.edits}
            for message in chat.messages.values()
            if not message.deleted
        ]
        return {"revision": chat.revision, "messages": messages, "toasts": chat.toasts, "actions": chat.actions}

    async def on_wait_quiet(self, chat_id: int, quiet: float, within: float, token: str) -> bool:
        bot = self._bot(token)
        chat = bot.chats[chat_id]
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            rest = chat.changed_at + quiet - time.monotonic()
            if rest <= 0 and not bot.queue.pending_of(chat_id):
                return True
            await chat.changed(max(min(rest, deadline - time.monotonic()), 0.02))
        return False

    async def on_file(self, file_id: str) -> str:
        return base64.b64encode(self.telegram.files[file_id].data).decode()

    def _write(self, bot: BotAccount, user_id: int, chat_id: int, content: Json, reply_to: int = 0) -> int:
        chat = bot.chats[chat_id] if chat_id != user_id else self.telegram.private_chat(bot, user_id)
        chat.known = True
        if chat.blocked:
            self._set_membership(bot, user_id, blocked=False)  # the app makes one restart the bot before writing
        message_id = bot.next_message_id(chat)
        body: Json = {
            "message_id": message_id,
            "from": self.telegram.users[user_id].json(),
            "chat": chat.body,
            "date": int(time.time()),
            **content,
        }
        if reply_to:
            body["reply_to_message"] = chat.messages[reply_to].body
        chat.messages[message_id] = StoredMessage(body, from_bot=False)
        chat.touch()
        self._emit(bot, UpdateKind.MESSAGE, body, chat_id)
        return message_id

    def _emit(self, bot: BotAccount, kind: UpdateKind, content: Json, owner: int) -> int | None:
        update_id = self.telegram.emit(bot, kind, content, owner)
        self.hub.wake(bot)
        return update_id
