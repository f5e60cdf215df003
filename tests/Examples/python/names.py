"""Names from an exported model, by onnxruntime alone: those of `microgpt sample --model model.safetensors --seed 42`.

    microgpt export --model model.safetensors --what step --out step.onnx
    python3 names.py step.onnx
"""
import random
import sys
from math import exp

import numpy
import onnxruntime

TEMPERATURE, SEED, COUNT = 0.5, 42, 20
session = onnxruntime.InferenceSession(sys.argv[1])
run = session.get_modelmeta().custom_metadata_map
alphabet, bos, block_size = run["alphabet"], int(run["bos"]), int(run["block_size"])
number = {"tensor(double)": numpy.float64, "tensor(float)": numpy.float32}[session.get_inputs()[1].type]
names = [output.name for output in session.get_outputs()]
empty = {f"past.{name[8:]}": numpy.zeros((0, int(run["n_embd"])), number) for name in names[1:]}


def invent():
    cache, token, name = empty, bos, ""
    while len(name) < block_size:
        logits, *present = session.run(names, {"token": numpy.array([token]), **cache})
        cache = {f"past.{name[8:]}": rows for name, rows in zip(names[1:], present)}
        scaled = [float(x) / TEMPERATURE for x in logits[0]]
        weights = [exp(x - max(scaled)) for x in scaled]
        token = random.choices(range(len(weights)), weights=[x / sum(weights) for x in weights])[0]
        if token == bos:
            break
        name += alphabet[token]
    return name


random.seed(SEED)
for _ in range(COUNT):
    print(invent())
