from dashboard.answers import MOST
from dashboard.app import create_app
from dashboard.serving import ask_page
from tests.dashboard.conftest import write_warehouse

UPDATE = "/_dash-update-component"


def open_site(folder, catalogue, geo):
    """A client of an application of its own, and how many times Dash was asked."""
    server = create_app(folder, catalogue=catalogue, geo=geo).server
    asked = []
    view = server.view_functions[UPDATE]
    server.view_functions[UPDATE] = lambda *args, **kwargs: asked.append(1) or view(*args, **kwargs)
    client = server.test_client()
    client.get("/_dash-layout")
    return client, asked


def test_the_same_question_is_answered_once_and_alike(warehouse, catalogue, geo):
    client, asked = open_site(warehouse, catalogue, geo)
    first = client.post(UPDATE, json=ask_page("/territoire/200040715"), headers={"Accept-Encoding": "br"})
    again = client.post(UPDATE, json=ask_page("/territoire/200040715"), headers={"Accept-Encoding": "br"})
    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert first.headers["Content-Encoding"] == again.headers["Content-Encoding"] == "br"
    assert first.mimetype == again.mimetype == "application/json"
    assert again.headers["X-Content-Type-Options"] == "nosniff"
    assert len(asked) == 1


def test_another_reader_encoding_or_scheme_is_another_question(warehouse, catalogue, geo):
    client, asked = open_site(warehouse, catalogue, geo)
    plain = client.post(UPDATE, json=ask_page("/"))
    small = client.post(UPDATE, json=ask_page("/"), headers={"Accept-Encoding": "br"})
    client.set_cookie("scheme", "dark")
    dark = client.post(UPDATE, json=ask_page("/"))
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "br"
    assert dark.data != plain.data
    assert len(asked) == 3


def test_another_build_is_asked_again(tmp_path, catalogue, geo):
    write_warehouse(tmp_path)
    client, asked = open_site(tmp_path, catalogue, geo)
    before = client.post(UPDATE, json=ask_page("/territoire/200040715")).data
    write_warehouse(tmp_path, "20260102T000000-bbbbbb", shift=3.0)
    assert client.post(UPDATE, json=ask_page("/territoire/200040715")).data != before
    assert len(asked) == 2


def test_what_is_kept_stays_within_bounds(monkeypatch, warehouse, catalogue, geo):
    monkeypatch.setattr("dashboard.answers.MOST", 1)
    client, asked = open_site(warehouse, catalogue, geo)
    for _ in range(2):
        assert client.post(UPDATE, json=ask_page("/methode")).status_code == 200
    assert len(asked) == 2
    assert MOST < 100_000_000
