"""Locks between processes, tried with processes."""

import subprocess
import sys
import threading

from study.run import locks

HOLDER = "import sys\nfrom pathlib import Path\nfrom study.run import locks\nwith locks.held(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()\n"


def holder(file):
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    return process


def taken(file):
    """A thread that takes the lock, and what it did."""
    done = []

    def take():
        with locks.held(file, lambda: done.append("waiting")) as lock:
            done.append("there" if locks.is_there(lock, file) else "gone")

    thread = threading.Thread(target=take)
    thread.start()
    return thread, done


def test_a_second_waits_with_a_word_until_the_first_is_killed(tmp_path):
    file = tmp_path / "folder" / ".lock"
    process = holder(file)
    thread, done = taken(file)
    thread.join(0.3)
    assert thread.is_alive() and done == ["waiting"]
    process.kill()
    process.wait()
    thread.join(30)
    assert done == ["waiting", "there"]


def test_a_lock_file_taken_away_is_seen_and_the_one_that_is_there_is_taken(tmp_path):
    file = tmp_path / ".lock"
    process = holder(file)
    thread, done = taken(file)
    thread.join(0.3)
    file.unlink()
    other = holder(file)  # the file is new: both would believe that they hold it
    process.kill()
    process.wait()
    thread.join(0.3)
    assert thread.is_alive() and done == ["waiting"]  # not content with the old file
    other.kill()
    other.wait()
    thread.join(30)
    assert done == ["waiting", "there"]
    with locks.held(file) as lock:
        assert locks.is_there(lock, file)
        file.unlink()
        assert not locks.is_there(lock, file)
        file.touch()
        assert not locks.is_there(lock, file)
