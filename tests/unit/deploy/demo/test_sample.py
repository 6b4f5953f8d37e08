import hashlib

from deploy.demo.sample import load


def test_the_net_has_three_sites_and_enough_recordings() -> None:
    net = load()
    assert {site.node for site in net.sites} == {"demo-node", "2345", "demo-scanner"}
    assert len(net.samples) >= 20


def test_only_the_hub_s_names_are_in_local_time() -> None:
    zones = {site.node: site.time_zone for site in load().sites}
    assert zones == {"demo-node": "UTC", "2345": "America/New_York", "demo-scanner": "UTC"}


def test_every_file_is_there_with_its_bytes() -> None:
    for sample in load().samples:
        assert hashlib.sha256(sample.path.read_bytes()).hexdigest() == sample.sha256
        assert all(beside.is_file() for beside in sample.side_files)
