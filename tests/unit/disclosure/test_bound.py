"""The bound of the least loss: no cut forbids a choice that protects, and what is said to be proven is so."""

from __future__ import annotations

import numpy as np
import pytest

from reports.disclosure.attack import system_of
from reports.disclosure.policy import profiles
from reports.disclosure.primary import losses, sensitive_figures
from reports.disclosure.suppress import _bettered, _first_choice, _Master, _orders, suppress
from reports.disclosure.weigh import Scales
from tests.unit.disclosure.grids import cross_table
from tests.unit.disclosure.test_protect import microdata, sparse_counts

FEW, VALUES = profiles()["few"], profiles()["values"]


def tables():
    for seed in range(3):
        yield cross_table(sparse_counts(seed, 9, 6)), FEW
        yield cross_table(sparse_counts(seed, 4, 3, 3)), FEW
        yield cross_table(*microdata(seed, 8, 6, 20, (3, 5, 8, 12))), VALUES


@pytest.mark.parametrize(("table", "profile"), list(tables()))
def test_no_cut_forbids_a_choice_that_protects(table, profile):
    """Attacks by readers on figures hidden in part, at random, give cuts; choices in four orders, each as small as can
    be, keep all of them. Values may be open to contributors alone: then there are none.
    """
    system, sensitive, cost = system_of(table), sensitive_figures(table, profile), losses(table, profile)
    must = np.array([name in sensitive for name in system.ids])
    may = must | (system.values != 0)
    prices = np.array([float(cost[name]) for name in system.ids])
    scales = Scales(table, system, sensitive, prices, may, {})
    hard = [need for need in scales.needs if not scales.is_met(need, must)]
    choices = [_bettered(scales, must, _first_choice(scales, must, order), hard) for order in _orders(scales, hard)]
    master, drawn = _Master(prices, must, may, True), np.random.default_rng(1)
    cuts = []
    for share in (0.0, 0.1, 0.3, 0.6):
        parts = np.where(must, 1.0, share * drawn.random(len(must)) * may)
        cuts += [master._worth(system, one) for need in hard if (one := scales.shortfall(need, parts)) is not None]
    assert cuts or profile is VALUES
    assert [float(worth[choice].sum()) for worth in cuts for choice in choices if worth[choice].sum() < 1 - 1e-6] == []


@pytest.mark.parametrize(("table", "profile"), list(tables()))
def test_what_is_proven_of_a_quick_choice_holds_for_the_least_one(table, profile):
    sensitive, cost = sensitive_figures(table, profile), losses(table, profile)
    quick, least = suppress(table, sensitive, cost, exact_at_most=0), suppress(table, sensitive, cost)
    assert float(quick.loss) * (1 - quick.gap) <= float(least.loss) * 1.001 + 0.1
    assert 0 <= least.gap <= 0.021
    assert quick.gap < 1 or profile is VALUES
