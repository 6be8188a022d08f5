"""deploy/install on a machine that runs: what it does, does not do twice, and leaves behind."""

from . import await_true, expect
from .installed import is_gone, opens_internals

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
    opens_internals(machine)


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


def takes_away_what_is_no_more(machine, service):
    """A file that this version has not, as it was shipped; not one that somebody changed."""
    machine.shell(
        """
        cd /usr/share/orders
        for file in plain edited; do
          echo etc/nginx/orders/$file.conf >>installed
          echo "# $file" | tee shipped/etc/nginx/orders/$file.conf >/etc/nginx/orders/$file.conf
        done
        echo '# mine' >>/etc/nginx/orders/edited.conf
        """)
    said = install(machine, "--instances", 3)
    expect("/etc/nginx/orders/plain.conf: removed" in said, said)
    left = machine.shell("cd /etc/nginx/orders; ls plain.conf edited.conf 2>/dev/null || true").split()
    expect(left == ["edited.conf"], f"left: {left}")
    machine.shell("rm /etc/nginx/orders/edited.conf")


def finishes_what_failed(machine, service):
    """nginx did not take another site's configuration: once that is mended, another run has it reloaded."""
    broken = "/etc/nginx/sites-enabled/broken"
    machine.shell(f"rm /etc/nginx/orders/rate-limit.conf; echo nonsense >{broken}")
    said = machine.run("env", "ORDERS_BINARY=/root/orders", INSTALL, "--instances", "3")
    expect(said.returncode == 70 and "nginx was not reloaded" in said.stderr, f"{said.returncode} {said.stderr}")
    machine.shell(f"rm {broken}")
    reloads = "journalctl --quiet --output cat --unit=nginx | grep -c Reloaded || true"
    before = int(machine.shell(reloads))
    said = install(machine, "--instances", 3)
    expect("nothing had changed" not in said, said)
    await_true(lambda: int(machine.shell(reloads)) == before + 1, "nginx was reloaded")
    changes_nothing_twice(machine, service)


def keeps_what_the_operator_chose(machine, service):
    """Which responders run, and that the site is not served under its own name."""
    link = "/etc/nginx/sites-enabled/orders"
    machine.shell(f"mv {link} /root/link")
    service_was = machine.responders()
    machine.told("systemctl", "enable", "--now", "orders@7.service")
    before = machine.responders()
    expect(before.keys() == {*service_was, "orders@7.service"}, f"started: {before}")
    said = install(machine)
    expect(said == "install: nothing had changed\n", said)
    expect(machine.responders() == before, f"{before} became {machine.responders()}")
    expect(not machine.succeeds("test", "-e", link), "the site is back")
    machine.shell(f"mv /root/link {link}; nginx -s reload")
    await_true(lambda: service.healthy() == set(before.values()), "the site is served again")


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
    installs, changes_nothing_twice, takes_over_options, keeps_what_was_edited, takes_away_what_is_no_more,
    finishes_what_failed, keeps_what_the_operator_chose, changes_the_number, refuses, uninstalls,
]
