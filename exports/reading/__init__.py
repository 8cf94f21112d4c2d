"""Reading a filled Annex 3: an uploaded file becomes typed rows, and a finding for whatever was not as it should be."""
