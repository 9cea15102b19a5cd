"""What displays decide, without a screen, a loudspeaker or a clock."""
