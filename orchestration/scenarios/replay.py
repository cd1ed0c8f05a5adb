"""Hands a proposal to the module that replays it.

Here: the one table of them. Not here: anything else.
"""

from typing import assert_never

from orchestration.scenarios import control, listing, method, rule
from orchestration.scenarios.outcome import Outcome
from orchestration.scenarios.proposal import CaseRuleChange, Control, ListEntry, MethodChange, Scenario
from orchestration.site import Site


def replay(site: Site, scenario: Scenario) -> Outcome:
    """What would have changed; EntrepotError where nothing was published yet."""
    match scenario.proposal:
        case Control() as proposal:
            return control.replay(site.home, scenario.title, proposal)
        case MethodChange() as proposal:
            return method.replay(site.home, scenario.title, proposal)
        case ListEntry() as proposal:
            return listing.replay(site.home, scenario.title, proposal)
        case CaseRuleChange() as proposal:
            return rule.replay(site.home, scenario.title, proposal)
        case _ as never:
            assert_never(never)
