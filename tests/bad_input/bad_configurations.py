"""Bad config.yaml and cluster.json: name of the case -> message and content."""

import json

from cases import (
    Case,
    dangling,
    fifo,
    folder,
    one_long_line,
    pickled,
    says,
    symlink_loop,
    unreadable_bytes,
)

LAUGHS = "a: &a [x, x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

CONFIGURATIONS: dict[str, Case] = {
    # ------------------------------------------------------------------ no file, no YAML
    "folder": says("expected a file, found a folder or a device")(folder),
    "link to itself": says("a link that leads nowhere")(symlink_loop),
    "link to nothing": says("a link that leads nowhere")(dangling),
    "pipe": says("expected a file, found a folder or a device")(fifo),
    "empty": says("expected 'key: value' lines")(""),
    "only a comment": says("expected 'key: value' lines")("# nothing\n"),
    "a list": says("expected 'key: value' lines")("- experiments\n"),
    "a text": says("expected 'key: value' lines")("experiments"),
    "a tab": says("not readable as YAML", "that cannot start any token")("out:\n\ta: b"),
    "an open bracket": says("not readable as YAML")("experiments: ["),
    "two colons": says("not readable as YAML: mapping values are not allowed here")("a: b: c"),
    "UTF-16": says("expected UTF-8 text; byte 1 is not")("out: x".encode("utf-16")),
    "Latin-1": says("expected UTF-8 text; byte 7 is not")("out: J\u00fclich".encode("latin-1")),
    "binary": says("expected UTF-8 text")(bytes(range(256))),
    "null bytes": says("expected text, found a binary file")(b"out: x\0"),
    "a pickle": says("expected UTF-8 text")(pickled()),
    "line of 1 GB": says("1000000000 bytes; expected at most 262144")(
        one_long_line(b"out: x # ", 10**9)
    ),
    "1 TB of zeros": says("bytes; expected at most 262144")(unreadable_bytes(2**40)),
    "nested too deeply": says("not readable as YAML: nested too deeply")("- " * 10_000),
    "billion laughs": says("line 1: expected no anchors and aliases")(LAUGHS + "out: x"),
    "alias to itself": says("line 1: expected no anchors and aliases")("experiments: &a [*a]"),
    "Python tag": says("not readable as YAML: could not determine a constructor")(
        "out: !!python/object/apply:os.mkdir ['ran']"
    ),
    "Python name": says("not readable as YAML: could not determine a constructor")(
        "out: !!python/name:os.system"
    ),
    "own tag": says("not readable as YAML: could not determine a constructor")("out: !mine x"),
    "two documents": says("not readable as YAML: expected a single document")(
        "out: a\n---\nout: b"
    ),
    "impossible date": says("not readable as YAML: month must be in 1..12")("out: 2020-13-45"),
    "key twice": says("the key 'out' occurs twice")("out: a\nout: b\n"),
    "key twice, inside": says("the key 'fmri_regions' occurs twice")(
        "experimental_data:\n  fmri_regions: a\n  fmri_regions: b\n"
    ),
    "a list as key": says("not readable as YAML: while constructing a mapping")("? [a]\n: b"),
    # ------------------------------------------------------------------ keys and values
    "unknown key": says("experiment: unknown key", "Did you mean 'experiments'?")(
        "experiment: [a.py]"
    ),
    "unknown key, inside": says("experimental_data.fmri: unknown key")(
        "experimental_data: {fmri: x}"
    ),
    "number as key": says("[1]: expected a text as key")("1: 2"),
    "null as key": says("expected a text as key")("null: 2"),
    "key with a line break": says("a\\nb: unknown key")('"a\\nb": 1'),
    "key with terminal codes": says("\\x1b[31m: unknown key")('"\\e[31m": 1'),
    "experiments are a number": says("experiments: expected a list, got 3 (int)")("experiments: 3"),
    "experiments hold a number": says("experiments[0]: expected a text")("experiments: [1]"),
    "experiments hold null": says("experiments[0]: expected a text")("experiments: [null]"),
    "experiments are a mapping": says("experiments: expected a list, got {'a': 1}")(
        "experiments: {a: 1}"
    ),
    "absent experiment": says("goood.py: no such experiment file", "Did you mean 'good.py'?")(
        "experiments: [experiments/goood.py]"
    ),
    "experiment is a folder": says("experiments: expected an experiment file, found a folder")(
        "experiments: [experiments]"
    ),
    "experiment outside": says("an experiment file is named <name>.py")(
        "experiments: [../../../../etc/passwd]"
    ),
    "experiment is a device": says("/dev/zero: no such experiment file")("experiments: /dev/zero"),
    "experiment with a command": says("$(touch ran).py: no such experiment file")(
        "experiments: ['$(touch ran).py']"
    ),
    "no processes": says("virtual_processes: expected a value > 0, got 0")("virtual_processes: 0"),
    "negative processes": says("virtual_processes: expected a value > 0, got -2")(
        "virtual_processes: -2"
    ),
    "half a process": says("virtual_processes: expected an integer, got 1.5")(
        "virtual_processes: 1.5"
    ),
    "NaN processes": says("virtual_processes: expected ", "got nan")("virtual_processes: .nan"),
    "processes as text": says("virtual_processes: expected an integer, got 'two'")(
        "virtual_processes: two"
    ),
    "unknown figure": says("figures: unknown figure 'raster_area'", "'raster_areas'?")(
        "figures: [raster_area]"
    ),
    "figure with a path": says("figures: unknown figure '../../../etc/passwd'")(
        "figures: ../../../etc/passwd"
    ),
    "figure with a line break": says("figures: unknown figure 'a\\nb'")('figures: ["a\\nb"]'),
    "out is empty": says("out: expected the path of a folder")("out: ''"),
    "out is a number": says("out: expected a text, got 7")("out: 7"),
    "out with a command": says("out: expected the path of a folder")("out: '`touch ran`'"),
    "out with quotes": says("out: expected the path of a folder")('out: "a\'b"'),
    "out with a wildcard": says("out: expected the path of a folder")("out: '{net}'"),
    "out with a line break": says("out: expected the path of a folder", "a\\nb")('out: "a\\nb"'),
    "out like an option": says("out: expected the path of a folder", "'-rf'")("out: '-rf'"),
    "data are a list": says("experimental_data: expected a dictionary")("experimental_data: [a]"),
    "modules are a number": says("MPI_MODULES: expected a list, got 3")("MPI_MODULES: 3"),
}

