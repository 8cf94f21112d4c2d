"""What each effect of the dialogue comes to in rows, by subject; `bot.effects` knows which belongs to which."""
