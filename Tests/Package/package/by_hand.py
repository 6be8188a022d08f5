"""deploy/install on a machine that runs: what it does, does not do twice, and leaves behind."""

from . import await_true, expect
from .installed import is_gone

INSTALL = "/run/repository/deploy/install"


def install(machine, *options, binary="/root/orders"):
    said = machine.run("env", f"ORDERS_BINARY={binary}", INSTALL, *options)
    expect(said.returncode == 0, f"deploy/install {options}: status {said.returncode}\n{said.stderr}")
    return said.stderr


def installs(machine, service):
    """On top of the orders that a removed package left."""
    install(machine, "--instances", 3)
    expect(len(machine.responders()) == 3, f"started: {machine.responders()}")
    orders = service.completed()
    expect(orders, "the orders of before are gone")
    service.submit()


def changes_nothing_twice(machine, service):
    before = machine.responders()
    said = install(machine, "--instances", 3)
    expect(said == "install: nothing had changed\n", said)
    expect(machine.responders() == before, f"{before} became {machine.responders()}")


def takes_over_options(machine, service):
    before = machine.responders()
    machine.shell("sleep 1; echo 'ORDERS_OPTIONS=\"--jobs 3\"' >/etc/default/orders; sleep 1")
    service.let_go()
    install(machine, "--instances", 3)
    after = machine.responders()
    expect(not set(before.values()) & set(after.values()), f"{before} became {after}")
    for process in after.values():
        words = machine.shell(f"tr '\\0' ' ' </proc/{process}/cmdline")
        expect(words.endswith(" --jobs 3 "), words)


def keeps_what_was_edited(machine, service):
    site = "/etc/nginx/sites-available/orders"
    machine.shell(f"echo '# mine' >>{site}")
    install(machine, "--instances", 3)
    expect(machine.shell(f"tail -n 1 {site}") == "# mine\n", "an edited file was replaced")


def changes_the_number(machine, service):
    before = machine.responders()
    service.let_go()
    install(machine, "--instances", 1)
    after = machine.responders()
    expect(after == {"orders@1.service": before["orders@1.service"]}, f"{before} became {after}")
    await_true(lambda: service.healthy() == set(after.values()), "the others are gone")


def refuses(machine, service):
    """What it can't do, it says, and nothing is touched."""
    for words, status, reason in [
        (["--instances", "0"], 64, "--instances is a number"),
        (["--prefix", "/opt"], 64, "unknown: --prefix"),
    ]:
        said = machine.run(INSTALL, *words)
        expect(said.returncode == status and reason in said.stderr, f"{words}: {said.returncode} {said.stderr}")
    said = machine.run("runuser", "-u", "nobody", "--", INSTALL)
    expect(said.returncode == 69 and "only root" in said.stderr, f"as nobody: {said.returncode} {said.stderr}")


def uninstalls(machine, service):
    service.let_go()
    said = install(machine, "--uninstall")
    expect("/var/lib/orders" in said, said)
    is_gone(machine, service)
    left = machine.shell("find /usr /etc -path '*orders*' -not -path '/usr/share/zsh*'")
    expect(not left, f"left behind:\n{left}")


CHECKS = [
    installs, changes_nothing_twice, takes_over_options, keeps_what_was_edited, changes_the_number, refuses, uninstalls,
]
