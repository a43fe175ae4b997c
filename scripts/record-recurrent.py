# Records recurrent layers, cells and packed sequences: PYTHONPATH=scripts python3 record-recurrent.py > test/parity/recurrent.json
from oracle import *

torch.manual_seed(4)
T, N, I, H = 3, 2, 2, 3
x, xf, x1 = r(T, N, I), r(N, T, I), r(T, I)
packed = lambda: made("pack_padded_sequence", r(4, 3, I), [2, 4, 1], enforce_sorted=False)
ordered = lambda: made("pack_padded_sequence", r(3, 4, I), torch.tensor([4, 2, 2]), batch_first=True)
sets = [{}, {"num_layers": 2}, {"bidirectional": True}, {"bias": False}, {"num_layers": 2, "bidirectional": True, "dropout": 0.4}, {"batch_first": True}]
for name in ("RNN", "LSTM", "GRU"):
    state = lambda k, n, h=H: [r(k, n, H), r(k, n, H)] if name == "LSTM" else r(k, n, H)
    for kw in sets + ([{"nonlinearity": "relu"}] if name == "RNN" else []):
        k = (2 if kw.get("bidirectional") else 1) * kw.get("num_layers", 1)
        small = {"twice": len(kw) < 2}
        layer(name, [I, H], kw, xf if kw.get("batch_first") else x, **small)
        layer(name, [I, H], kw, xf if kw.get("batch_first") else x, state(k, N), train=False, twice=False)
        layer(name, [I, H], kw, packed(), twice=False)
        layer(name, [I, H], kw, ordered(), state(k, 3), twice=False)
        one = [r(k, H), r(k, H)] if name == "LSTM" else r(k, H)
        layer(name, [I, H], kw, x1, twice=False); layer(name, [I, H], kw, x1, one, twice=False)
    layer(name, [I, H], {}, r(T, N, I + 1)); layer(name, [I, H], {}, r(1, T, N, I)); layer(name, [I, H], {}, x, state(2, N)); layer(name, [I, H], {}, x, [r(1, H), r(1, H)] if name == "LSTM" else r(1, H))
    layer(name, [I, 0], {}); layer(name, [I, H], {"num_layers": 0}); layer(name, [I, H], {"dropout": 1.5}); layer(name, [I, H], {"dropout": 0.5}, x, twice=False)
    if name != "LSTM": layer(name, [I, H], {"proj_size": 2})
layer("RNN", [I, H], {"nonlinearity": "sigmoid"})
for kw in [{"proj_size": 2}, {"proj_size": 2, "bidirectional": True, "num_layers": 2, "bias": False}]:
    layer("LSTM", [I, H], kw, x, twice=False); layer("LSTM", [I, H], kw, packed(), twice=False)
layer("LSTM", [I, H], {"proj_size": 2}, x, [r(1, N, 2), r(1, N, H)]); layer("LSTM", [I, H], {"proj_size": 3})
for name in ("RNNCell", "LSTMCell", "GRUCell"):
    for kw in [{}, {"bias": False}] + ([{"nonlinearity": "relu"}] if name == "RNNCell" else []):
        hx = lambda *s: [r(*s), r(*s)] if name == "LSTMCell" else r(*s)
        layer(name, [I, H], kw, r(N, I)); layer(name, [I, H], kw, r(N, I), hx(N, H)); layer(name, [I, H], kw, r(I)); layer(name, [I, H], kw, r(I), hx(H))
    layer(name, [I, H], {}, r(N, I + 1)); layer(name, [I, H], {}, r(1, N, I)); layer(name, [I, H], {}, r(N, I), hx(N, H + 1)); layer(name, [I, H], {}, r(N, I), hx(N + 1, H))

for kw in [{}, {"batch_first": True}, {"enforce_sorted": False}]: call("rnn", "pack_padded_sequence", r(3, 3, 2), [3, 2, 1], **kw)
call("rnn", "pack_padded_sequence", r(4, 3), [2, 4, 3], enforce_sorted=False); call("rnn", "pack_padded_sequence", r(4, 3), [2, 4, 3]); call("rnn", "pack_padded_sequence", r(4, 3), [2, 0, 1], enforce_sorted=False); call("rnn", "pack_padded_sequence", r(4, 3), [2, 1])
for kw in [{}, {"batch_first": True}, {"padding_value": -1.5}, {"total_length": 6}, {"total_length": 2}]: call("rnn", "pad_packed_sequence", packed(), **kw); call("rnn", "pad_packed_sequence", ordered(), **kw)
seqs = [r(3, 2), r(1, 2), r(2, 2)]
for kw in [{}, {"batch_first": True}, {"padding_value": 2.5}, {"padding_side": "left", "batch_first": True}, {"padding_side": "up"}]: call("rnn", "pad_sequence", seqs, **kw)
call("rnn", "pack_sequence", seqs, enforce_sorted=False); call("rnn", "pack_sequence", seqs); call("rnn", "unpack_sequence", packed()); call("rnn", "unpad_sequence", constant(r(3, 2, 2)), torch.tensor([2, 3])); call("rnn", "unpad_sequence", r(2, 3, 2), torch.tensor([2, 3]), batch_first=True)
call("rnn", "invert_permutation", torch.tensor([2, 0, 1]))
write("recurrent.json")
