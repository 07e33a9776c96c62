"""Processes that may be ended at any moment: what they get to see, what they may use, and how one talks to them.

For engines that look at no clock and may crash on what strangers send. Nothing is imported here: such a process holds
little.
"""
