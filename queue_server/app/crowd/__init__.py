"""Drawn citizens and clerks at work: ordinary clients of a running demo, in a process of their own."""
