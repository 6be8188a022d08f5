"""deploy/install on a machine that runs: it installs the package, and takes over what earlier versions of it installed."""

from . import await_true, expect
from .installed import is_gone

INSTALL = "/run/repository/deploy/install"


def install(machine, *options, script=INSTALL, binary="/root/orders"):
    said = machine.run(script, "--binary", binary, *options)
    expect(said.returncode == 0, f"deploy/install {options}: status {said.returncode}\n{said.stderr}")
    return said.stderr


def takes_over_what_it_installed_by_hand(machine, service):
    """Earlier versions copied the package's files without dpkg. One of them is of an older version, one was changed by
    the operator, and two are in this version no more."""
    machine.shell(
        """
        mkdir /root/tree
        dpkg-deb -x /root/orders.deb /root/tree
        cd /root/tree
        mkdir -p usr/share/orders/shipped
        echo '# of before' >>etc/nginx/orders/http.conf
        echo '# no more' >etc/nginx/orders/old.conf
        echo '// no more' >usr/share/orders/page/old.js
        find etc usr -type f | sort >/root/installed
        cp -r etc usr/share/orders/shipped/
        mv /root/installed usr/share/orders/installed
        echo '# mine' >>etc/nginx/orders/rate-limit.conf
        cp -r etc usr /
        rm -r /root/tree
        systemd-sysusers orders.conf
        ln -s ../sites-available/orders /etc/nginx/sites-enabled/orders
        systemctl daemon-reload
        systemctl enable --quiet --now orders.socket orders@1 orders@3
        nginx -t -q && nginx -s reload
        """)
    service.watch()
    before = machine.responders()
    orders = service.completed()
    expect(orders, "the orders of before are gone")
    service.let_go()
    said = install(machine)
    after = machine.responders()
    expect(before.keys() == after.keys() and not set(before.values()) & set(after.values()), f"{before} became {after}")
    expect("2 responders" in said, said)
    expect(service.completed() == orders, f"{orders} became {service.completed()}")
    changed = machine.run("dpkg", "--verify", "orders").stdout.split()
    expect(changed == ["??5??????", "c", "/etc/nginx/orders/rate-limit.conf"], f"not the package's: {changed}")
    expect(machine.shell("tail -n 1 /etc/nginx/orders/rate-limit.conf") == "# mine\n", "an edited file was replaced")
    for path in ["/etc/nginx/orders/old.conf", *(f"/usr/share/orders/{name}" for name in OF_BEFORE)]:
        expect(not machine.succeeds("test", "-e", path), f"{path} is still there")


OF_BEFORE = ["page/old.js", "installed", "installed.paths", "shipped", "pending"]


def changes_the_number(machine, service):
    """Another run installs the same package again, and as many responders as it is told to. This checkout is a user's, who
    makes the package, and whose profile has something to say."""
    machine.shell(
        """
        useradd --create-home builder
        echo 'echo welcome' >>/home/builder/.profile
        printf '#!/bin/sh\n' >/usr/local/bin/swift
        chmod +x /usr/local/bin/swift
        mkdir /home/builder/checkout
        cd /run/repository
        cp -r --parents deploy nginx README.md CHANGELOG.md Sources/JobsHTTP/README.md /home/builder/checkout/
        chown -R builder: /home/builder
        """)
    service.let_go()
    said = install(machine, "--instances", 1, script="/home/builder/checkout/deploy/install", binary="/usr/bin/orders")
    expect("1 responder" in said, said)
    machine.shell("rm /usr/local/bin/swift; userdel --remove builder")
    after = machine.responders()
    expect(list(after) == ["orders@1.service"], f"started: {after}")
    await_true(lambda: service.healthy() == set(after.values()), "the others are gone")
    expect(machine.shell("tail -n 1 /etc/nginx/orders/rate-limit.conf") == "# mine\n", "an edited file was replaced")
    service.submit()


def refuses(machine, service):
    """What it can't do, it says, and nothing is touched."""
    for words, status, reason in [
        (["--instances", "0"], 64, "--instances is a number"),
        (["--prefix", "/opt"], 64, "unknown: --prefix"),
        (["--binary", "/root/none"], 64, "there is no program /root/none"),
    ]:
        said = machine.run(INSTALL, *words)
        expect(said.returncode == status and reason in said.stderr, f"{words}: {said.returncode} {said.stderr}")
    said = machine.run("runuser", "-u", "nobody", "--", INSTALL)
    expect(said.returncode == 69 and "only root" in said.stderr, f"as nobody: {said.returncode} {said.stderr}")


def uninstalls(machine, service):
    service.let_go()
    said = machine.run(INSTALL, "--uninstall")
    expect(said.returncode == 0 and "/var/lib/orders" in said.stderr, f"{said.returncode} {said.stderr}")
    is_gone(machine, service)
    expect(not machine.succeeds("test", "-e", "/usr/bin/orders"), "the program is still there")


CHECKS = [takes_over_what_it_installed_by_hand, changes_the_number, refuses, uninstalls]
