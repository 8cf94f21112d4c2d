"""The conversation: cards, questions, parsers, scripts, texts. Pure: no clock, database or network."""
