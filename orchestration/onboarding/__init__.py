"""From a partner's sample file to the first draft of a contract, every guess marked as one.

Here: looking at a file that no contract describes yet. layout.py and its neighbours find how its bytes are laid out,
columns.py what stands in each column, keys.py what names a record; write.py writes the draft. Not here: contracts
that are in force (contracts/) and reading files that have one (submissions/): a draft is read by the same readers.
"""

from orchestration.onboarding.draft import Draft, draft

__all__ = ["Draft", "draft"]
