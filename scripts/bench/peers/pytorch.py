"""PyTorch, timed as protocol.mjs times the others. The variant is "<mode> <threads>"; the modes are

eager    modules and torch.optim, a loop over tensors inside the optimizer
foreach  the optimizer's multi-tensor kernels
jit      the forward pass and the loss traced, with the multi-tensor optimizer
manual   gradients by autograd.grad, plain SGD by hand: the least Python per step, for SGD only
"""
import json
import statistics
import sys
import time
import traceback

MARK = "nnspec-bench: "
BLOCK = 0.06


def read(folder, name, part):
    with open(f"{folder}/{name}.{part}", "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.float32)


def build(workload):
    """The network; its last layer gives logits where the loss takes them."""
    parts, shape = [], workload["inputShape"]
    activations = {"relu": nn.ReLU, "tanh": nn.Tanh}
    flat = len(shape) == 1
    for layer in workload["layers"]:
        if layer["type"] == "conv":
            parts.append(nn.Conv2d(shape[0], layer["filters"], layer["kernel"]))
            shape = [layer["filters"], shape[1] - layer["kernel"] + 1, shape[2] - layer["kernel"] + 1]
        elif layer["type"] == "pool":
            parts.append(nn.MaxPool2d(layer["size"]))
            shape = [shape[0], shape[1] // layer["size"], shape[2] // layer["size"]]
        else:
            if not flat:
                parts.append(nn.Flatten())
                shape, flat = [shape[0] * shape[1] * shape[2]], True
            parts.append(nn.Linear(shape[0], layer["units"]))
            shape = [layer["units"]]
        if layer.get("activation") in activations:
            parts.append(activations[layer["activation"]]())
    return nn.Sequential(*parts)


class Model:
    def __init__(self, data, rows, mode):
        self.data, self.mode, workload = data, mode, data["workload"]
        self.workload = workload
        self.inputs, self.targets = data["inputs"][:rows], data["targets"][:rows]
        targets = self.targets.argmax(1) if workload["loss"] == "ce" else self.targets
        batch = workload["batch"]
        self.batches = list(zip(self.inputs.split(batch), targets.split(batch)))
        losses = {
            "bce": nn.functional.binary_cross_entropy_with_logits,
            "mse": nn.functional.mse_loss,
            "ce": nn.functional.cross_entropy,
        }
        loss = losses[workload["loss"]]
        self.network = network = build(workload)
        self.parameters = list(network.parameters())
        if mode == "jit":

            class Step(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.network = network

                def forward(self, x, y):
                    return loss(self.network(x), y)

            self.step = torch.jit.trace(Step(), self.batches[0])
        else:
            self.step = lambda x, y: loss(network(x), y)
        self.reset()

    def reset(self):
        start = 0
        with torch.no_grad():
            for parameter in self.parameters:
                count = parameter.numel()
                parameter.copy_(self.data["weights"][start : start + count].reshape(parameter.shape))
                start += count
        options = self.workload["optimizer"]
        foreach = self.mode != "eager"
        if options["name"] == "adam":
            self.optimizer = torch.optim.Adam(self.parameters, options["rate"], foreach=foreach)
        else:
            momentum = options.get("momentum", 0)
            self.optimizer = torch.optim.SGD(self.parameters, options["rate"], momentum=momentum, foreach=foreach)

    def train(self, epochs):
        if self.mode == "manual":
            self.train_by_hand(epochs)
            return
        for _ in range(epochs):
            for x, y in self.batches:
                self.optimizer.zero_grad(set_to_none=True)
                self.step(x, y).backward()
                self.optimizer.step()

    def train_by_hand(self, epochs):
        rate = self.workload["optimizer"]["rate"]
        for _ in range(epochs):
            for x, y in self.batches:
                gradients = torch.autograd.grad(self.step(x, y), self.parameters)
                with torch.no_grad():
                    torch._foreach_add_(self.parameters, gradients, alpha=-rate)

    def error(self):
        """Mean over samples of the squared error, summed over the outputs."""
        with torch.no_grad():
            outputs = self.network(self.inputs)
            if self.workload["loss"] == "bce":
                outputs = torch.sigmoid(outputs)
            elif self.workload["loss"] == "ce":
                outputs = torch.softmax(outputs, 1)
            return ((outputs - self.targets) ** 2).sum().item() / len(self.inputs)


def timed(model, epochs, least):
    start, samples, passed = time.perf_counter(), 0, 0
    while True:
        model.train(epochs)
        samples += len(model.inputs) * epochs
        passed = time.perf_counter() - start
        if passed >= least:
            return samples / passed, passed


def measure(job):
    folder, name = job["data"], job["workload"]
    with open(f"{folder}/workloads.json", encoding="utf8") as file:
        workload = next(each for each in json.load(file) if each["name"] == name)
    mode, threads = job["variant"].split()[:2]
    torch.set_num_threads(int(threads))
    rows, epochs = workload["rows"], workload["epochs"]
    data = {
        "workload": workload,
        "inputs": read(folder, name, "inputs").reshape(rows, *workload["inputShape"]),
        "targets": read(folder, name, "targets").reshape(rows, -1),
        "weights": read(folder, name, "weights"),
    }
    warm, end = Model(data, min(rows, 2 * workload["batch"]), mode), time.perf_counter() + job["seconds"] / 2
    while time.perf_counter() < end:
        warm.train(1)
    model = Model(data, rows, mode)
    before = model.error()
    first, passed = timed(model, epochs, 0)
    after = model.error()
    # The first run warms the network up, unless there is only time for one run.
    long = passed > job["limit"] / 2
    speeds = [first] if long else []
    end = time.perf_counter() + (0 if long else job["seconds"])
    while time.perf_counter() < end or not speeds:
        model.reset()
        speeds.append(timed(model, epochs, BLOCK)[0])
    return {
        "speed": statistics.median(speeds),
        "first": first,
        "before": before,
        "after": after,
        "rows": rows,
        "epochs": epochs,
        "whole": True,
        "learned": after <= workload["lossBar"],
        "version": torch.__version__,
    }


try:
    import torch
    from torch import nn

    result = measure(json.loads(sys.argv[1]))
except Exception:
    result = {"error": traceback.format_exc().strip().splitlines()[-1]}
print(f"\n{MARK}{json.dumps(result)}")
