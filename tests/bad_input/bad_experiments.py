"""Bad experiment files: name of the case -> message and content."""

from cases import Case, dangling, fifo, folder, one_long_line, says, symlink_loop, unreadable_bytes

LOOP = 'net_params = {}\nnet_params["itself"] = net_params'
BOMB = "a = [0] * 10\n" + "a = [a] * 10\n" * 9 + "net_params = {'N_scaling': a}"


def with_a_loop_beside(path):
    """Write an experiment whose table is a link to itself."""
    symlink_loop(path.with_suffix(".csv"))
    path.write_text("net_params = {'fullscale_rates': 'experiments/one.csv'}")


HOSTILE = "class Hostile:\n    def __repr__(self):\n        raise RuntimeError('no')\n"


def fails(*words):
    """Return a function that makes a case of an experiment that fails when it is run."""
    return lambda content: says(*words)(f"{content}\nnet_params = {{}}")


EXPERIMENTS: dict[str, Case] = {
    # ------------------------------------------------------------------ not a Python file
    "unclosed brace": says("line 1: not valid Python: '{' was never closed")("net_params = {"),
    "indentation": says("line 2: not valid Python: unexpected indent")("a = 1\n  b = 2"),
    "tabs and spaces": says("not valid Python: inconsistent use of tabs")(
        "if 1:\n\ta = 1\n        b = 2"
    ),
    "another language": says("line 1: not valid Python")("let net_params = new Map();"),
    "JSON with true": says("NameError: name 'true' is not defined")('net_params = {"a": true}'),
    "UTF-16": says("not valid Python")("net_params = {}".encode("utf-16")),
    "Latin-1": says("not valid Python")("name = 'Jülich'".encode("latin-1")),
    "null bytes": says("not valid Python", "null bytes")(b"a = 1\0\n"),
    "binary": says("not valid Python")(bytes(range(256))),
    "unknown encoding": says("not valid Python: unknown encoding: nonsense")(
        "# -*- coding: nonsense -*-\n"
    ),
    "too large": says("larger than 1048576 bytes")(b"#" * (2**20 + 1)),
    "line of 1 GB": says("larger than 1048576 bytes")(one_long_line(b"a = 1 # ", 10**9)),
    "zeros": says("larger than 1048576 bytes")(unreadable_bytes(2**40)),
    "nested 200 deep": says("too many nested parentheses")("(" * 201),
    "nested 100 000 deep": says("one.py")("-" * 100_000 + "1"),
    "folder": says("expected an experiment file, found a folder")(folder),
    "link to itself": says("no such experiment file")(symlink_loop),
    "link to nothing": says("no such experiment file")(dangling),
    "pipe": says("no such experiment file")(fifo),
    # ------------------------------------------------------------------ files that misbehave
    "raises": fails("line 2: the file fails with ValueError: not today")(
        "a = 1\nraise ValueError('not today')"
    ),
    "raises in several lines": fails("line 1: the file fails with ValueError: one\\ntwo")(
        "raise ValueError('one\\ntwo')"
    ),
    "raises 10 MB": fails("line 1: the file fails with ValueError: xxx", "...")(
        "raise ValueError('x' * 10**7)"
    ),
    "raises colours": fails("the file fails with ValueError: \\x1b[31mred")(
        "raise ValueError('\\x1b[31mred')"
    ),
    "raises what cannot be shown": fails("the file fails with Odd: (it cannot be shown)")(
        "class Odd(Exception):\n    def __str__(self):\n        raise self\nraise Odd"
    ),
    "raises no Exception": fails("line 2: the file fails with Stop: away")(
        "class Stop(BaseException): pass\nraise Stop('away')"
    ),
    "sys.exit(0)": fails("line 2: the file fails with SystemExit: 0")("import sys\nsys.exit(0)"),
    "sys.exit(text)": fails("line 2: the file fails with SystemExit: bye")(
        "import sys\nsys.exit('bye')"
    ),
    "endless loop": fails("line 1: the file fails with TimeoutError: not finished after")(
        "while True: pass"
    ),
    "sleeps": fails("line 2: the file fails with TimeoutError")("import time\ntime.sleep(1e4)"),
    "recursion": fails("line 1: the file fails with RecursionError")("def f(): f()\nf()"),
    "asks": fails("the file fails with EOFError")("input('name? ')"),
    "prints, then raises": fails("line 2: the file fails with KeyError: 'a'")(
        "print('noise')\n{}['a']"
    ),
    "imports nothing": fails("line 1: the file fails with ModuleNotFoundError: No module named")(
        "import no_such_module"
    ),
    "divides": fails("line 1: the file fails with ZeroDivisionError")("1 / 0"),
    "reads an absent file": fails("line 1: the file fails with FileNotFoundError", "rates.npy")(
        "open('rates.npy')"
    ),
    "unpickles": says("net_params.fullscale_rates: pickles are not read")(
        "net_params = {'fullscale_rates': 'rates.pkl'}"
    ),
    # ------------------------------------------------------------------ unknown names
    "section misspelt": says("unknown name 'netparams'", "Did you mean 'net_params'?")(
        "netparams = {'N_scaling': 0.1}"
    ),
    "key misspelt": says("net_params.N_scalling: unknown key", "Did you mean 'N_scaling'?")(
        "net_params = {'N_scalling': 0.1}"
    ),
    "key in capitals": says("sim_params.T_SIM: unknown key", "Did you mean 't_sim'?")(
        "sim_params = {'T_SIM': 1000.0}"
    ),
    "key deep inside": says("net_params.connection_params.G: unknown key", "Did you mean 'g'?")(
        "net_params = {'connection_params': {'G': -5}}"
    ),
    "key of another section": says("net_params.t_sim: unknown key")(
        "net_params = {'t_sim': 1000.0}"
    ),
    "model misspelt": says("model: expected one of ['human'", "Did you mean 'human'?")(
        "model = 'humann'"
    ),
    "model is a path": says("model: expected one of", "got '../../etc/passwd'")(
        "model = '../../etc/passwd'"
    ),
    "model is a number": says("model: expected one of", "got 7")("model = 7"),
    "model with a line break": says("model: expected one of", "'human\\nerror: done'")(
        "model = 'human\\nerror: done'"
    ),
    "model of 1 MB": says("model: expected one of", "...")("model = 'x' * 10**6\nnet_params = {}"),
    "area misspelt": says("unknown area 'cuneuss'", "Did you mean 'cuneus'?")(
        "ana_params = {'plotRasterArea': {'areas': ['cuneuss']}}"
    ),
    "area of the macaque": says("plotRasterArea.areas: unknown area 'V1'")(
        "ana_params = {'plotRasterArea': {'areas': ['V1']}}"
    ),
    "area with a line break": says("unknown area 'a\\nerror: b'")(
        "ana_params = {'plotRasterArea': {'areas': ['a\\nerror: b']}}"
    ),
    "area of 1 MB": says("plotRasterArea.areas: unknown area 'xxx", "...")(
        "ana_params = {'plotRasterArea': {'areas': ['x' * 10**6]}}"
    ),
    "layer misspelt": says("single_spike", "unknown layer 'II'", "'II/III'")(
        "net_params = {'single_spike': {('cuneus', 'II', 'E'): 600.0}}"
    ),
    "key of 1 MB": says("net_params.xxx", "...: unknown key")("net_params = {'x' * 10**6: 1}"),
    "key with a line break": says("net_params.a\\nb: unknown key")("net_params = {'a\\nb': 1}"),
    "key with terminal codes": says("net_params.\\x1b[2J: unknown key")(
        "net_params = {'\\x1b[2J': 1}"
    ),
    "key is a number": says("net_params[1]: expected a text as key, got 1 (int)")(
        "net_params = {1: 2}"
    ),
    "key is half a character": says("net_params: ", "got '\\ud800' (str)")(
        "net_params = {'\\ud800': 1}"
    ),
    # ------------------------------------------------------------------ wrong types
    "section is None": says("net_params: expected a dictionary, got None")("net_params = None"),
    "section is a list": says("sim_params: expected a dictionary, got [1] (list)")(
        "sim_params = [1]"
    ),
    "section is a function": says("ana_params: expected a dictionary, got <function")(
        "def ana_params(): pass"
    ),
    "section is a class": says("net_params: expected a dictionary, got <class")(
        "class net_params: N_scaling = 0.1"
    ),
    "block is a number": says("net_params.connection_params: expected a dictionary, got 3")(
        "net_params = {'connection_params': 3}"
    ),
    "number as text": says("sim_params.t_sim: expected a number, got '1000' (str)")(
        "sim_params = {'t_sim': '1000'}"
    ),
    "number as bool": says("net_params.surface_area: expected a number, got True (bool)")(
        "net_params = {'surface_area': True}"
    ),
    "number as list": says("net_params.N_scaling: expected a number, got [0.1] (list)")(
        "net_params = {'N_scaling': [0.1]}"
    ),
    "number as array": says("net_params.N_scaling: expected a number, got [0.1, 0.2] (list)")(
        "import numpy as np\nnet_params = {'N_scaling': np.array([0.1, 0.2])}"
    ),
    "complex": says("net_params.N_scaling: expected a number, got 1j (complex)")(
        "net_params = {'N_scaling': 1j}"
    ),
    "None where a number belongs": says("sim_params.t_sim: expected a number, got None")(
        "sim_params = {'t_sim': None}"
    ),
    "fraction where an integer belongs": says("sim_params.master_seed: expected an integer")(
        "sim_params = {'master_seed': 1.5}"
    ),
    "text where True belongs": says("print_time: expected True or False, got 'no'")(
        "sim_params = {'print_time': 'no'}"
    ),
    "object that cannot be shown": says("N_scaling: expected a number, got something (Hostile)")(
        HOSTILE + "net_params = {'N_scaling': Hostile()}"
    ),
    "generator": says("ana_params: expected plain values, got <generator")(
        "ana_params = {'mplstyles': (x for x in 'ab')}"
    ),
    "table where a number belongs": says("net_params.N_scaling: expected a number")(
        "import pandas as pd\nnet_params = {'N_scaling': pd.DataFrame({'a': [1]})}"
    ),
    "data that contain themselves": says("net_params: the data are nested too deeply")(LOOP),
    "data of 10 billion values": says("net_params: more than 100000 values")(BOMB),
    "array of 1 million": says("ana_params: more than 100000 values")(
        "import numpy as np\nana_params = {'mplstyles': np.zeros(10**6)}"
    ),
    # ------------------------------------------------------------------ wrong values
    "NaN": says("net_params.surface_area: expected a finite number, got nan")(
        "net_params = {'surface_area': float('nan')}"
    ),
    "NaN of NumPy": says("sim_params.V0_mean: expected a finite number, got nan")(
        "import numpy as np\nsim_params = {'V0_mean': np.float32('nan')}"
    ),
    "infinite": says("sim_params.t_sim: expected a finite number, got inf")(
        "sim_params = {'t_sim': float('inf')}"
    ),
    "minus infinite": says("connection_params.g: expected a finite number, got -inf")(
        "net_params = {'connection_params': {'g': -float('inf')}}"
    ),
    "negative time": says("sim_params.t_sim: expected a value > 0, got -5.0")(
        "sim_params = {'t_sim': -5.0}"
    ),
    "negative seed": says("sim_params.master_seed: expected a value > 0, got -1")(
        "sim_params = {'master_seed': -1}"
    ),
    "seed of 100 digits": says("sim_params.master_seed: expected a value < 2.14748e+09")(
        "sim_params = {'master_seed': 10**100}"
    ),
    "integer beyond floats": says("net_params.surface_area: expected a number, got 1000")(
        "net_params = {'surface_area': 10**400}"
    ),
    "integer of 10 000 digits": says("one.py")("net_params = {'surface_area': 10**10000}"),
    "huge time": says("'t_sim' = 1e+300 ms must be a multiple of sim_resolution")(
        "sim_params = {'t_sim': 1e300}"
    ),
    "huge scaling": says("net_params.N_scaling: expected a value <= 1, got 1e+308")(
        "net_params = {'N_scaling': 1e308}"
    ),
    "zero virtual processes": says("sim_params.virtual_processes: expected a value > 0, got 0")(
        "sim_params = {'virtual_processes': 0}"
    ),
    "resolution below NEST's": says("'sim_resolution' = 1e-05 ms must be a multiple of NEST's")(
        "sim_params = {'sim_resolution': 1e-5}"
    ),
    "window upside down": says("ana_params.cv: t_stop = 550.0 must be later than t_start = 600.0")(
        "ana_params = {'cv': {'t_start': 600.0, 't_stop': 550.0}}"
    ),
    "window beyond the end": says("ana_params.cv.t_start = 2000 ms lies beyond the end")(
        "ana_params = {'cv': {'t_start': 2000.0}}"
    ),
    "unknown scaling": says("scaling_type: expected 'linear' or 'sqrt', got 'cubic'")(
        "net_params = {'scaling_type': 'cubic'}"
    ),
    "unknown recorder": says("rec_dev[0]: expected 'spike_recorder' or 'voltmeter'")(
        "sim_params = {'rec_dev': ['spike_detector']}"
    ),
    "picture format with a path": says("ana_params.extension: expected 'png', 'pdf'")(
        "ana_params = {'extension': 'png/../../../x'}"
    ),
    "threshold below rest": says("neuron_params_E: the threshold must lie above E_L")(
        "net_params = {'neuron_params_E': dict(E_L=-45., V_th=-70., V_reset=-80., C_m=220., "
        "tau_m=10., tau_syn_ex=2., tau_syn_in=2., t_ref=2.)}"
    ),
    # ------------------------------------------------------------------ files named
    "absent table": says("ei_ratio_path: no such file 'experimental_data/nothing.csv' (str)")(
        "net_params = {'cytoarchitecture_params': "
        "{'ei_ratio_path': 'experimental_data/nothing.csv'}}"
    ),
    "table with a shell command": says("ei_ratio_path: no such file '$(touch ran)' (str)")(
        "net_params = {'cytoarchitecture_params': {'ei_ratio_path': '$(touch ran)'}}"
    ),
    "table with a wildcard": says("ei_ratio_path: expected a path without braces, got '{net}'")(
        "net_params = {'cytoarchitecture_params': {'ei_ratio_path': '{net}'}}"
    ),
    "table with a null byte": says("ei_ratio_path: no such file 'a\\x00b' (str)")(
        "net_params = {'cytoarchitecture_params': {'ei_ratio_path': 'a\\0b'}}"
    ),
    "table with a name of 1 MB": says("ei_ratio_path: no such file 'xxx")(
        "net_params = {'cytoarchitecture_params': {'ei_ratio_path': 'x' * 10**6}}"
    ),
    "rates are a folder": says(
        "fullscale_rates: expected a file, got the folder 'experimental_data'"
    )("net_params = {'fullscale_rates': 'experimental_data'}"),
    "rates are a device": says("fullscale_rates: no such file '/dev/zero' (str)")(
        "net_params = {'fullscale_rates': '/dev/zero'}"
    ),
    "rates are a link to themselves": says("fullscale_rates: no such file", "one.csv")(
        with_a_loop_beside
    ),
    # ------------------------------------------------------------------ sweeps
    "sweep over an unknown parameter": says(
        "sweep: unknown parameter 'chii'", "Did you mean 'chi'?"
    )("sweep = {'chii': [1.0]}"),
    "sweep over a block": says("sweep: unknown parameter 'connection_params'")(
        "sweep = {'connection_params': [{}]}"
    ),
    "sweep over an ambiguous name": says("sweep: 't_start' is ambiguous: ana_params.")(
        "sweep = {'t_start': [1.0]}"
    ),
    "sweep over a dunder": says("sweep: unknown parameter '__class__'")(
        "sweep = {'net_params.__class__': [1]}".replace("net_params.", "")
    ),
    "sweep over a number": says("sweep: unknown parameter '1'")("sweep = {1: [1]}"),
    "sweep over a line break": says("sweep: unknown parameter 'a\\nb'")("sweep = {'a\\nb': [1]}"),
    "sweep is a list": says("sweep: expected {parameter: [values]}")("sweep = ['chi']"),
    "sweep is empty": says("sweep: expected {parameter: [values]}")("sweep = {}"),
    "sweep without values": says("sweep: 'chi': expected a list of one or more values, got []")(
        "sweep = {'chi': []}"
    ),
    "sweep with one value": says("sweep: 'chi': expected a list of one or more values, got 1.0")(
        "sweep = {'chi': 1.0}"
    ),
    "sweep with the same value twice": says("sweep: the point chi=1 occurs twice")(
        "sweep = {'chi': [1.0, 1]}"
    ),
    "sweep with text": says("sweep: 'chi': expected numbers, got 'one'")(
        "sweep = {'chi': ['one']}"
    ),
    "sweep with NaN": says("one.py@V0_mean=nan: sim_params.V0_mean: expected a finite")(
        "sweep = {'V0_mean': [float('nan')]}"
    ),
    "sweep with a wrong value": says("one.py@N_scaling=2: net_params.N_scaling: expected a value")(
        "sweep = {'N_scaling': [0.1, 2]}"
    ),
    "sweep with a path": says(
        "one.py@scaling_type=passwd: net_params.scaling_type: expected 'linear' or 'sqrt', "
        "got '../../etc/passwd'"
    )("sweep = {'scaling_type': ['../../etc/passwd']}"),
    "sweep with a million points": says("sweep: more than 10000 points")(
        "sweep = {'chi': range(0, 1000), 'g': range(-1000, 0)}".replace(
            "range", "list(range"
        ).replace(")", "))")
    ),
    "sweep that contains itself": says("the data are nested too deeply")(
        "sweep = {}\nsweep['chi'] = [sweep]"
    ),
    # ------------------------------------------------------------------ names of the file
    "name with a space": says("an experiment file is named <name>.py")("", "a b.py"),
    "name with a shell command": says("an experiment file is named <name>.py")(
        "", "$(touch ran).py"
    ),
    "name with a line break": says("an experiment file is named <name>.py", "a\\nb.py")(
        "", "a\nb.py"
    ),
    "name with terminal codes": says("an experiment file is named <name>.py", "\\x1b[31m.py")(
        "", "\x1b[31m.py"
    ),
    "name with quotes": says("an experiment file is named <name>.py")("", "a'b\"c.py"),
    "name with braces": says("an experiment file is named <name>.py")("", "{net}.py"),
    "name with a semicolon": says("an experiment file is named <name>.py")("", "a;b.py"),
    "name like an option": says("an experiment file is named <name>.py")("", "-rf.py"),
    "name of dots": says("an experiment file is named <name>.py")("", "...py"),
    "name with @": says("an experiment file is named <name>.py")("", "a@b=1.py"),
    "name of another kind": says("an experiment file is named <name>.py")("", "one.txt"),
    "name of 200 letters": says("net_params: expected a dictionary")(
        "net_params = 1", "x" * 200 + ".py"
    ),
}
