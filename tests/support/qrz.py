"""A callsign service on a free port that speaks QRZ's documented XML."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from aiohttp import web

USER, PASSWORD = "k7abc", "s3cret-w0rd"
_HEAD = '<?xml version="1.0" encoding="utf-8" ?>\n<QRZDatabase version="1.34" xmlns="http://xmldata.qrz.com">'


@dataclass
class Qrz:
    """What it knows and what it was asked."""

    calls: dict[str, dict[str, str]] = field(default_factory=dict)
    """Fields by call: fname, name, addr2, state, country, grid, class."""
    url: str = ""
    password: str = PASSWORD
    logins: int = 0
    asked: list[str] = field(default_factory=list)
    answer: web.Response | None = None
    """Instead of any other answer."""
    complaint: str = ""
    """What it says in the place of a callsign."""
    keys: set[str] = field(default_factory=set)

    def end_sessions(self) -> None:
        """Make every session time out."""
        self.keys.clear()

    async def handle(self, request: web.Request) -> web.Response:
        """Answer a question."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        assert not request.query, "secrets in an address"
        if self.answer is not None:
            return web.Response(status=self.answer.status, body=self.answer.body)
        if "username" in form:
            return self._login(form)
        self.asked.append(form["callsign"])
        if form["s"] not in self.keys:
            return _xml("<Session><Error>Session Timeout</Error><GMTime>x</GMTime></Session>")
        session = f"<Session><Key>{form['s']}</Key><Count>1</Count></Session>"
        if self.complaint:
            return _xml(f"<Session><Key>{form['s']}</Key><Error>{escape(self.complaint)}</Error></Session>")
        found = self.calls.get(form["callsign"])
        if found is None:
            return _xml(session.replace("</Session>", f"<Error>Not found: {form['callsign']}</Error></Session>"))
        fields = {"call": form["callsign"], **found}
        inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
        return _xml(f"<Callsign>{inside}</Callsign>{session}")

    def _login(self, form: dict[str, str]) -> web.Response:
        self.logins += 1
        if (form["username"], form["password"]) != (USER, self.password):
            return _xml("<Session><Error>Username/password incorrect</Error></Session>")
        key = f"key{self.logins}"
        self.keys.add(key)
        return _xml(f"<Session><Key>{key}</Key><Count>1</Count><SubExp>non-subscriber</SubExp></Session>")


def _xml(inside: str) -> web.Response:
    return web.Response(text=f"{_HEAD}{inside}</QRZDatabase>", content_type="text/xml")


@asynccontextmanager
async def qrz_server(known: Qrz | None = None) -> AsyncIterator[Qrz]:
    """The service until the block ends."""
    service = known or Qrz()
    app = web.Application()
    app.router.add_post("/xml", service.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.url = f"http://127.0.0.1:{runner.addresses[0][1]}/xml"
    try:
        yield service
    finally:
        await runner.cleanup()
