"""The voice of a hall: words with their pinyin, sound from them, and the loudspeaker that plays it."""
