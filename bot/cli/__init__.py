"""The command line: `hurentong …`. Exit status 0, 1 for bad input, 2 for wrong usage."""
