"""Counts attempts against rates, in this process or in Valkey.

Both count alike: the time of a rate is cut into 60 slots, and an attempt counts until its whole slot has left
the window. So no window of that length ever holds more attempts than allowed, one comes free at most a
sixtieth late, and a key never takes more than 61 numbers, whatever its rate. (The ``limits`` library was
measured first: its store for asyncio sweeps all keys at each attempt, 750 µs with 5,000 of them, and each
attempt takes two round trips to Valkey.)
"""
