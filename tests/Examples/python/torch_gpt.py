"""A checkpoint of microgpt as a module of PyTorch.

    python3 torch_gpt.py model.safetensors anna

prints, for each position of the text, the likeliest next character and its probability.
"""
import json
import struct
import sys

import torch
from torch import nn


def matrix(rows, columns):
    return nn.Parameter(torch.zeros(rows, columns))


def rmsnorm(x):
    return x * (x.square().mean(-1, keepdim=True) + 1e-5) ** -0.5


class Block(nn.Module):
    def __init__(self, n_embd, n_head):
        super().__init__()
        self.n_head = n_head
        self.attn_wq, self.attn_wk, self.attn_wv, self.attn_wo = (matrix(n_embd, n_embd) for _ in range(4))
        self.mlp_fc1, self.mlp_fc2 = matrix(4 * n_embd, n_embd), matrix(n_embd, 4 * n_embd)

    def forward(self, x):
        rows, normed = len(x), rmsnorm(x)
        weights = self.attn_wq, self.attn_wk, self.attn_wv
        q, k, v = ((normed @ w.T).view(rows, self.n_head, -1).transpose(0, 1) for w in weights)  # [head, position, column]
        later = torch.ones(rows, rows, dtype=torch.bool).triu(1)
        scores = (q @ k.transpose(1, 2) / q.shape[-1] ** 0.5).masked_fill(later, -torch.inf)
        x = x + (scores.softmax(-1) @ v).transpose(0, 1).reshape(rows, -1) @ self.attn_wo.T
        return x + torch.relu(rmsnorm(x) @ self.mlp_fc1.T) @ self.mlp_fc2.T


class Gpt(nn.Module):
    """The parameters have the names that they have in a checkpoint."""

    def __init__(self, vocab_size, n_embd, n_head, n_layer, block_size):
        super().__init__()
        self.wte, self.wpe, self.lm_head = matrix(vocab_size, n_embd), matrix(block_size, n_embd), matrix(vocab_size, n_embd)
        self.layers = [f"layer{i}" for i in range(n_layer)]
        for layer in self.layers:
            self.add_module(layer, Block(n_embd, n_head))

    def forward(self, tokens):
        """The logits at each position of one document, [positions, vocab_size]."""
        x = rmsnorm(self.wte[tokens] + self.wpe[: len(tokens)])
        for layer in self.layers:
            x = getattr(self, layer)(x)
        return x @ self.lm_head.T


def load(path):
    """The model in a checkpoint, and the alphabet: the token of a character is its index, and BOS comes after the last one."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    run, types = header.pop("__metadata__"), {"F64": torch.float64, "F32": torch.float32}
    tensors = {
        name: torch.frombuffer(data, dtype=types[each["dtype"]], offset=each["data_offsets"][0],
                               count=each["shape"][0] * each["shape"][1]).view(each["shape"])
        for name, each in header.items()}
    sizes = {name: int(run[name]) for name in ("n_embd", "n_head", "n_layer", "block_size")}
    model = Gpt(len(tensors["wte"]), **sizes).to(tensors["wte"].dtype)
    model.load_state_dict({name: tensors[name] for name in model.state_dict()})  # without the slots of the optimizer
    return model, run["alphabet"]


if __name__ == "__main__":
    gpt, alphabet = load(sys.argv[1])
    with torch.no_grad():
        logits = gpt([len(alphabet)] + [alphabet.index(character) for character in sys.argv[2]])
    for shown, row in zip(["BOS", *sys.argv[2]], logits.softmax(-1)):
        probability, token = row.max(-1)
        print(f"{shown} -> {(*alphabet, 'BOS')[token]}  {probability:.4f}")
