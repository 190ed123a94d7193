import threading

from dashboard.app import create_app
from dashboard.serving import warm
from dashboard.site import get_build


def test_a_worker_computes_what_is_slow_before_a_reader_asks(warehouse, catalogue, geo):
    server = create_app(warehouse, catalogue=catalogue, geo=geo).server
    with server.app_context():
        build = get_build()
        assert "_list_entries" not in str(build._kept.keys())
        assert warm(server) is server
        for thread in threading.enumerate():
            if thread.name == "warm-up":
                thread.join()
        assert "_list_entries" in str(build._kept.keys())  # search
        assert "'read_profile', ('commune'" in str(build._kept.keys())  # a commune's page
