from __future__ import annotations

import io

import pytest

from multiarea.progress import Progress, duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (80, "1 min 20 s"), (11_110, "3 h 5 min")],
)
def test_duration(seconds, text):
    assert duration(seconds) == text


def test_lines(clock):
    text = io.StringIO()
    bar = Progress("simulate", 2.5, "s", text)
    bar.update(0)
    clock.now += 58
    bar.update(1.05)
    clock.now += 82
    bar.update(2.5)
    bar.close()
    assert text.getvalue().splitlines() == [
        "simulate: 0 %  0.00 of 2.50 s",
        "simulate: 42 %  1.05 of 2.50 s  ETA 1 min 20 s",
        "simulate: 100 %  2.50 of 2.50 s  in 2 min 20 s",
    ]


def test_every_two_seconds_then_more_and_more_seldom(clock):
    text = io.StringIO()
    bar = Progress("connect", 1000, "synapses", text)
    for step in range(1, 1001):
        clock.now += 0.01
        bar.update(step)
    shares = [line.split()[1] for line in text.getvalue().splitlines()]
    assert shares == ["0", "20", "40", "60", "80", "100"]

    text = io.StringIO()
    bar = Progress("slow", 36_000, stream=text)
    for step in range(36_001):
        clock.now += 1
        bar.update(step)
    lines = text.getvalue().splitlines()
    assert sum(f"{second} of" in line for line in lines for second in range(60)) > 20
    assert 200 < len(lines) < 500, "in ten hours"


def test_work_that_was_done_before_does_not_count_for_the_time_that_is_left(clock):
    """1 of 2 s are new and take 50 s so far for a half: another 50 s."""
    text = io.StringIO()
    bar = Progress("simulate", 2.0, "s", text)
    clock.now += 30
    bar.start(1.0)
    clock.now += 50
    bar.update(1.5, "0.4 spikes/s")
    assert text.getvalue().splitlines() == [
        "simulate: 50 %  1.00 of 2.00 s",
        "simulate: 75 %  1.50 of 2.00 s  ETA 50 s  0.4 spikes/s",
    ]


def test_close_prints_the_last_line_once(clock, capsys):
    bar = Progress("build", 3, "populations")
    bar.update(1)
    bar.close()
    bar.close()
    assert capsys.readouterr().err.splitlines() == [
        "build: 33 %  1.00 of 3.00 populations  ETA 0 s",
        "build: 100 %  3.00 of 3.00 populations  in 0 s",
    ]


def test_nothing_to_do(clock):
    text = io.StringIO()
    Progress("connect", 0, "synapses", text).close()
    assert text.getvalue() == "connect: 100 %  0.00 of 0.00 synapses  in 0 s\n"
