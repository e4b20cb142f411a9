"""Whatever happens to deals, clients, regions and products, every computed field stays what its sources give."""

from __future__ import annotations

import threading
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from crm_platform.testing import TestSite
from support.sales import Trade, check_everything, clear_deals, make_masters, make_sales

OPERATIONS = sorted(Trade(Random(0)).operations)


@pytest.fixture(scope="module")
def sales(module_site: TestSite) -> TestSite:
    make_masters(make_sales(module_site))
    return module_site


def machine(site: TestSite) -> type[RuleBasedStateMachine]:
    class Sales(RuleBasedStateMachine):
        @rule(operation=st.sampled_from(OPERATIONS), seed=st.integers(0, 10_000))
        def work(self, operation: str, seed: int) -> None:
            Trade(Random(seed)).step(site, operation)

        @invariant()
        def everything_adds_up(self) -> None:
            site.system(check_everything)

        def teardown(self) -> None:
            site.system(clear_deals)

    return Sales


def test_any_sequence_of_operations_keeps_the_values_right(sales: TestSite) -> None:
    options = settings(max_examples=4, stateful_step_count=15, deadline=None)
    run_state_machine_as_test(machine(sales), settings=options)  # type: ignore[no-untyped-call]


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_long_sequences_keep_the_values_right(sales: TestSite) -> None:
    options = settings(max_examples=200, stateful_step_count=50, deadline=None)
    run_state_machine_as_test(machine(sales), settings=options)  # type: ignore[no-untyped-call]


def test_writers_at_the_same_time_lose_nothing_of_each_other(sales: TestSite) -> None:
    failed: list[BaseException] = []

    def work(seed: int) -> None:
        trade = Trade(Random(seed))
        try:
            for _ in range(15):
                trade.step(sales)
        except BaseException as error:  # noqa: BLE001 the thread's failure is the test's
            failed.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    sales.system(check_everything)
    sales.system(clear_deals)
