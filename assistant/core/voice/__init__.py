"""How an author sounds, learnt from what the author has finished.

A model that continues after the author's own text imitates a style far better than one that is given a
description of it, so a voice is first of all a choice of finished text: `exemplars` finds it, `choice`
takes what fits a draft and each of its gaps. `profile` measures the voice for the author to see.
"""

from __future__ import annotations

from assistant.core.voice.choice import Voice, learn
from assistant.core.voice.exemplars import Exemplar, accepted_pieces, finished_sections, own_sections

__all__ = ["Exemplar", "Voice", "accepted_pieces", "finished_sections", "learn", "own_sections"]
