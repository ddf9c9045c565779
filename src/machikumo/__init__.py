"""Machikumo (まちくも), the open municipal cloud (自治体クラウド).

One package per subject ("room"). The pure rules of a room lie in its ``domain`` and can be used as a library
without Django; the web side is thin. docs/map.md tells what is where.
"""

__version__ = "0.1.0"
