"""Kind files on a machine that runs: their programs run in a worker's unit, and nothing of them outlives it."""

import json
import time

from . import await_true, expect
from .installed import CONTENT, UNIT, exposure, is_gone
from .service import DATABASE, INTERNALS

WORKER = "orders-worker@1.service"
KINDS = "/etc/orders/kinds"
DIVISION = "/etc/systemd/system/orders@.service.d/workers.conf"
FIELDS = ["-H", "Content-Type: application/json"]
# Sleeps as long as it is asked to, in a session of its own too.
NAP = r"""#!/bin/sh
read -r input
seconds=$(printf %s "$input" | tr -dc 0-9)
(setsid sleep "$seconds" &)
echo "nap of $JOB_ID" >&2
sleep "$seconds"
echo "{\"slept\":$seconds}"
"""
NAP_FILE = """name: nap
path: naps
program: [./nap]
input: {type: object, required: [seconds], properties: {seconds: {type: integer}}}
limits: {grace: 1s}
attempts: 10
"""
# Its result is a file.
SHOT = """#!/bin/sh
printf '<p>shot</p>' >out/shot.html
"""
SHOT_FILE = """name: shot
path: shots
program: [./shot]
result: {file: shot.html, types: [text/html]}
"""
# Keeps 100 MB in memory.
GLUTTON = r"""#!/bin/sh
text=$(head -c 100000000 /dev/zero | tr '\0' a)
sleep 5
echo 1
"""
GLUTTON_FILE = """name: glutton
path: gluttons
program: [./glutton]
limits: {memory: 64MB}
"""
# Longer than any test, and each its own: their processes are told apart by it.
LONG = iter(range(9_000_001, 10_000_000))


def write(machine, path, text):
    machine.shell(f"cat >{path} <<'END_OF_FILE'\n{text}END_OF_FILE\n")


def submit(service, seconds):
    """The path of a nap."""
    status, body = service.ask("/naps", *FIELDS, "-d", json.dumps({"seconds": seconds}))
    expect(status == 202, f"a nap: {status} {body}")
    return f"/naps/{json.loads(body)['id']}"


def result(service, nap):
    return service.ask(f"{nap}/result", "-H", "Prefer: wait=20")


def sleepers(machine, seconds):
    return set(machine.run("pgrep", "-x", "-f", f"sleep {seconds}").stdout.split())


def begin_long_nap(machine, service):
    seconds = next(LONG)
    nap = submit(service, seconds)
    await_true(lambda: len(sleepers(machine, seconds)) == 2, "the program sleeps")
    return nap, seconds


def cancel(machine, service, nap, seconds):
    status, body = service.ask(f"{nap}/cancel", "-X", "DELETE")
    expect(status == 204, f"a cancel: {status} {body}")
    await_true(lambda: not sleepers(machine, seconds), "the program is gone")


def state(machine):
    return machine.run("systemctl", "is-active", WORKER).stdout.strip()


def are_enabled_by_the_first_kind_file(machine, service):
    """A rolling restart makes a worker, and responders leave the work to it. It refuses files with a mistake."""
    before = machine.responders()
    expect(state(machine) == "inactive", f"{WORKER} is {state(machine)}")
    write(machine, f"{KINDS}/nap", NAP)
    write(machine, f"{KINDS}/nap.yaml", NAP_FILE + "more: 1\n")
    machine.told("chmod", "755", f"{KINDS}/nap")
    said = machine.run("orders-rolling-restart")
    expect(said.returncode == 69 and f"{KINDS}/nap.yaml:7" in said.stderr, f"{said.returncode} {said.stderr}")
    expect(not machine.succeeds("test", "-e", DIVISION), "responders would leave the work")
    expect(machine.responders() == before, "responders were restarted")
    write(machine, f"{KINDS}/nap.yaml", NAP_FILE)
    write(machine, f"{KINDS}/shot", SHOT)
    write(machine, f"{KINDS}/shot.yaml", SHOT_FILE)
    write(machine, f"{KINDS}/glutton", GLUTTON)
    write(machine, f"{KINDS}/glutton.yaml", GLUTTON_FILE)
    machine.told("chmod", "755", f"{KINDS}/shot", f"{KINDS}/glutton")
    machine.told("orders", "kinds", "check", KINDS)
    service.let_go()
    with service.under_requests():
        machine.told("orders-rolling-restart")
    await_true(lambda: state(machine) == "active", f"{WORKER} works")
    expect(machine.succeeds("systemctl", "--quiet", "is-enabled", WORKER), f"{WORKER} is not enabled")
    expect(service.healthy() == {*machine.responders().values(), machine.process(WORKER)}, f"{service.healthy()}")


