"""Example input, shipped as package data: ``changzhou.txt``, a portal page with foreign headlines below the article.

It is the document ``seed-000`` of ``corpus/seeds`` without its annotations; no model is trained on it.
"""
