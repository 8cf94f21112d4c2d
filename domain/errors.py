"""The one exception hierarchy of the product; a message says what is wrong and what would be right."""


class HurentongError(Exception):
    """Something that a person can act on; the message is written for that person."""


class DataFileError(HurentongError):
    """A data file that ships with the product (campaign, Annex 1, lexicon, texts) does not hold what it must."""


class TransitionError(HurentongError):
    """An application's status cannot change that way."""
