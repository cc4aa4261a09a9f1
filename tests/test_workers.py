import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from involuntary.workers import in_order, processors


def test_results_come_in_the_order_of_the_work_however_long_each_takes():
    def slowly(k):
        time.sleep(0.01 * (k % 3 == 0))
        return k

    with ThreadPoolExecutor(3) as pool:
        assert list(in_order(lambda k: pool.submit(slowly, k), range(40), 3)) == list(range(40))


def test_work_is_taken_as_it_is_needed():
    taken = []

    def work():
        for k in range(1000):
            taken.append(k)
            yield k

    with ThreadPoolExecutor(2) as pool:
        found = in_order(lambda k: pool.submit(abs, k), work(), 2)
        assert [next(found) for _ in range(5)] == [0, 1, 2, 3, 4]
    assert len(taken) == 2 * 8 + 4


def test_a_failure_is_raised_in_its_turn():
    with ThreadPoolExecutor(2) as pool:
        found = in_order(lambda k: pool.submit((10).__floordiv__, k), [5, 0, 2], 2)
        assert next(found) == 2
        with pytest.raises(ZeroDivisionError):
            next(found)


def test_of_nothing_nothing_comes():
    with ThreadPoolExecutor(1) as pool:
        assert list(in_order(pool.submit, [], 1)) == []


def test_there_is_a_processor():
    assert processors() >= 1
