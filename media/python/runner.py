"""Trains the exported script in the folder where it is started, and speaks with NNSpec: one JSON object in each line.

It runs the script itself, and listens at four of its functions: where it reads its data, makes its optimizer,
computes a loss and reports an epoch. So the script stays what a person would write.

With several processes the first one speaks; it starts the others, which follow it step by step.
"""
import base64
import datetime
import functools
import importlib
import json
import math
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

# Ctrl-C reaches every process of a terminal. Only NNSpec reacts to it, and says when to stop.
signal.signal(signal.SIGINT, signal.SIG_IGN)

PROTOCOL = 1
OLDEST = (1, 13)
HERE = os.getcwd()
# Seconds between two events while the network trains.
PAUSE = 0.05


def leave(status):
    """Ends the process at once. Nobody else tidies its folder up when NNSpec was ended."""
    os.chdir(tempfile.gettempdir())
    shutil.rmtree(HERE, ignore_errors=True)
    sys.stderr.flush()
    os._exit(status)


class Stopped(BaseException):
    """Leaves the script's loop. No `except Exception` of a script may catch it."""


class Diverged(Stopped):
    def __init__(self, tensor):
        super().__init__(tensor)
        self.tensor = tensor


class Failure(Exception):
    """An error by its code, with what belongs into its sentence."""

    def __init__(self, code, *args):
        super().__init__(code)
        self.code = code
        self.values = [str(value) for value in args]


def number(value):
    """JSON has no word for these numbers; NNSpec reads them as texts."""
    value = float(value)
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


class Wire:
    """Requests come in over standard input, everything else goes out over standard output."""

    def __init__(self):
        self.requests = queue.Queue()
        self.out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
        # Whatever the script or a library prints goes to the log.
        os.dup2(2, 1)
        self.lines = os.fdopen(os.dup(0), "r", encoding="utf-8", newline="\n")
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.lines:
            self.requests.put(json.loads(line))
        # Nobody listens any more: whatever the network computes is of no use.
        leave(0)

    def send(self, message):
        try:
            self.out.write(json.dumps(message) + "\n")
            self.out.flush()
        except OSError:
            leave(0)

    def tell(self, kind, **fields):
        self.send({"kind": "event", "event": {"type": kind, **fields}})

    def fail(self, failure):
        self.tell("failed", code=failure.code, args=failure.values)
        leave(1)


