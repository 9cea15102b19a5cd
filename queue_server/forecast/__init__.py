"""Waits as people are told them: forward simulation of the real state by the hall's own rules, fitted from what was seen. Pure."""
