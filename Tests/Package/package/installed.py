"""The package on a machine that runs: what it brought, who may do what, and how it restarts, goes and comes back."""

import json
import os
import re
import resource

from . import await_true, expect
from .service import DATABASE, INTERNALS

UNIT = "orders@1.service"
SITE = "/etc/nginx/sites-available/orders"
CALM = "WARN|ERROR|CRITICAL|error|critical|warning"

# What has to find nothing wrong.
CONTENT = [
    ["nginx", "-t", "-q"],
    ["orders", "doctor"],
    ["runuser", "-u", "orders", "--", "orders", "check", "--store", f"sqlite:{DATABASE}"],
]


def serves_from_boot(machine, service):
    service.watch()
    state = machine.run("systemctl", "is-system-running").stdout.strip()
    expect(state == "running", f"the machine is {state}:\n{machine.told('systemctl', '--failed', '--no-legend')}")
    cores = int(machine.told("nproc"))
    expect(len(machine.responders()) == cores, f"not one responder for each core: {machine.responders()}")
    service.submit()
    expect(service.ask("/healthz")[0] == 404, "the site tells strangers of the health")
    expect(len(service.healthy()) == cores, f"/healthz: {service.healthy()}")
    status, body = service.ask("/", "-H", "Accept: text/html")
    expect(status == 200 and "<html" in body, f"the page: {status} {body[:200]}")
    for target in set(re.findall('(?:src|href)="(page/[^"]+)"', body)):
        expect(service.ask(f"/{target}")[0] == 200, f"the page wants {target}")


def is_scraped_under_any_name(machine, service):
    """Beside Debian's own site, which answers whoever names none."""
    service.watch_no_more()
    machine.shell(f"sed -i.before 's|^# include orders/internals.conf;|include orders/internals.conf;|' {SITE}")
    machine.shell("nginx -t -q && nginx -s reload")
    await_true(lambda: machine.succeeds("curl", "-s", "-o", "/dev/null", INTERNALS), "nginx's new address")
    page = machine.told("curl", "-s", "--fail", "--max-time", 30, f"{INTERNALS}/metrics")
    expect(f"\norders_processes {len(machine.responders())}\n" in page, page)
    machine.told("orders", "doctor")
    machine.shell(f"mv {SITE}.before {SITE}; nginx -s reload")
    service.watch()


def answers_this_machine_only(machine, service):
    """Until the operator opens the site, which the doctor wants to see done with a login."""
    status, body = service.ask("/orders", origin="http://127.0.0.2")
    expect(status == 404 and "<html>" in body, f"the site at another address: {status} {body}")
    default = "/etc/nginx/sites-enabled/default"
    # nginx opens new addresses before it closes old ones: a reload can't exchange one for all on the same port.
    machine.shell(f"mv {default} /root/default; systemctl restart nginx")
    await_true(lambda: not beyond_loopback(machine), "nothing listens beyond loopback")
    expect("this machine only" in machine.told("orders", "doctor"), machine.told("orders", "doctor"))
    machine.shell(
        f"""
        cp -p {SITE} {SITE}.before
        sed -i -e 's|^  listen 127.0.0.1:80;||' -e 's|^  # listen|  listen|' {SITE}
        systemctl restart nginx
        """)
    await_true(lambda: len(beyond_loopback(machine)) == 2, "nginx listens on all addresses")
    said = machine.run("orders", "doctor")
    expect(said.returncode == 1 and "open-without-login" in said.stdout, f"doctor: {said.returncode} {said.stdout}")
    machine.shell(f"sed -i 's|^  # include orders/authentication.conf;|  include orders/authentication.conf;|' {SITE}")
    expect("other machines too" in machine.told("orders", "doctor"), machine.told("orders", "doctor"))
    machine.shell(f"mv {SITE}.before {SITE}; mv /root/default {default}; systemctl restart nginx")


def beyond_loopback(machine):
    """The addresses, as the kernel prints them, of sockets that listen for others than this machine."""
    rows = [line.split() for line in machine.shell("cat /proc/net/tcp /proc/net/tcp6").splitlines()]
    listening = [row[1] for row in rows if row[3] == "0A"]
    return [name for name in listening if not re.fullmatch("[0-9A-F]{6}7F:.*|0{24}01000000:.*", name)]


def is_content(machine, service):
    for command in CONTENT:
        machine.told(*command)
    loud = [line for line in machine.journal("--unit=orders@*").splitlines() if re.search(CALM, line)]
    expect(not loud, f"the log of the responders: {loud}")


def units_are_sound(machine, service):
    said = machine.run("systemd-analyze", "verify", "--man=no", "orders.socket", UNIT)
    expect(said.returncode == 0 and not said.stderr, f"systemd-analyze verify: {said.stderr}")


def is_hardened(machine, service):
    """Offline, of the unit as it is shipped; as systemd rates it, from 0 to 10."""
    figures = [exposure(machine), exposure(machine, "/usr/share/orders/orders@.service.d")]
    expect(figures[0] <= 1.0, f"exposure {figures[0]}")
    return f"exposure {figures[0]}, and {figures[1]} with the network"


