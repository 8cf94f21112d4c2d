"""What the operator may choose about WeChat."""

from enum import StrEnum


class Mode(StrEnum):
    """Which messages are taken, in the platform's own words (消息加解密方式)."""

    COMPATIBLE = "compatible"
    """Encrypted ones, and plain ones too: while the account is changed over, or where there is no key."""
    SAFE = "safe"
    """Encrypted ones only."""


class Choices(StrEnum):
    """How choices are shown; the numbers are always there."""

    NUMBERS = "numbers"
    """Numbered lines: works on every account."""
    LINKS = "links"
    """Numbered lines that can be tapped (`weixin://bizmsgmenu`): widely used, in no manual."""
    MENU = "menu"
    """A menu message where it goes by the customer-service interface: verified service accounts only."""
