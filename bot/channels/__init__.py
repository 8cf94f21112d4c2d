"""One file a channel: how it takes messages in, draws cards, sends them, and names its errors."""
