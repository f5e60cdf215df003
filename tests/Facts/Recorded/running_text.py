"""An oracle of running text: the windows that training draws, and the loss of held-out windows, from the text and a seed alone.

It shares no code with MicroGpt, and needs nothing but Python. `python3 running_text.py text.txt` prints what running-text.json records.
"""
import json
import math
import random
import sys

SEED, VALIDATION = 42, 0.1
N_EMBD, N_HEAD, N_LAYER, BLOCK_SIZE, BATCH_SIZE = 8, 2, 1, 8, 3

text = open(sys.argv[1], encoding="utf-8").read()
alphabet = sorted(set(text))
tokens = [alphabet.index(c) for c in text]
held_out = round(VALIDATION * len(tokens))
kept, rest = tokens[:len(tokens) - held_out], tokens[len(tokens) - held_out:]

# The windows of a step begin at random offsets.
offsets = []
for step in range(3):
    draw = random.Random(SEED * 2 ** 32 + step)
    offsets.append([draw.randrange(len(kept) - BLOCK_SIZE) for _ in range(BATCH_SIZE)])

# The parameters before the first step.
generator = random.Random(SEED)


def matrix(rows, columns):
    return [[generator.gauss(0, 0.08) for _ in range(columns)] for _ in range(rows)]


wte, wpe, lm_head = matrix(len(alphabet), N_EMBD), matrix(BLOCK_SIZE, N_EMBD), matrix(len(alphabet), N_EMBD)
layers = [[matrix(N_EMBD, N_EMBD) for _ in range(4)] + [matrix(4 * N_EMBD, N_EMBD), matrix(N_EMBD, 4 * N_EMBD)] for _ in range(N_LAYER)]


def linear(x, w):
    return [sum(a * b for a, b in zip(row, x)) for row in w]


def rmsnorm(x):
    scale = (sum(a * a for a in x) / len(x) + 1e-5) ** -0.5
    return [a * scale for a in x]


def softmax(x):
    powers = [math.exp(a - max(x)) for a in x]
    return [a / sum(powers) for a in powers]


def losses(window):
    """-log p of each token of a window but the first."""
    cache, found, size = [([], []) for _ in layers], [], N_EMBD // N_HEAD
    for position, (token, target) in enumerate(zip(window, window[1:])):
        x = rmsnorm([a + b for a, b in zip(wte[token], wpe[position])])
        for (wq, wk, wv, wo, fc1, fc2), (keys, values) in zip(layers, cache):
            normed, mixed = rmsnorm(x), []
            q = linear(normed, wq)
            keys.append(linear(normed, wk))
            values.append(linear(normed, wv))
            for h in range(0, N_EMBD, size):
                weights = softmax([sum(q[h + j] * k[h + j] for j in range(size)) / size ** 0.5 for k in keys])
                mixed += [sum(w * v[h + j] for w, v in zip(weights, values)) for j in range(size)]
            x = [a + b for a, b in zip(linear(mixed, wo), x)]
            x = [a + b for a, b in zip(linear([max(0, a) for a in linear(rmsnorm(x), fc1)], fc2), x)]
        found.append(-math.log(softmax(linear(x, lm_head))[target]))
    return found


windows = [rest[i:i + BLOCK_SIZE + 1] for i in range(0, len(rest) - BLOCK_SIZE, BLOCK_SIZE)]
predicted = [loss for window in windows for loss in losses(window)]
print(json.dumps({
    "characters": len(tokens), "vocab_size": len(alphabet), "held_out": held_out, "offsets": offsets,
    "windows": len(windows), "validation_loss": sum(predicted) / len(predicted)}, indent=2))
