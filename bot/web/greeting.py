"""The first card, before anybody said anything: computed, not stored, so that looking costs nothing."""

from datetime import datetime

from dialogs.cards import Card
from dialogs.context import Context
from dialogs.conversation import Conversation
from dialogs.engine import step
from dialogs.events import Arrived
from domain.campaign import Campaign
from domain.classification import classify
from domain.vocabulary import Language


def greeting(language: Language, campaign: Campaign, now: datetime) -> Card:
    """What the dialogue says to someone who just came in."""
    context = Context(now=now, campaign=campaign, classify=classify)
    return step(Conversation(id="0" * 16, language=language), Arrived(), context).cards[0]