def run_programs(machine, service):
    answer = result(service, submit(service, 0))
    expect(answer == (200, '{"slept":0}'), f"a nap: {answer}")
    nap = submit(service, 0)
    result(service, nap)
    answer = service.ask(f"{nap}/log")
    expect(answer == (200, f"nap of {nap.rpartition('/')[2]}\n"), f"its log: {answer}")
    status, body = service.ask("/shots", *FIELDS, "-H", "Prefer: wait=20", "-d", "{}")
    expect(status == 201, f"a shot: {status} {body}")
    answer = service.ask(f"/shots/{json.loads(body)['id']}/result")
    expect(answer == (200, "<p>shot</p>"), f"its file: {answer}")
    folder = machine.told("stat", "-c", "%U:%G %a", f"{DATABASE}-files").strip()
    expect(folder == "orders:www-data 2710", f"the folder of files: {folder}")
    service.submit()
    for command in CONTENT:
        machine.told(*command)
    words = machine.shell(f"tr '\\0' ' ' </proc/{machine.process(UNIT)}/cmdline")
    expect("--jobs 0" in words, f"a responder: {words}")
    folder = machine.told("stat", "-c", "%U:%G %a", "/var/cache/orders-work").strip()
    expect(folder == "orders:orders 711", f"the work folders: {folder}")


def are_hardened(machine, service):
    """As far as sandboxes can be made in their unit."""
    said = machine.run("systemd-analyze", "verify", "--man=no", WORKER)
    expect(said.returncode == 0 and not said.stderr, f"systemd-analyze verify: {said.stderr}")
    figure = exposure(machine, unit="orders-worker@.service")
    expect(figure <= 2.0, f"exposure {figure}")
    return f"exposure {figure}"


def are_held_to_limits(machine, service):
    """By control groups of their own, where the kernel has the controllers."""
    worker = machine.process(WORKER)
    await_true(lambda: confinement(service, worker), "the worker says how it confines programs")
    programs = confinement(service, worker)
    expect((programs["user"], programs["sandbox"]) == ("orders", "bubblewrap"), f"{programs}")
    group = "/sys/fs/cgroup" + machine.told("systemctl", "show", "--property=ControlGroup", "--value", WORKER).strip()
    user = machine.told("id", "-u", "orders").strip()
    machine.told("nsenter", f"--target={worker}", "--mount", f"--setuid={user}", "test", "-w", f"{group}/cgroup.procs")
    status, body = service.ask("/gluttons", *FIELDS, "-d", "{}")
    expect(status == 202, f"a glutton: {status} {body}")
    status, body = service.ask(f"/gluttons/{json.loads(body)['id']}/status", "-H", "Prefer: wait=20")
    expect(json.loads(body).get("error", {}).get("code") == "out-of-memory", f"a glutton: {status} {body}")
    if programs["limits"] != "cgroups":
        controllers = machine.told("cat", "/sys/fs/cgroup/cgroup.controllers").split()
        expect(not {"memory", "pids"} <= set(controllers), f"{programs}, and the kernel has {controllers}")
        return f"limits of control groups NOT RUN: {programs['missing']}"
    nap, seconds = begin_long_nap(machine, service)
    limits = machine.shell(f"cat {group}/orders-work-*/memory.max {group}/orders-work-*/pids.max").split()
    expect(limits == [str(1 << 30), "132"], f"limits: {limits}")
    cancel(machine, service, nap, seconds)
    await_true(lambda: not machine.shell(f"ls -d {group}/orders-work-* 2>/dev/null || :"), "its control group is gone")
    return "by control groups"


def confinement(service, worker):
    """What /healthz says of the worker's programs."""
    body = service.ask("/healthz", origin=INTERNALS)[1]
    found = [process.get("programs") for process in json.loads(body)["processes"] if process["pid"] == worker]
    return found[0] if found else None


def are_not_waited_for(machine, service):
    """A rolling restart replaces all responders while a program runs, and the worker when it has ended."""
    nap, seconds = begin_long_nap(machine, service)
    processes, responders, worker = sleepers(machine, seconds), machine.responders(), machine.process(WORKER)
    service.let_go()
    began = time.monotonic()
    with service.under_polls(nap):
        machine.told("orders-rolling-restart")
    after = machine.responders()
    expect(not set(responders.values()) & set(after.values()), f"{responders} became {after}")
    expect(sleepers(machine, seconds) == processes, "the program was ended")
    expect((state(machine), machine.process(WORKER)) == ("deactivating", worker), f"{WORKER} is {state(machine)}")
    # Its sleep over, the program ends by itself.
    machine.told("kill", *processes)
    answer = result(service, nap)
    expect(answer == (200, f'{{"slept":{seconds}}}'), f"the program's result: {answer}")
    await_true(lambda: state(machine) == "active" and machine.process(WORKER) != worker, f"{WORKER} is another process")
    answer = result(service, submit(service, 0))
    expect(answer[0] == 200, f"the next nap: {answer}")
    return f"{time.monotonic() - began:.0f} s"


