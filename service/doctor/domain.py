"""The sender's domain as receivers look it up: MX, SPF, DKIM, DMARC, alignment, and one-click unsubscribe."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from dns.resolver import Resolver

from service.doctor.finding import Finding, mend, ok, skip
from service.doctor.names import Names, NoNames
from service.doctor.records import dmarc_of, spf_of, spf_to_publish, tags, txt_line
from service.mail.keys import dns_record, private_key
from service.settings import Settings

_LOCAL = {"localhost", "local", "test", "invalid", "example", "internal", "lan", "home", "localdomain"}


def look(settings: Settings, resolver: Resolver | None = None) -> Iterator[Finding]:
    """Yield what there is to say of the domain; one line where no name server answers."""
    if not settings.production:
        yield skip("domain", "BASE_URL is for this machine only: nobody looks our domain up yet")
        return
    yield _one_click(settings)
    local = [name for name in _domains(settings) if "." not in name or name.rsplit(".", 1)[1] in _LOCAL]
    if local:
        yield skip("domain", f"{local[0]} is a local name: there is nothing in the DNS to look at")
        return
    try:
        yield from _looked_up(settings, Names(resolver))
    except NoNames as none:
        yield skip("domain", f"{none}: look again where it does")


def _looked_up(settings: Settings, names: Names) -> Iterator[Finding]:
    yield _mx(settings, names)
    for name in _domains(settings):
        yield _spf(settings, names, name)
    yield from _dkim(settings, names)
    yield _dmarc(settings, names)
    yield _alignment(settings, names)


def _domains(settings: Settings) -> list[str]:
    """Return the domain of the envelope sender, and that of From where it is another."""
    return list(dict.fromkeys((settings.reply_domain, _from(settings))))


def _from(settings: Settings) -> str:
    return settings.mail_from.domain.lower()


def _page_host(settings: Settings) -> str:
    return urlsplit(settings.base_url).hostname or ""


def _one_click(settings: Settings) -> Finding:
    if settings.base_url.startswith("https://"):
        return ok("one-click", "our unsubscribe links are https, as RFC 8058 asks")
    return mend("one-click", "mail programs take https only (RFC 8058); put https in front and in BASE_URL")


def _mx(settings: Settings, names: Names) -> Finding:
    place = settings.reply_domain
    servers = names.mx(place)
    if servers and servers != ["."]:  # RFC 7505: that one says that no mail is taken
        return ok("mx", f"replies to {place} go to {', '.join(servers)}")
    record = f"{place}. MX 10 {_page_host(settings)}."
    return mend("mx", f"no server takes replies to {place}; publish: {record} (the host of kaizen inbound)")


def _spf(settings: Settings, names: Names, name: str) -> Finding:
    found = spf_of(names.txt(name))
    if len(found) > 1:
        return mend("spf", f"{name} has {len(found)} SPF records, so none counts; make them one")
    if not found:
        record = txt_line(name, spf_to_publish(settings, _page_host(settings)))
        return mend("spf", f"{name} has none; publish: {record} (or the include: that your provider names)")
    if {"all", "+all"} & set(found[0].lower().split()):
        return mend("spf", f"the record of {name} lets everybody send as it; end it with -all or ~all")
    return ok("spf", f"{name}: {found[0]}")


def _dkim(settings: Settings, names: Names) -> Iterator[Finding]:
    if not settings.dkim_key:
        yield skip("dkim", "DKIM_KEY is not set: the mail server should sign our mail")
    for selector, path in zip(settings.dkim_selector, settings.dkim_key, strict=True):
        name = f"{selector}._domainkey.{_from(settings)}"
        wanted = dns_record(private_key(path.read_bytes()))
        ours, texts = tags(wanted), names.txt(name)
        published = [{"k": "rsa", **tags(text)} for text in texts]
        if [(one["k"], one.get("p")) for one in published] == [(ours["k"], ours["p"])]:
            yield ok("dkim", f"{name} publishes our key")
        else:
            wrong = "holds another key than DKIM_KEY" if texts else "does not exist"
            yield mend("dkim", f"{name} {wrong}; publish: {txt_line(name, wanted)}")


def _dmarc(settings: Settings, names: Names) -> Finding:
    for place in _upward(_from(settings)):
        found = dmarc_of(names.txt(f"_dmarc.{place}"))
        if len(found) > 1:
            return mend("dmarc", f"_dmarc.{place} has {len(found)} records, so none counts; leave one")
        if found and tags(found[0]).get("p", "").lower() in ("none", "quarantine", "reject"):
            return ok("dmarc", f"_dmarc.{place}: {found[0]}")
        if found:
            return mend("dmarc", f"_dmarc.{place} lacks its p=; add p=none, p=quarantine or p=reject")
    record = txt_line(f"_dmarc.{_from(settings)}", "v=DMARC1; p=none")
    return mend(
        "dmarc", f"{_from(settings)} has none, and large mailbox providers ask for one; publish: {record}"
    )


def _alignment(settings: Settings, names: Names) -> Finding:
    """Tell whether SPF, which is of the envelope sender, counts for From as DMARC wants (RFC 7489, 3.1)."""
    sender, envelope = _from(settings), settings.reply_domain
    nested = f".{sender}".endswith(f".{envelope}") or f".{envelope}".endswith(f".{sender}")
    if nested or _organisation(sender, names) == _organisation(envelope, names):
        return ok("alignment", f"{envelope} (envelope) belongs to {sender} (From)")
    if settings.dkim_key:
        return ok("alignment", f"our DKIM signature is of {sender}, though {envelope} is another domain")
    return mend(
        "alignment",
        f"SPF of {envelope} does not count for {sender}; set REPLY_DOMAIN to a name below it, or DKIM_KEY",
    )


def _organisation(name: str, names: Names) -> str:
    """Return the highest domain above a name that has a DMARC record, or the name."""
    return [name, *(place for place in _upward(name) if dmarc_of(names.txt(f"_dmarc.{place}")))][-1]


def _upward(name: str) -> list[str]:
    """Return a name and those above it, but for the last label."""
    labels = name.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]
