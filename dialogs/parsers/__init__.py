"""What a typed answer means: pure parsers in Chinese and English, each ending in an Outcome."""
