"""The command `study`: thin commands over the rooms, one file per command or family of commands; `app` puts them together."""

from .app import app, main

__all__ = ["app", "main"]
