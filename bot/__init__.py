"""Everything that runs: settings, channels, store, workers, web pages, command line."""
