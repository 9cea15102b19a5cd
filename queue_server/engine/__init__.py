"""The rules of the hall, pure: decide(state, command, context) -> events and a reply; apply(state, event) -> state; due(state)."""
