"""Where the answer is typed: the field that suits the question that waits."""

from dataclasses import dataclass

from dialogs.cards import Card, Input

_AUTOCOMPLETE = {"name": "name", "phone": "tel", "enterprise": "organization"}
"""Questions whose answer the browser may know (WCAG 1.3.5)."""
_FIELDS = {
    Input.TEXT: ("text", "text"),
    Input.LONG_TEXT: ("textarea", "text"),
    Input.PHONE: ("tel", "tel"),
    Input.NUMBER: ("text", "decimal"),
    Input.DATE: ("date", "text"),
    Input.FILE: ("file", "text"),
    Input.CHOICE: ("text", "text"),
}


@dataclass(frozen=True, slots=True)
class Composer:
    """The field: its element, its keyboard, what the browser may fill in, the characters it may hold (0: any)."""

    subject: str
    kind: str
    keyboard: str
    autocomplete: str
    limit: int
    placeholder: str
    """Key of the catalogue."""
    draft: str = ""


def composer(card: Card, draft: str = "") -> Composer:
    """The field for the card's question; `draft` is what the person had typed already."""
    kind, keyboard = _FIELDS[card.input]
    hint = Input.CHOICE if card.choices and card.input is Input.TEXT else card.input
    return Composer(
        subject=card.subject,
        kind="textarea" if "\n" in draft or card.limit else kind,
        keyboard=keyboard,
        autocomplete=_AUTOCOMPLETE.get(card.subject, "off"),
        limit=card.limit,
        placeholder=f"web.placeholder.{hint}",
        draft=draft,
    )
