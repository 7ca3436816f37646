"""``python -m chinese_deal_ie``: the command line."""

from __future__ import annotations

from .cli import app

if __name__ == "__main__":
    app(prog_name="chinese-deal-ie")
