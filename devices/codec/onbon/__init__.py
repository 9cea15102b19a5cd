"""Onbon BX-5K/6K LED controllers: frames, orders, answers, and the far end for simulators."""