def are_reported_when_they_do_not_come_back(machine, service):
    """A rolling restart says so, leaves the responders in service, and goes on when the fault is mended."""
    before = machine.responders()
    machine.shell(
        "cp -p /etc/default/orders /root/options; echo 'ORDERS_WORKER_OPTIONS=--wrong' >>/etc/default/orders")
    service.let_go()
    said = machine.run("orders-rolling-restart")
    expect(said.returncode == 70, f"{said.returncode} {said.stderr}")
    expect(f"{WORKER} does not work again" in said.stderr and "0 of 1 workers are new" in said.stderr, said.stderr)
    after = machine.responders()
    expect(not set(before.values()) & set(after.values()), f"{before} became {after}")
    expect(service.healthy() == set(after.values()), f"{service.healthy()}")
    machine.shell("mv /root/options /etc/default/orders")
    service.let_go()
    said = machine.told("sh", "-c", "orders-rolling-restart 2>&1")
    worker = machine.process(WORKER)
    expect(f"{WORKER}: process {worker} works" in said, said)
    answer = result(service, submit(service, 0))
    expect(answer[0] == 200, f"a nap: {answer}")


def leave_nothing(machine, service):
    """Whether they are stopped, hang or are killed."""
    folder = f"/run/systemd/system/{WORKER}.d"
    machine.shell(
        f"""
        cp -p /etc/default/orders /root/options
        echo 'ORDERS_WORKER_OPTIONS="--drain 2s"' >>/etc/default/orders
        mkdir -p {folder}; printf '[Service]\\nWatchdogSec=3s\\n' >{folder}/watchdog.conf; systemctl daemon-reload
        systemctl restart {WORKER}
        """)
    nap, seconds = begin_long_nap(machine, service)
    machine.told("systemctl", "stop", WORKER)
    expect_nothing(machine, seconds)
    machine.told("systemctl", "start", WORKER)
    await_true(lambda: len(sleepers(machine, seconds)) == 2, "the program runs again")
    for words in ["kill -STOP {}", "kill -KILL {}", f"systemctl kill --signal=KILL {WORKER}"]:
        processes, worker = sleepers(machine, seconds), machine.process(WORKER)
        machine.shell(words.format(worker))
        await_true(lambda: not sleepers(machine, seconds) & processes, f"{words}: the program is gone")
        await_true(lambda: machine.process(WORKER) not in (0, worker), f"{words}: another worker")
        await_true(lambda: len(sleepers(machine, seconds)) == 2, f"{words}: the program runs again")
    expect("Watchdog timeout" in machine.journal(f"--unit={WORKER}"), "it was not the watchdog")
    cancel(machine, service, nap, seconds)
    machine.shell(f"mv /root/options /etc/default/orders; rm -r {folder}; systemctl daemon-reload")
    machine.told("systemctl", "stop", WORKER)
    expect_nothing(machine, seconds)
    machine.told("systemctl", "start", WORKER)


def expect_nothing(machine, seconds):
    expect(not sleepers(machine, seconds), "the program runs on")
    for what in ["bwrap", "sh -c read -r go"]:
        expect(not machine.succeeds("pgrep", "-u", "orders", "-f", what), f"{what} runs on")
    folders = machine.shell("ls /var/cache/orders-work")
    expect(not folders, f"work folders are left: {folders}")


def outlive_an_upgrade(machine, service):
    nap, seconds = begin_long_nap(machine, service)
    processes, worker = sleepers(machine, seconds), machine.process(WORKER)
    with service.under_polls(nap):
        machine.told("dpkg", "--install", "/root/orders.deb")
    expect(machine.process(WORKER) == worker and sleepers(machine, seconds) == processes, "the program was ended")
    cancel(machine, service, nap, seconds)
    await_true(lambda: state(machine) == "active" and machine.process(WORKER) != worker, f"{WORKER} is another process")


def go_and_come_back_with_the_package(machine, service):
    service.let_go()
    machine.told("dpkg", "--remove", "orders")
    is_gone(machine, service)
    expect(state(machine) == "inactive", f"{WORKER} is {state(machine)}")
    machine.told("dpkg", "--install", "/root/orders.deb")
    await_true(lambda: state(machine) == "active", f"{WORKER} works")
    answer = result(service, submit(service, 0))
    expect(answer[0] == 200, f"a nap: {answer}")


def go_when_they_are_told_to(machine, service):
    """Back to responders that work, as the operator does it."""
    machine.shell(
        f"cd {KINDS}; rm nap.yaml nap shot.yaml shot glutton.yaml glutton; "
        f"systemctl disable --now {WORKER}; rm {DIVISION}; systemctl daemon-reload")
    service.let_go()
    machine.told("orders-rolling-restart")
    drop = ["runuser", "-u", "orders", "--", "orders", "kinds", "drop", "--confirm", "--store", f"sqlite:{DATABASE}"]
    for kind in ["nap", "shot", "glutton"]:
        machine.told(*drop, kind)
    status, body = service.ask("/naps")
    expect(status == 404, f"the kind that was dropped: {status} {body}")
    service.submit()
    expect(service.healthy() == set(machine.responders().values()), f"{service.healthy()}")


CHECKS = [
    are_enabled_by_the_first_kind_file, run_programs, are_hardened, are_held_to_limits, are_not_waited_for,
    are_reported_when_they_do_not_come_back, leave_nothing, outlive_an_upgrade, go_and_come_back_with_the_package,
    go_when_they_are_told_to,
]
