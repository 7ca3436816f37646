"""spaCy: a tokenizer, the component ``deal_extractor``, and what documents and entities get to tell.

Importing this package imports no spaCy; its modules ``component``, ``extensions`` and ``tokenizer`` do.
"""

from .loading import load

__all__ = ["load"]
