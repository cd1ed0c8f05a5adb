"""What the system itself says to partners, in the languages it has: sentences with places, and catalogues.

Here: `Sentence` (an English pattern with its parts) and, in catalogue.py, the languages as gettext catalogues
(.po files, read as they are). Not here: what a contract says, whose texts stand in the contract.
"""

from orchestration.words.sentence import AnyOf, DateForms, Sentence, mark, sentence

__all__ = ["AnyOf", "DateForms", "Sentence", "mark", "sentence"]
