"""The customs service's four extracts: declarations, licence write-offs, inspections, seizures.

Belongs here: refs, columns and wording of customs_service's feeds. Does not belong here: what passes the
border (`customs`), and the file formats, which the contracts say. Seizures are remembered for the
prosecution service.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.sample import calendar, columns, countries, customs, goods, licensing, shipments
from orchestration.sample.calendar import Period
from orchestration.sample.columns import Bools, Days, Ints, choose, generator, joined, padded, pick
from orchestration.sample.customs import Consignments, Controls, Items
from orchestration.sample.delivery import Delivery, Mention
from orchestration.sample.goods import FIRST_CHECKED
from orchestration.sample.identifiers import movement_references
from orchestration.sample.licensing_feeds import licence_refs
from orchestration.sample.world import World

PARTNER = "customs_service"
_GROUNDS = ("false_description", "no_licence", "catch_all", "wrong_destination")
_BELOW = ", below the control threshold"


@dataclass
class Seized:
    """What the prosecution service needs to know of each seizure, quarter after quarter."""

    ref: list[str] = field(default_factory=list)
    day: list[np.datetime64] = field(default_factory=list)
    exporter: list[int] = field(default_factory=list)
    value: list[int] = field(default_factory=list)
    currency: list[int] = field(default_factory=list)


class Border:
    """The border as one agency sees it; deliver the quarters in order, the numbering runs on."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sent = shipments.ship(world)
        self.seized = Seized()
        self._numbers: dict[tuple[str, str], int] = {}

    def deliveries(self, periods: list[Period]) -> Iterator[Delivery]:
        """The four feeds, quarter by quarter; the quarters are those from the first one on."""
        targets = customs.targets(self.world, periods)
        for number, (period, target) in enumerate(zip(periods, targets, strict=True), 1):
            heads, items = customs.declare(self.world, period, number, self.sent, target)
            mrn = movement_references(columns.years(heads.accepted), heads.serial)
            yield self._declarations(period, heads, items, mrn)
            yield self._usages(period, heads, items, mrn)
            controls = customs.inspect(self.world, period, heads, items, self.sent)
            yield self._inspections(period, heads, items, controls, mrn)
            yield self._seizures(period, heads, items, controls, mrn)

    def declarations(self, period: Period, number: int, target: int) -> Delivery:
        """The declarations of quarter `number` alone: the same as `deliveries` gives for the same target."""
        heads, items = customs.declare(self.world, period, number, self.sent, target)
        return self._declarations(
            period, heads, items, movement_references(columns.years(heads.accepted), heads.serial)
        )

    def _declarations(self, period: Period, heads: Consignments, items: Items, mrn: pa.Array) -> Delivery:
        world, rng = self.world, generator(self.world.seed, PARTNER, "declarations", period.label)
        head = items.consignment
        take = pa.array(head)
        people = world.people
        exporter, consignee = heads.exporter, heads.consignee
        exporter_name = people.as_written(rng, exporter, PARTNER).take(take)
        consignee_name = people.as_written(rng, consignee, PARTNER).take(take)
        eori = columns.only(people.eori.take(pa.array(exporter)), rng.random(len(exporter)) < 0.985)
        free, listed = np.maximum(items.free, 0), np.maximum(items.listed, 0)
        is_free, document, ref = (
            items.free >= 0,
            self._document(rng, heads, items),
            self._reference(heads, items),
        )
        mass = items.quantity * np.where(is_free, world.everyday.kilograms[free], world.controlled.kilograms[listed])
        mass = np.maximum(np.round(mass * rng.uniform(0.9, 1.1, len(mass))), 1).astype(np.int64)
        table = columns.table({
            "mrn": mrn.take(take),
            "item_no": pa.array(items.number),
            "office_code": pick(customs.OFFICES, heads.office[head]),
            "accepted_on": columns.days(heads.accepted[head]),
            "exit_on": columns.days(heads.exit[head]),
            "exporter_eori": eori.take(take),
            "exporter_name": exporter_name,
            "consignee_name": consignee_name,
            "consignee_country": people.country_codes(consignee).take(take),
            "destination_country": pick(countries.CODES, heads.destination[head]),
            "transit_country": pick(countries.CODES, heads.transit[head]),
            "hs_code": pc.coalesce(self._goods(items, "hs_code"), "852349"),
            "goods_description": self._described(items),
            "net_mass_kg": columns.decimals(mass, 3),
            "quantity": columns.decimals(items.quantity, 3),
            "unit": self._goods(items, "unit"),
            "statistical_value": columns.decimals(items.value, 2),
            "currency": pick(licensing.CURRENCIES, heads.currency[head]),
            "document_code": document,
            "document_ref": ref,
        })  # fmt: skip
        self._tell_declarations(heads, items, mrn)
        mentions = (
            Mention("exporter", exporter_name, exporter[head]),
            Mention("consignee", consignee_name, consignee[head]),
        )
        return Delivery(PARTNER, "export_declarations", period.label, table, mentions)

    def _goods(self, items: Items, column: str) -> pa.Array:
        world = self.world
        free = pick(getattr(world.everyday, column), items.free)
        listed = pick(pa.array([v or None for v in getattr(world.controlled, column)]), items.listed)
        return pc.coalesce(free, listed)

    def _described(self, items: Items) -> pa.Array:
        name = self._goods(items, "description")
        below = (items.listed >= 0) & ~items.is_licensed
        return pc.if_else(pa.array(below), joined(name, _BELOW), name)

    def _modes(self, heads: Consignments, items: Items) -> Ints:
        """How each item came to the border; -1 where it is no licensed shipment."""
        shipment = heads.shipment[items.consignment]
        mode = self.sent.mode[np.maximum(shipment, 0)] if len(self.sent.mode) else shipment
        return np.where(items.is_licensed, mode, -1)

    def _document(self, rng: np.random.Generator, heads: Consignments, items: Items) -> pa.Array:
        listed = np.maximum(items.listed, 0)
        codes = (*FIRST_CHECKED, "Y901", "Y999")
        licensed = np.where(self.world.controlled.is_military[listed], 1, 0)
        code = np.where(items.listed >= 0, 2, np.where(rng.random(len(listed)) < 0.3, 3, -1))
        code = np.where(items.is_licensed, licensed, code)
        code = np.where(self._modes(heads, items) == shipments.UNLICENSED, 2, code)
        return pick(codes, code)

    def _grants(self, heads: Consignments, items: Items) -> Ints:
        """The decision that licensed each item, or -1."""
        shipment = heads.shipment[items.consignment]
        line = self.sent.line[np.maximum(shipment, 0)] if len(self.sent.line) else shipment * 0
        grant = self.world.grant_of[self.world.lines.application[line]]
        return np.where(items.is_licensed, grant, -1)

    def _reference(self, heads: Consignments, items: Items) -> pa.Array:
        grant = self._grants(heads, items)
        made = self.world.decisions
        number = np.where(grant < 0, -1, made.licence_number[np.maximum(grant, 0)])
        return licence_refs(made.licence_year[np.maximum(grant, 0)], number)

    def _usages(self, period: Period, heads: Consignments, items: Items, mrn: pa.Array) -> Delivery:
        world, rng = self.world, generator(self.world.seed, PARTNER, "licence_usages", period.label)
        at = np.flatnonzero(self._grants(heads, items) >= 0)
        line = self.sent.line[heads.shipment[items.consignment[at]]]
        fate = choose(rng, len(at), (0.945, 0.02, 0.02, 0.015))  # original, late, adjusted after, reversed after
        again = np.flatnonzero(fate >= 2)
        source = np.concatenate([np.arange(len(at)), again])
        is_second = np.arange(len(source)) >= len(at)
        change = np.where(fate[source] == 3, -1.0, rng.uniform(-0.2, 0.1, len(source)))
        factor = np.where(is_second, change, 1.0)
        day = heads.accepted[items.consignment[at]][source]
        day = np.where(is_second, np.minimum(calendar.add_days(day, rng.integers(1, 20, len(day))), period.end), day)
        order = np.argsort(day, kind="stable")
        source, factor, day, is_second = source[order], factor[order], day[order], is_second[order]
        item, line = at[source], line[source]
        opened = world.applications.type[world.lines.application[line]] == licensing.TYPES.index("OPN")
        kind = np.where(is_second, np.where(fate[source] == 3, 2, 3), np.where(fate[source] == 1, 1, 0))
        step = np.where(world.controlled.counted[world.lines.item[line]], 1000, 500)
        quantity = np.round(items.quantity[item] * factor / step).astype(np.int64) * step
        table = columns.table({
            "usage_ref": self._refs("U", 7, columns.years(day)),
            "licence_ref": self._reference(heads, items).take(pa.array(item)),
            "line_no": pa.array(world.lines.number[line]),
            "usage_type": pick(("O", "L", "C", "A"), kind),
            "mrn": mrn.take(pa.array(items.consignment[item])),
            "item_no": pa.array(items.number[item]),
            "control_date": columns.days(day),
            "quantity": columns.decimals(quantity, 3, ~opened),
            "value": columns.decimals(np.round(items.value[item] * factor).astype(np.int64), 2),
            "currency": pick(licensing.CURRENCIES, heads.currency[items.consignment[item]]),
        })  # fmt: skip
        return Delivery(PARTNER, "licence_usages", period.label, table)

    def _inspections(
        self, period: Period, heads: Consignments, items: Items, controls: Controls, mrn: pa.Array
    ) -> Delivery:
        head = items.consignment[controls.item]
        refs = self._refs("INS", 6, columns.years(controls.day))
        table = columns.table({
            "inspection_ref": refs,
            "mrn": mrn.take(pa.array(head)),
            "item_no": pa.array(items.number[controls.item]),
            "inspection_type": pick(customs.CONTROLS, controls.kind),
            "trigger": pick(customs.TRIGGERS, controls.trigger),
            "inspected_on": columns.days(controls.day),
            "office_code": pick(customs.OFFICES, heads.office[head]),
            "result": pick(customs.RESULTS, controls.result),
        })  # fmt: skip
        self._tell(heads, items, controls.item, refs, "inspections", "inspected and seized")
        return Delivery(PARTNER, "inspections", period.label, table)

    def _seizures(
        self, period: Period, heads: Consignments, items: Items, controls: Controls, mrn: pa.Array
    ) -> Delivery:
        """Goods seized in controls, and a few found without any declaration."""
        world, rng = self.world, generator(self.world.seed, PARTNER, "seizures", period.label)
        people, kept = world.people, np.flatnonzero(controls.result == customs.RESULTS.index("seized"))
        undeclared = round(len(kept) * 0.12 + 0.4)
        span = int((period.end - period.start).astype(int)) + 1
        day = np.concatenate([controls.day[kept], period.start + rng.integers(0, span, undeclared)])
        item = np.concatenate([controls.item[kept], np.full(undeclared, -1)])
        order = np.argsort(day, kind="stable")
        day, item = day[order], item[order]
        declared, safe = item >= 0, np.maximum(item, 0)
        head, count = items.consignment[safe], len(item)
        exporter = np.where(declared, heads.exporter[head], people.pools["exporters"].draw(rng, count))
        consignee = np.where(declared, heads.consignee[head], people.pools["unlicensed"].draw(rng, count))
        guess = choose(rng, count, world.controlled.weight)
        known = declared & (items.listed[safe] >= 0)
        found = np.where(known, items.listed[safe], guess)
        quantity = np.where(known, items.quantity[safe], goods.quantities(rng, world.controlled, found))
        estimate = goods.values(rng, world.controlled, found, quantity)
        value = np.where(known, items.value[safe], estimate)
        licensed = declared & items.is_licensed[safe]
        ground = np.where(licensed, 3, choose(rng, count, (0.45, 0.3, 0.25)))
        grounds = pc.if_else(pa.array(declared), pick(_GROUNDS, ground), "undeclared")
        currency = np.where(declared, heads.currency[head], 0)
        released = calendar.add_days(day, rng.integers(20, 200, count))
        released[(rng.random(count) > 0.14) | licensed | (released > calendar.LAST)] = np.datetime64("NaT")
        assessed = licensed | (rng.random(count) < 0.9)
        destination = np.where(declared, heads.destination[head], people.country[consignee])
        exporter_name = people.as_written(rng, exporter, PARTNER)
        consignee_name = people.as_written(rng, consignee, PARTNER)
        refs = self._refs("SZ", 5, columns.years(day))
        table = columns.table({
            "seizure_ref": refs,
            "mrn": columns.only(mrn.take(pa.array(head)), declared),
            "seized_on": columns.days(day),
            "office_code": pick(customs.OFFICES, np.where(declared, heads.office[head], 0)),
            "goods_description": world.controlled.text("description", found),
            "control_code": columns.only(world.controlled.text("control_code", found), assessed),
            "hs_code": world.controlled.text("hs_code", found),
            "quantity": columns.decimals(quantity, 3),
            "unit": pick(world.controlled.unit, found),
            "value": columns.decimals(value, 2),
            "currency": pick(licensing.CURRENCIES, currency),
            "destination_country": pick(countries.CODES, destination),
            "exporter_name": exporter_name,
            "consignee_name": consignee_name,
            "consignee_country": people.country_codes(consignee),
            "legal_ground": grounds,
            "licence_ref": columns.only(self._reference(heads, items).take(pa.array(safe)), licensed),
            "released_on": columns.days(released),
        })  # fmt: skip
        self._remember(refs, day, exporter, value, currency)
        self._tell(heads, items, np.where(declared, item, -1), refs, "seizures", "seized on the way to the consignee")
        mentions = (
            Mention("exporter", exporter_name, exporter),
            Mention("consignee", consignee_name, consignee),
        )
        return Delivery(PARTNER, "seizures", period.label, table, mentions)

    def _refs(self, prefix: str, width: int, year: Ints) -> pa.Array:
        """PREFIX-YYYY-N..., numbered on within each year from quarter to quarter."""
        number = np.zeros(len(year), np.int64)
        for value in np.unique(year):
            at = np.flatnonzero(year == value)
            start = self._numbers.get((prefix, str(value)), 0)
            number[at] = start + 1 + np.arange(len(at))
            self._numbers[prefix, str(value)] = start + len(at)
        return joined(f"{prefix}-", padded(year, 4), "-", padded(number, width))

    def _remember(self, refs: pa.Array, day: Days, exporter: Ints, value: Ints, currency: Ints) -> None:
        self.seized.ref += refs.to_pylist()
        self.seized.day += list(day)
        self.seized.exporter += exporter.tolist()
        self.seized.value += value.tolist()
        self.seized.currency += currency.tolist()

    def _stories(self, heads: Consignments, items: Items) -> Ints:
        shipment = heads.shipment[items.consignment]
        story = self.sent.story[np.maximum(shipment, 0)] if len(self.sent.story) else shipment
        return np.where(items.is_licensed, story, -1)

    def _tell_declarations(self, heads: Consignments, items: Items, mrn: pa.Array) -> None:
        told: Bools = (self._stories(heads, items) >= 0) & (self._modes(heads, items) != shipments.USUAL)
        for item in np.flatnonzero(told):
            ref = f"{mrn[items.consignment[item]].as_py()}/{items.number[item]}"
            story = self._stories(heads, items)[item]
            self.world.chronicle.note(story, PARTNER, "export_declarations", ref, "declared for export")

    def _tell(self, heads: Consignments, items: Items, item: Ints, refs: pa.Array, feed: str, what: str) -> None:
        story = np.where(item >= 0, self._stories(heads, items)[np.maximum(item, 0)], -1)
        for at in np.flatnonzero(story >= 0):
            self.world.chronicle.note(story[at], PARTNER, feed, refs[int(at)].as_py(), what)
