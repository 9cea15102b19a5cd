"""Identity card readers (二代证 SAM module): frames, and the text of a card."""
