"""What can go wrong in the running program, beyond the domain's own errors."""

from domain.errors import HurentongError


class SettingsError(HurentongError):
    """A setting is missing or not what it must be; the message names it."""


class StoreDownError(HurentongError):
    """The database cannot be reached just now; nothing was lost, try again."""


class FileTooLargeError(HurentongError):
    """The file is larger than the product takes."""


class FileGoneError(HurentongError):
    """The platform no longer has the file, or did not hand it over."""


class WrongKeyError(HurentongError):
    """Stored data was not encrypted with any of the keys given, or has been tampered with."""


class KeysMissingError(HurentongError):
    """A database is used before its keys were named."""


class FencedOffError(HurentongError):
    """Another process has taken this over; what was about to be done was not done."""


class SchemaError(HurentongError):
    """The database's schema is not one that this release can work with."""


class OvertakenError(HurentongError):
    """Somebody else has handled the message or moved the conversation on; nothing was written."""


class TurnError(HurentongError):
    """A message could not be handled; the cause says why. It is tried again, then given up."""

    def __init__(self, message: int, person: int, correlation: str) -> None:
        super().__init__(f"the message {message} (correlation {correlation}) could not be handled")
        self.message = message
        self.person = person
        self.correlation = correlation


class UnknownFileError(HurentongError):
    """The file is of a kind that the product does not take."""


class BackupError(HurentongError):
    """A backup cannot be made or restored; nothing was changed."""


class ChildFailedError(HurentongError):
    """A process that was to do slow work ended without a result; the work is tried again."""