class Runner:
    def __init__(self, wire):
        self.wire = wire
        self.script = None
        self.model = None
        self.optimizer = None
        self.rate = None
        self.loss = None
        self.epoch = self.step = 0
        self.epochs, self.steps, self.losses = [], [], []
        self.told = 0.0
        self.paused = True
        self.over = False
        # The step after which the training pauses.
        self.goal = None
        self.pauses_at_epoch = False
        self.weight = 1.0
        self.answers = {
            "hello": self.hello,
            "start": self.start,
            "resume": self.resume,
            "pause": self.pause,
            "step": self.advance,
            "stop": self.stop,
            "setLearningRate": self.set_rate,
            "weights": self.weights,
        }

    def obey(self):
        """Answers the requests that have arrived, and waits for more while the training is paused."""
        while True:
            try:
                request = self.wire.requests.get(block=self.paused)
            except queue.Empty:
                return
            answer = self.answers.get(request.get("name"))
            if answer is None:
                message = "The request is not known here."
                reply = {"err": {"code": "unknown-request", "message": message}}
            else:
                reply = {"ok": answer(request.get("params") or {})}
            self.wire.send({"kind": "reply", "id": request["id"], "reply": reply})
            if request.get("name") == "stop" and not self.over:
                raise Stopped

    # The answers.

    def hello(self, _):
        return {
            "protocol": PROTOCOL,
            "version": torch.__version__,
            "device": "cuda" if torch.cuda.is_available() else "cpu",
            "threads": torch.get_num_threads(),
        }

    def start(self, params):
        self.params = params
        threads = params.get("threads") or (PROCESSES > 1 and max(1, (os.cpu_count() or 1) // PROCESSES))
        if threads:
            torch.set_num_threads(threads)
        sys.path.insert(0, HERE)
        self.script = importlib.import_module("train")
        self.listen()
        return None

    def resume(self, _):
        self.paused, self.goal, self.pauses_at_epoch = False, None, False
        return self.position()

    def pause(self, _=None):
        self.paused = True
        self.tell()
        return self.position()

    def advance(self, params):
        self.resume(None)
        self.pauses_at_epoch = params["unit"] == "epoch"
        self.goal = None if self.pauses_at_epoch else self.step + 1
        return self.position()

    def stop(self, _):
        return None

    def set_rate(self, params):
        self.rate = params["learningRate"]
        return self.position()

    def weights(self, _):
        """Every tensor in float32, little-endian, in base64."""
        self.tell()
        tensors = {
            name: base64.b64encode(tensor.detach().cpu().numpy().astype("<f4").tobytes()).decode("ascii")
            for name, tensor in self.script.tensors_of(self.model).items()
        }
        return {"position": self.position(), "tensors": tensors}

    def position(self):
        rate = self.rate
        if rate is None and self.optimizer is not None:
            rate = self.optimizer.param_groups[0]["lr"]
        return {"epoch": self.epoch, "step": self.step, "hasNetwork": self.optimizer is not None, "learningRate": rate}

    # The script.

    def listen(self):
        make_optimizer, loss_of = self.script.make_optimizer, self.script.loss_of
        share_of = self.script.share_of
        # However long a person pauses, the others wait.
        init = self.script.distributed.init_process_group
        timeout = datetime.timedelta(days=365)
        self.script.distributed.init_process_group = functools.partial(init, timeout=timeout)

        def listening_optimizer(model):
            self.model = model
            self.optimizer = make_optimizer(model)
            take_step = self.optimizer.step

            def step():
                self.before_step()
                take_step()
                self.after_step()

            self.optimizer.step = step
            # The first weights can be asked for before the first step.
            self.obey()
            return self.optimizer

        def listening_loss(*args):
            loss = loss_of(*args)
            if self.model.training:
                self.loss = loss.detach()
            return loss

        def listening_share(*args):
            share = share_of(*args)
            self.weight = share[-1]
            return share

        self.script.share_of = listening_share
        self.script.make_optimizer = listening_optimizer
        self.script.loss_of = listening_loss
        self.script.report = self.after_epoch
        self.script.read_data = self.read_data

    def read_data(self):
        """The rows as NNSpec has read, encoded and scaled them."""
        params = self.params

        def read(name, kind):
            return np.fromfile(os.path.join(HERE, name), kind)

        x = read("inputs.bin", "<f4").reshape([-1] + params["inputShape"])
        t = read("targets.bin", "<f4").reshape(len(x), -1)
        part = np.array(["train", "validation", "test"])[read("parts.bin", "u1")]
        weighted = [read(name, "<f8") for name in params["weights"]]
        return [x, t, part] + weighted

    def before_step(self):
        self.agree()
        if not math.isfinite(self.batch_loss):
            raise Diverged("loss")
        if self.rate is not None:
            for group in self.optimizer.param_groups:
                group["lr"] = self.rate

    def agree(self):
        """All processes learn the loss of the whole batch, and the learning rate that the first one was given."""
        self.batch_loss = self.loss.item()
        if PROCESSES > 1:
            rate = -1.0 if self.rate is None else self.rate
            share = self.batch_loss * self.weight / PROCESSES
            told = [share, rate if RANK == 0 else 0.0]
            told = torch.tensor(told, dtype=torch.float64, device=self.loss.device)
            self.script.distributed.all_reduce(told)
            self.batch_loss, rate = told.tolist()
            self.rate = None if rate < 0 else rate

    def after_step(self):
        self.step += 1
        self.steps.append(self.step)
        self.losses.append(self.batch_loss)
        if time.monotonic() - self.told >= PAUSE:
            self.tell()
        if self.step == self.goal:
            self.hold()
        self.obey()

    def after_epoch(self, _, epoch, step, values):
        self.epoch = epoch
        record = [[tag, number(value)] for tag, value in values.items()]
        self.epochs.append({"epoch": epoch, "step": step, "values": record})
        if self.pauses_at_epoch:
            self.hold()
        self.obey()

    def hold(self):
        self.pause()
        self.wire.tell("paused")

    def tell(self):
        self.told = time.monotonic()
        self.wire.tell(
            "progress", position=self.position(), epochs=self.epochs, steps=self.steps, losses=self.losses
        )
        self.epochs, self.steps, self.losses = [], [], []

    def mend(self):
        """Raises where a weight is no finite number."""
        for name, tensor in self.script.tensors_of(self.model).items():
            if not torch.isfinite(tensor).all():
                raise Diverged(name)

    def run(self):
        """Serves until nobody listens any more."""
        followers = []
        try:
            # Until it is to begin.
            self.obey()
            followers = start_others(self.params)
            sys.argv = ["train.py", "--json"]
            self.script.main()
            self.mend()
            reason, tensor = "done", None
        except Diverged as end:
            reason, tensor = "diverged", end.tensor
        except Stopped:
            reason, tensor = "stopped", None
        self.over = self.paused = True
        for follower in followers:
            follower.kill()
        self.tell()
        self.wire.tell("ended", reason=reason, tensor=tensor)
        self.obey()


class Follower(Runner):
    """A process that computes its shares and says nothing."""

    def obey(self):
        pass

    def tell(self):
        self.epochs, self.steps, self.losses = [], [], []

    def follow(self):
        self.start(json.loads(os.environ["NNSPEC_START"]))
        self.paused = False
        sys.argv = ["train.py"]
        try:
            self.script.main()
        except Stopped:
            # The first process tells it.
            pass


def start_others(params):
    """Starts the processes that follow this one, which is the first of so many."""
    if PROCESSES == 1:
        # Whatever started NNSpec may itself be one of several processes.
        os.environ.update(WORLD_SIZE="1", RANK="0", LOCAL_RANK="0")
        return []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(PROCESSES)}
    os.environ.update(shared, RANK="0", LOCAL_RANK="0", NNSPEC_START=json.dumps(params))
    return [
        # They end when their standard input does: with this process.
        subprocess.Popen(
            [sys.executable, "-B", "-u", __file__, "--follow"],
            stdin=subprocess.PIPE,
            env=dict(os.environ, RANK=str(rank), LOCAL_RANK=str(rank)),
        )
        for rank in range(1, PROCESSES)
    ]


def failure_of(error):
    if isinstance(error, Failure):
        return error
    if isinstance(error, SystemExit):
        return Failure("script", error)
    if "out of memory" in str(error).lower() or isinstance(error, MemoryError):
        return Failure("torch-memory", "cuda" if "cuda" in str(error).lower() else "cpu")
    return Failure("script", type(error).__name__ + ": " + str(error))


FOLLOWS = "--follow" in sys.argv
PROCESSES = int(os.environ.get("NNSPEC_PROCESSES", 1))
RANK = int(os.environ["RANK"]) if FOLLOWS else 0

if FOLLOWS:
    import numpy as np
    import torch

    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    Follower(None).follow()
    sys.exit()

wire = Wire()
try:
    try:
        import numpy as np
        import torch
    except ImportError as error:
        raise Failure("no-module", error.name or "torch", sys.executable)
    found = torch.__version__.split("+")[0].split(".")
    if tuple(int(part) for part in found[:2]) < OLDEST:
        raise Failure("old-torch", torch.__version__, ".".join(map(str, OLDEST)))
    if "--cuda" in sys.argv and not torch.cuda.is_available():
        raise Failure("no-cuda")
    Runner(wire).run()
except (Exception, SystemExit) as error:
    traceback.print_exc()
    wire.fail(failure_of(error))
