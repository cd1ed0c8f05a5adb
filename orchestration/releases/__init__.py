"""One guarded database per recipient, and the locked door through which people query it.

Belongs here: who may see which row (``policy``), building and publishing a recipient's file (``sources``,
``models``, ``build``, ``shelf``, ``digest``), and ad-hoc SQL in a process of its own (``query``,
``sandbox``). Does not belong here: what a number means (dbt) and who a partner is (contracts).
"""