SIMULATE = {"simulate": {"cpus-per-task": 2}}


def _json(**rules: object) -> str:
    return json.dumps({**SIMULATE, **rules})


CLUSTERS: dict[str, Case] = {
    "folder": says("expected a file, found a folder or a device")(folder),
    "link to itself": says("a link that leads nowhere")(symlink_loop),
    "pipe": says("expected a file, found a folder or a device")(fifo),
    "empty": says("not readable as JSON: Expecting value: line 1 column 1")(""),
    "a list": says("expected a JSON object with blocks such as '__default__'")("[]"),
    "a number": says("expected a JSON object")("3"),
    "a comment": says("not readable as JSON")("{} // nothing"),
    "a comma too many": says("not readable as JSON", "line 1 column")('{"plot": {},}'),
    "Python's quotes": says("not readable as JSON")("{'plot': {}}"),
    "UTF-16": says("expected UTF-8 text; byte 1 is not")("{}".encode("utf-16")),
    "null bytes": says("expected text, found a binary file")(b"{}\0"),
    "a pickle": says("expected UTF-8 text")(pickled()),
    "line of 1 GB": says("1000000000 bytes; expected at most 262144")(
        one_long_line(b'{"plot": ', 10**9)
    ),
    "nested too deeply": says("not readable as JSON: nested too deeply")(
        '{"plot":' + "[" * 100_000
    ),
    "key twice": says("not readable as JSON: the key 'plot' occurs twice")(
        '{"plot": {}, "plot": {}}'
    ),
    "unknown rule": says("simulat: unknown rule", "Did you mean 'simulate'?")(_json(simulat={})),
    "rule with a line break": says("a\\nb: unknown rule")('{"a\\nb": {}}'),
    "rule of 100 kB": says("...: unknown rule")(json.dumps({"x" * 10**5: {}})),
    "block is a list": says("plot: expected an object with keys such as 'time', got []")(
        _json(plot=[])
    ),
    "block is 100 kB of text": says("plot: expected an object", "...")(_json(plot="x" * 10**5)),
    "unknown key": says("plot.tme: unknown key", "Did you mean 'time'?")(_json(plot={"tme": 1})),
    "no tasks": says("simulate.ntasks: expected a value > 0, got 0")(
        json.dumps({"simulate": {"ntasks": 0}})
    ),
    "NaN tasks": says("simulate.ntasks: expected ", "got nan")('{"simulate": {"ntasks": NaN}}'),
    "infinite nodes": says("plot.nodes: expected ", "got inf")('{"plot": {"nodes": Infinity}}'),
    "time upside down": says("plot.time: expected a time such as '01:30:00'", "'-1:00'")(
        _json(plot={"time": "-1:00"})
    ),
    "time with a command": says("plot.time: expected a time such as")(
        _json(plot={"time": "1; touch ran"})
    ),
    "time of 5000 digits": says("plot.time: ")(_json(plot={"time": "9" * 5000})),
    "memory in words": says("plot.mem: expected memory per node such as '8G'")(
        _json(plot={"mem": "much"})
    ),
    "memory of 400 digits": says("plot.mem: ")(_json(plot={"mem": "9" * 400})),
    "account with a command": says("plot.account: expected ", "'a; touch ran'")(
        _json(plot={"account": "a; touch ran"})
    ),
    "account like an option": says("plot.account: expected ", "'--wrap=touch'")(
        _json(plot={"account": "--wrap=touch"})
    ),
    "account with a line break": says("plot.account: expected ", "'a\\n'")(
        _json(plot={"account": "a\n"})
    ),
    "partition with quotes": says("plot.partition: expected ")(_json(plot={"partition": "a'b"})),
    "more nodes than tasks": says("simulate: ntasks = 1: fewer than nodes = 2")(
        json.dumps({"simulate": {"nodes": 2, "ntasks": 1}})
    ),
}
