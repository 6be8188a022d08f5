"""The kind of work that is submitted: a program that sleeps."""

import json

KIND = """\
name: nap
path: naps
program: [./nap]
input:
  type: object
  required: [seconds]
  properties:
    seconds: {type: number}
    stubborn: {type: boolean, default: false}
    fails: {type: boolean, default: false}
limits: {time: 2s, grace: 300ms}
attempts: 3
env: {NAP_MARK: "@mark@"}
read: ["@pipe@"]
"""

# Sometimes it ignores SIGTERM, sometimes it fails.
NAP = """\
#!/bin/bash
. "${0%/*}/heart"
input=$(<input.json)
field() { [[ $input =~ \\"$1\\":([^,}]*) ]] && echo "${BASH_REMATCH[1]}"; }
[[ $(field stubborn) == false ]] || trap '' TERM
echo '{"completed":1,"total":2}' >&3
sleep "$(field seconds)"
tell end
[[ $(field fails) == false ]] || { echo '{"error":{"code":"bad-nap"}}' >&3; exit 1; }
echo "{\\"epoch\\":$JOB_EPOCH}"
"""

FINAL = {"complete", "failed", "cancelled"}
TIME = 2


def write(folder, heartbeats, mark):
    """The folder of the kind, whose programs have NAP_MARK=`mark` in their environment."""
    folder.mkdir(mode=0o755)
    (folder / "nap.yaml").write_text(KIND.replace("@mark@", mark).replace("@pipe@", str(heartbeats.path)))
    (folder / "heart").write_text(heartbeats.heart)
    (folder / "nap").write_text(NAP)
    (folder / "nap").chmod(0o755)


def some(rand):
    """What a client submits."""
    return {
        "seconds": 5 if rand.random() < 0.04 else round(rand.uniform(0, 0.5), 3), "stubborn": rand.random() < 0.2,
        "fails": rand.random() < 0.1,
    }


def judge(body, status, result, was_cancelled, beats):
    """What is wrong with how one nap ended; None where nothing is. `beats` are those of its attempts."""
    word, code = status["status"], status.get("error", {}).get("code")
    if word not in FINAL:
        return f"it is {word}"
    if word == "cancelled":
        return None if was_cancelled else "nobody cancelled it"
    if word == "failed":
        is_right = code == "worker-lost" or (code == "timed-out" and body["seconds"] > TIME)
        if is_right or (code == "bad-nap" and body["fails"]):
            return None
        return f"it failed with {code}: {status['error'].get('detail')}"
    if body["seconds"] > TIME or body["fails"]:
        return "it is complete, and can't be"
    ended = [beat.epoch for beat in beats if beat.word == "end"]
    if not ended or json.loads(result) != {"epoch": max(ended)}:
        return f"its result is {result[:200]}, and attempts ended in the epochs {ended}"
    return None
