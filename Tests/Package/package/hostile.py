"""The service's user against root: what a responder in the wrong hands leaves in its folder, and what root makes of it."""

from . import expect
from .installed import UNIT

# Earlier versions kept the list of responders here.
LIST = "/var/lib/orders/instances"
UNIT_OF_THEIRS = "[Service]\\nExecStart=/bin/touch /root/theirs\\n[Install]\\nWantedBy=multi-user.target\\n"
NAMES = "x.service /var/lib/orders/x.service --root=/tmp orders@0.service orders@1.service;id ../orders@8.service"


def as_service(machine, script):
    machine.told("runuser", "-u", "orders", "--", "sh", "-e", "-c", f"cd /var/lib/orders; {script}")


def plant(machine, names=NAMES):
    """A unit, a list that names it, and a link where root once wrote."""
    machine.shell("echo precious >/root/victim")
    as_service(
        machine,
        f"""
        rm -rf instances*
        printf '{UNIT_OF_THEIRS}' >x.service
        echo '{names}' >instances
        ln -s /root/victim instances.part
        """)


def links(machine):
    return machine.shell("find /etc/systemd/system -type l | sort")


def expect_untouched(machine, before):
    expect(links(machine) == before, f"enabled:\n{before}became\n{links(machine)}")
    expect(machine.shell("cat /root/victim") == "precious\n", "a file of root's was written to")
    expect(not machine.succeeds("test", "-e", "/root/theirs"), "root ran a unit of theirs")


def gains_nothing_by_an_upgrade(machine, service):
    before = links(machine)
    plant(machine, NAMES + " orders@77.service")
    service.let_go()
    machine.told("dpkg", "--install", "/root/orders.deb")
    expect_untouched(machine, before)
    for path in [LIST, LIST + ".part"]:
        expect(not machine.succeeds("test", "-L", path) and not machine.succeeds("test", "-e", path), f"{path} is there")


def gains_nothing_by_a_removal(machine, service):
    before = links(machine)
    plant(machine)
    service.let_go()
    machine.told("dpkg", "--remove", "orders")
    expect_untouched(machine, before)
    machine.told("dpkg", "--install", "/root/orders.deb")
    expect_untouched(machine, before)
    service.submit()


def can_name_responders_only(machine, service):
    """A machine where an earlier version was removed: its list is taken over as far as it names responders."""
    before, responders = links(machine), list(machine.responders())
    forget(machine, service)
    plant(machine, f"{' '.join(responders)} {NAMES}")
    machine.told("dpkg", "--install", "/root/orders.deb")
    expect_untouched(machine, before)
    expect(list(machine.responders()) == responders, f"{responders} became {machine.responders()}")
    service.watch()
    service.submit()


def can_not_hold_an_upgrade_up(machine, service):
    """Neither by what can't be read, nor by what can't be removed, nor by what has no end; and is read nothing for."""
    before, responders = links(machine), " ".join(machine.responders())
    forget(machine, service)
    none = links(machine)
    secret = "echo orders@9.service >/root/secret; chmod 600 /root/secret"
    for script in [
        "mkfifo instances", "mkdir -p instances/a/b; chmod 500 instances", "ln -s /root/secret instances",
        "ln -s /dev/zero instances", "ln -s instances instances", "printf 'orders@9.service\\000\\n' >instances",
    ]:
        machine.shell(secret)
        as_service(machine, f"chmod -R u+w instances 2>/dev/null || true; rm -rf instances; {script}")
        machine.told("dpkg", "--install", "/root/orders.deb")
        expect(links(machine) == none, f"{script}: enabled\n{links(machine)}")
    machine.shell(f"rm -f /root/secret; systemctl enable --quiet --now orders.socket {responders}")
    machine.shell("ln -s ../sites-available/orders /etc/nginx/sites-enabled/orders; nginx -s reload")
    service.watch()
    expect_untouched(machine, before)


def forget(machine, service):
    """As an earlier version did when it was removed."""
    service.watch_no_more()
    service.let_go()
    machine.shell(
        """
        systemctl disable --quiet --now orders.socket $(cd /etc/systemd/system/multi-user.target.wants; ls -d orders@*)
        rm /etc/nginx/sites-enabled/orders
        nginx -s reload
        """)


def is_looked_at_with_its_own_rights(machine, service):
    """Root asks whether all is well with a store that is a link to another one, which only root may read."""
    service.let_go()
    machine.shell(
        """
        systemctl stop orders.socket 'orders@*'
        mkdir /root/other
        cp /var/lib/orders/orders.sqlite /root/other/a
        """)
    as_service(machine, "mv orders.sqlite orders.kept; ln -s /root/other/a orders.sqlite")
    for words in [["check", "--store", "sqlite:/var/lib/orders/orders.sqlite"], ["doctor"]]:
        said = machine.run("orders", *words)
        expect(
            said.returncode and "Permission denied" in said.stdout + said.stderr,
            f"orders {words}: status {said.returncode}\n{said.stdout}{said.stderr}")
        files = machine.shell("ls /root/other").split()
        expect(files == ["a"], f"orders {words} has made files: {files}")
    as_service(machine, "mv orders.kept orders.sqlite")
    machine.shell(
        """
        rm -r /root/other
        systemctl start orders.socket $(cd /etc/systemd/system/multi-user.target.wants; ls -d orders@*)
        """)
    machine.told("orders", "doctor")
    expect(machine.process(UNIT), "the responders are back")


def gets_no_files_of_roots(machine, service):
    """Where they could be led elsewhere by links, and where a responder could not write to them."""
    store = ["--store", "sqlite:/var/lib/orders/orders.sqlite"]
    listing = "cd /var/lib/orders; find . ! -user orders; ls"
    before = machine.shell(listing)
    for words in [
        ["backup", *store, "/var/lib/orders/copy.sqlite"], ["expire", *store], ["drop-callbacks", *store],
        ["restore", *store, "/root/copy.sqlite"],
    ]:
        said = machine.run("orders", *words)
        expect(
            said.returncode == 78 and "belongs to the user orders" in said.stderr,
            f"orders {words}: status {said.returncode}\n{said.stdout}{said.stderr}")
    machine.told("orders", "backup", *store, "/root/copy.sqlite")
    machine.shell("rm /root/copy.sqlite")
    expect(machine.shell(listing) == before, f"{before} became {machine.shell(listing)}")


CHECKS = [
    gains_nothing_by_an_upgrade, gains_nothing_by_a_removal, can_name_responders_only, can_not_hold_an_upgrade_up,
    is_looked_at_with_its_own_rights, gets_no_files_of_roots,
]
