"""Hall panels of lamps: what they are told, by whichever driver they have."""
