"""What the index says that small trees cannot show, as there no single channel accuses."""

from __future__ import annotations

from protohome.verdicts.facts import Facts
from protohome.verdicts.index import Example, Index


def message(fqn: str) -> Facts:
    return Facts(fqn, ("count",), (), (), "request", ())


def test_a_response_whose_package_has_a_request_of_that_name_is_that_ones() -> None:
    """Both packages ask how many there are; neither request belongs to the other's response."""
    pools = [message("acme.pools.v1.CountRequest"), message("acme.pools.v1.CountResponse")]
    gauges = message("acme.gauges.v1.CountRequest")
    index = Index(("acme.gauges", "acme.pools"), [Example(1, one) for one in pools], {})
    assert index.partners(pools[0]) == ["acme.pools.v1.CountResponse"]
    assert index.partners(gauges) == []
    alone = Index(("acme.gauges", "acme.pools"), [Example(1, pools[1])], {})
    assert alone.partners(gauges) == ["acme.pools.v1.CountResponse"]