def exposure(machine, drop_in="", unit="orders@.service"):
    said = machine.shell(
        f"""
        folder=$(mktemp -d)
        cp /usr/lib/systemd/system/{unit} "$folder"
        [ -z "{drop_in}" ] || cp -r "{drop_in}" "$folder"
        systemd-analyze security --offline=true --no-pager "$folder/{unit}"
        rm -r "$folder"
        """)
    return float(re.search(r"Overall exposure level.*: ([0-9.]+)", said)[1])


def is_confined(machine, service):
    process = machine.process(UNIT)
    owner = machine.told("ps", "-o", "user=,group=", "-p", process).split()
    expect(owner == ["orders", "orders"], f"it runs as {owner}")
    expect(not sees_network(machine, process), "it sees the machine's network")
    memory = machine.told("systemctl", "show", "--property=MemoryHigh,MemoryMax", "--value", UNIT).split()
    expect(memory == [str(1536 << 20), str(2 << 30)], f"memory: {memory}")
    limit = machine.shell(f"grep '^Max open files' /proc/{process}/limits").split()[3:5]
    # Where we may not raise our own limit, the machine's systemd may not either.
    wanted = min(65536, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    expect(limit[0] == limit[1] and int(limit[0]) >= wanted, f"descriptors: {limit}, not {wanted}")
    paths = ["/var/lib/orders", DATABASE, "/run/orders", "/run/orders/orders.sock"]
    modes = machine.told("stat", "-c", "%U:%G %a", *paths).splitlines()
    expect(
        modes == ["orders:orders 711", "orders:orders 600", "root:root 755", "root:www-data 660"], f"owners: {modes}")
    expect(
        not machine.succeeds("runuser", "-u", "nobody", "--", "test", "-r", DATABASE), "anybody may read the orders")


def sees_network(machine, process):
    return machine.told("readlink", f"/proc/{process}/ns/net") == machine.told("readlink", "/proc/1/ns/net")


def opens_network(machine, service):
    folder = "/run/systemd/system/orders@.service.d"
    shipped = "/usr/share/orders/orders@.service.d/network.conf"
    machine.shell(f"mkdir -p {folder}; cp {shipped} {folder}; systemctl daemon-reload")
    service.let_go()
    machine.told("systemctl", "restart", UNIT)
    expect(sees_network(machine, machine.process(UNIT)), "it does not see the machine's network")
    service.submit()
    service.let_go()
    machine.shell(f"rm -r {folder}; systemctl daemon-reload; systemctl restart {UNIT}")
    expect(not sees_network(machine, machine.process(UNIT)), "it sees the machine's network")


def restarts_without_refusal(machine, service):
    before = machine.responders()
    with service.under_requests():
        machine.told("orders-rolling-restart")
    after = machine.responders()
    expect(before.keys() == after.keys() and not set(before.values()) & set(after.values()), f"{before} became {after}")
    expect(service.healthy() == set(after.values()), f"{after}, but healthy are {service.healthy()}")


def stops_at_a_failure(machine, service):
    """New options that are wrong: the first responder does not come back, and the others are left alone."""
    before = machine.responders()
    machine.shell("cp -p /etc/default/orders /root/options; echo 'ORDERS_OPTIONS=\"--nonsense\"' >/etc/default/orders")
    service.let_go()
    said = machine.run("orders-rolling-restart")
    expect(said.returncode == 70, f"orders-rolling-restart: status {said.returncode} {said.stderr}")
    expect(f"0 of {len(before)} are new" in said.stderr, said.stderr)
    left = set(before.values()) - {before[UNIT]}
    expect(service.healthy() == left, f"left are {service.healthy()}, not {left}")
    service.submit()
    # systemd would take this away from the socket of all at each start, and only a responder that serves gives it back.
    for process in left:
        flags = machine.shell(f"grep '^flags:' /proc/{process}/fdinfo/3").split()[1]
        expect(int(flags, 8) & os.O_NONBLOCK, f"the socket of process {process} blocks: flags {flags}")
    machine.shell("mv /root/options /etc/default/orders")
    # systemd tries again and again.
    await_true(lambda: len(service.healthy()) == len(before), "the first one serves again", seconds=10)
    expect(left < service.healthy(), "others were restarted")


def is_watched(machine, service):
    """One that hangs is ended by systemd, and started again."""
    folder = "/run/systemd/system/orders@1.service.d"
    service.let_go()
    machine.shell(
        f"mkdir -p {folder}; printf '[Service]\\nWatchdogSec=3s\\n' >{folder}/watchdog.conf; systemctl daemon-reload; "
        f"systemctl restart {UNIT}")
    hanging = machine.process(UNIT)
    machine.told("kill", "-STOP", hanging)
    await_true(lambda: machine.process(UNIT) not in (0, hanging), "a successor of the hanging one", seconds=15)
    await_true(lambda: machine.process(UNIT) in service.healthy(), "it serves")
    expect("Watchdog timeout" in machine.journal(f"--unit={UNIT}"), "it was not the watchdog")
    machine.shell(f"rm -r {folder}; systemctl daemon-reload; systemctl restart {UNIT}")


def is_started_by_a_request(machine, service):
    """The socket outlives the responders, and a request starts the first one."""
    service.let_go()
    machine.told("systemctl", "stop", "orders@*.service")
    expect(not machine.responders(), f"still there: {machine.responders()}")
    service.submit()
    expect(list(machine.responders()) == [UNIT], f"started: {machine.responders()}")
    machine.shell("systemctl start $(cd /etc/systemd/system/multi-user.target.wants && ls -d orders@*)")


def is_upgraded_without_refusal(machine, service):
    before = machine.responders()
    with service.under_requests():
        machine.told("dpkg", "--install", "/root/orders.deb")
    after = machine.responders()
    expect(before.keys() == after.keys() and not set(before.values()) & set(after.values()), f"{before} became {after}")


def is_replaced_by_a_service_of_ones_own(machine, service):
    """The package of another program: the same units run it on the same store, and the program of before comes back."""
    orders = service.completed()
    with service.under_requests():
        machine.told("dpkg", "--install", "/root/own.deb")
    version = machine.told("orders", "--version").strip()
    expect(version == "1.0.0", f"the program is of version {version}")
    fields = ["-H", "Content-Type: application/json", "-H", "Prefer: wait=20"]
    status, body = service.ask("/word-counts", *fields, "-d", '{"text":"two words"}')
    expect(status == 201, f"a text: {status} {body}")
    target = f"/word-counts/{json.loads(body)['id']}/result"
    answer = service.ask(target)
    expect(answer == (200, '{"words":2}'), f"its words: {answer}")
    missing = set(orders) - set(service.completed())
    expect(not missing, f"orders are gone: {missing}")
    for command in CONTENT:
        machine.told(*command)
    machine.told("dpkg", "--install", "/root/orders.deb")
    status, body = service.ask(target)
    expect(status == 503 and "kind-unavailable" in body, f"the other program's result: {status} {body}")


def goes_and_comes_back(machine, service):
    """Removed and installed again: the orders are there, and as many responders as before. Meanwhile nginx goes on."""
    orders = service.completed()
    service.let_go()
    machine.told("systemctl", "disable", "--now", "orders@2.service")
    kept = list(machine.responders())
    service.let_go()
    machine.told("dpkg", "--remove", "orders")
    is_gone(machine, service)
    status, body = service.ask("/orders")
    expect(status == 502 and '"code"' in body, f"the site without the program: {status} {body}")
    machine.told("dpkg", "--install", "/root/orders.deb")
    expect(service.completed() == orders, f"{orders} became {service.completed()}")
    expect(list(machine.responders()) == kept, f"{kept} became {machine.responders()}")


def is_purged(machine, service):
    """Also where the orders were taken elsewhere before, and the site linked by its whole path."""
    service.watch_no_more()
    machine.shell(
        """
        systemctl stop orders.socket 'orders@*'
        systemctl enable --quiet orders-worker@1
        mkdir -p /etc/systemd/system/orders@.service.d
        ln -s /usr/share/orders/orders@.service.d/workers.conf /etc/systemd/system/orders@.service.d/
        mv /var/lib/orders /root/kept
        ln -sf /etc/nginx/sites-available/orders /etc/nginx/sites-enabled/orders
        """)
    machine.told("dpkg", "--purge", "orders")
    machine.shell("mv /root/kept /var/lib/orders")
    is_gone(machine, service)
    for path in [
        "/etc/nginx/orders", "/etc/nginx/sites-available/orders", "/etc/default/orders", "/etc/orders", "/usr/share/orders",
        "/var/cache/orders-work", "/etc/systemd/system/orders@.service.d",
    ]:
        expect(not machine.succeeds("test", "-e", path), f"{path} is still there")
    links = machine.shell("find /etc/systemd /etc/nginx -name 'orders*' -type l")
    expect(not links, f"links are left:\n{links}")


def is_gone(machine, service):
    expect(not machine.responders(), f"still there: {machine.responders()}")
    expect(not machine.succeeds("test", "-e", "/run/orders/orders.sock"), "the socket is still there")
    expect(machine.succeeds("nginx", "-t", "-q"), "nginx's configuration has a fault")
    state = machine.run("systemctl", "is-system-running").stdout.strip()
    expect(state == "running", f"the machine is {state}:\n{machine.run('systemctl', '--failed', '--no-legend').stdout}")
    modes = machine.told("stat", "-c", "%U:%G %a", DATABASE).strip()
    expect(modes == "orders:orders 600", f"the orders: {modes}")


CHECKS = [
    serves_from_boot, is_content, is_scraped_under_any_name, answers_this_machine_only, units_are_sound, is_hardened, is_confined, opens_network,
    restarts_without_refusal, stops_at_a_failure, is_watched, is_started_by_a_request, is_upgraded_without_refusal,
    is_replaced_by_a_service_of_ones_own,
]
# The last of what is done to the package as it came.
LAST = [is_purged]
