"""Tasks are asked for as there is room, and one that fails is tried again in single items."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from fleet import fleets
from protohome.fleet.cluster import connected
from protohome.fleet.dealing import Done, OtherCode, Task, dealt


@pytest.fixture(scope="module")
def client() -> Iterator[object]:
    with connected(None, 1, "1GiB") as client:
        yield client
    gc.collect()


def test_no_more_wait_than_there_is_room_for(client: object) -> None:
    drawn: list[int] = []

    def tasks() -> Iterator[Task]:
        for number in range(20):
            drawn.append(number)
            yield Task(fleets.doubled, (), (number,))

    done: list[Done] = []
    ahead = 0
    for one in dealt(client, tasks()):  # type: ignore[arg-type]
        done.append(one)
        ahead = max(ahead, len(drawn) - len(done))
    assert sorted(one.value for one in done) == [[2 * number] for number in range(20)]
    assert ahead <= 2


def test_one_that_fails_takes_no_other_with_it(client: object) -> None:
    items = ("one", "wrong", "two", "fatal", "three")
    tasks = [Task(fleets.fragile, (), items), *(Task(fleets.fragile, (), (n,)) for n in "abcd")]
    every = {one.task.items: one for one in dealt(client, tasks)}  # type: ignore[arg-type]
    assert every.keys() == {(item,) for item in (*items, *"abcd")}
    assert {item for (item,), one in every.items() if one.value} == {"one", "two", "three", *"abcd"}
    assert every["wrong",].why == "ValueError: it is wrong"
    assert every["fatal",].why == "its workers were killed; has one of them enough memory?"


def test_another_protohome_ends_the_run(client: object) -> None:
    with pytest.raises(OtherCode):
        [*dealt(client, [Task(fleets.other, (), (1, 2))])]  # type: ignore[arg-type]
