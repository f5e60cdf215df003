"""Writes torch.json: figures of PyTorch in double precision, which the compiled engine is compared with.

    python3 tests/Facts/Recorded/record_torch.py > tests/Facts/Recorded/torch.json

Each record is a model whose parameters Python's random draws, as Core does, and three documents of tokens. It has the logits of the first
document, the loss and gradient of all, and the losses and the parameters of ten steps of each optimizer on all documents.
"""
import json
import os
import random
import sys

import torch

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "..", "Examples", "python"))
from torch_gpt import Gpt  # noqa: E402

STEPS, RATE = 10, 0.01
DECAY, MOMENTUM = 0.1, 0.9

# n_embd, n_head, n_layer, block_size, vocab_size
SIZES = [(4, 1, 1, 4, 3), (4, 2, 1, 4, 5), (6, 3, 1, 5, 4), (4, 2, 2, 4, 4), (2, 1, 3, 6, 4), (2, 1, 1, 1, 3), (6, 1, 1, 8, 5), (6, 2, 1, 3, 6)]


def draw(seed, vocab_size, **sizes):
    model = Gpt(vocab_size, **sizes).double()
    random.seed(seed)
    with torch.no_grad():
        for _, p in model.named_parameters():
            p.copy_(torch.tensor([[random.gauss(0, 0.08) * 5 for _ in row] for row in p], dtype=p.dtype))
    return model


def loss_of(model, documents, block_size):
    def loss(document):
        tokens, targets = document[:-1][:block_size], document[1:][:block_size]
        return torch.nn.functional.cross_entropy(model(tokens), torch.tensor(targets))
    return sum(loss(document) for document in documents) / len(documents)


def optimizers(model):
    embeddings = [p for name, p in model.named_parameters() if name in ("wte", "wpe")]
    weights = [p for name, p in model.named_parameters() if name not in ("wte", "wpe")]
    groups = [{"params": embeddings, "weight_decay": 0}, {"params": weights, "weight_decay": DECAY}]
    return {
        "adam": lambda: torch.optim.Adam(model.parameters(), betas=(0.85, 0.99), eps=1e-8),
        "adamw": lambda: torch.optim.AdamW(groups, betas=(0.85, 0.99), eps=1e-8),
        "sgd": lambda: torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM, nesterov=True),
    }


def numbers(matrices):
    return [x for matrix in matrices for x in matrix.flatten().tolist()]


def train(name, seed, documents, sizes):
    model, losses = draw(seed, **sizes), []
    optimizer = optimizers(model)[name]()
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - step / STEPS)
        optimizer.zero_grad()
        loss = loss_of(model, documents, sizes["block_size"])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "parameters": numbers(model.parameters())}


def record(seed, n_embd, n_head, n_layer, block_size, vocab_size):
    sizes = dict(n_embd=n_embd, n_head=n_head, n_layer=n_layer, block_size=block_size, vocab_size=vocab_size)
    bos = vocab_size - 1
    documents = [[bos] + [(i * i + k) % bos for i in range(block_size - k % 2)] + [bos] for k in range(3)]
    model = draw(seed, **sizes)
    loss = loss_of(model, documents, block_size)
    loss.backward()
    return {
        "seed": seed, **sizes, "documents": documents,
        "logits": numbers([model(documents[0][:-1][:block_size]).detach()]),
        "loss": loss.item(),
        "gradient": numbers(p.grad for p in model.parameters()),
        **{name: train(name, seed, documents, sizes) for name in optimizers(model)},
    }


print(json.dumps([record(seed, *sizes) for seed, sizes in enumerate(SIZES)], separators=(",", ":")).replace(',{"seed"', ',\n{"seed"'))
