# Records embeddings, one-hot rows, bilinear forms and the adaptive softmax: PYTHONPATH=scripts python3 record-embeddings.py > test/parity/embeddings.json
from oracle import *

torch.manual_seed(3)
i = torch.tensor([[1, 2, 4, 5], [4, 3, 2, 9]])
for kw in [{}, {"padding_idx": 2}, {"padding_idx": -1}, {"scale_grad_by_freq": True}, {"padding_idx": 4, "scale_grad_by_freq": True}, {"sparse": False}]:
    call("F", "embedding", i, r(10, 3), **kw)
for kw in [{"max_norm": 1.0}, {"max_norm": 0.5, "norm_type": 1.0}, {"max_norm": 1, "norm_type": 3}]: call("F", "embedding", i, constant(r(10, 3)), **kw)
call("F", "embedding", torch.tensor(3), r(5, 2)); call("F", "embedding", torch.tensor([], dtype=torch.int64), r(5, 2)); call("F", "embedding", i.int(), r(10, 2))
call("F", "embedding", torch.tensor([5]), r(5, 2)); call("F", "embedding", torch.tensor([-1]), r(5, 2)); call("F", "embedding", i, r(10, 2), padding_idx=10)
flat, offs = torch.tensor([1, 2, 4, 5, 4, 3, 2, 9]), torch.tensor([0, 4, 4, 5])
for mode in ("sum", "mean", "max"):
    for kw in [{}, {"padding_idx": 4}, {"padding_idx": -1}, {"include_last_offset": True}] + ([{"scale_grad_by_freq": True}] if mode != "max" else []):
        call("F", "embedding_bag", flat, r(10, 3), offsets=offs, mode=mode, twice=False, **kw)
        if "include_last_offset" not in kw: call("F", "embedding_bag", i, r(10, 3), mode=mode, twice=False, **kw)
call("F", "embedding_bag", flat, r(10, 3), offsets=offs, mode="sum", per_sample_weights=r(8), twice=False); call("F", "embedding_bag", i, r(10, 3), mode="sum", per_sample_weights=r(2, 4), twice=False)
call("F", "embedding_bag", i, constant(r(10, 3)), max_norm=0.7); call("F", "embedding_bag", i, r(10, 3), offsets=offs); call("F", "embedding_bag", flat, r(10, 3)); call("F", "embedding_bag", flat, r(10, 3), offsets=torch.tensor([1, 2]))
call("F", "embedding_bag", i, r(10, 3), mode="min"); call("F", "embedding_bag", i, r(10, 3), mode="mean", per_sample_weights=r(2, 4)); call("F", "embedding_bag", flat, r(10, 3), offsets=torch.tensor([0, 12]))
call("F", "embedding_bag", i, r(10, 3), mode="max", scale_grad_by_freq=True); call("F", "embedding_bag", i[None], r(10, 3))
for kw in [{}, {"num_classes": 7}, {"num_classes": 3}]: call("F", "one_hot", torch.tensor([[0, 3], [2, 1]]), **kw)
call("F", "one_hot", torch.tensor(2)); call("F", "one_hot", torch.tensor([-1])); call("F", "one_hot", torch.tensor([], dtype=torch.int64), num_classes=3); call("F", "one_hot", torch.tensor([], dtype=torch.int64)); call("F", "one_hot", torch.tensor([1.0]))
call("F", "bilinear", r(4, 3), r(4, 2), r(5, 3, 2), r(5)); call("F", "bilinear", r(4, 3), r(4, 2), r(5, 3, 2)); call("F", "bilinear", r(2, 2, 3), r(2, 2, 2), r(1, 3, 2), r(1)); call("F", "bilinear", r(3), r(2), r(2, 3, 2))
call("F", "bilinear", r(4, 3), r(3, 2), r(5, 3, 2)); call("F", "bilinear", r(4, 3), r(4, 2), r(5, 4, 2))

for kw in [{}, {"padding_idx": 2}, {"padding_idx": -1}, {"scale_grad_by_freq": True}, {"sparse": False}, {"padding_idx": 10}]: layer("Embedding", [10, 3], kw, i)
layer("Embedding", [10, 3], {"max_norm": 0.8}, i); layer("Embedding", [10, 3], {"max_norm": 1.0, "norm_type": 1.0, "scale_grad_by_freq": True}, i, twice=False); layer("EmbeddingBag", [10, 3], {"max_norm": 0.9, "mode": "sum"}, i, twice=False); layer("Embedding", [10, 3], {"max_norm": 1.5, "norm_type": 1.0, "sparse": True, "padding_idx": 1})
for kw in [{}, {"mode": "sum"}, {"mode": "max"}, {"mode": "sum", "padding_idx": 3}, {"include_last_offset": True}]: layer("EmbeddingBag", [10, 3], kw, flat, offs, twice=False)
layer("EmbeddingBag", [10, 3], {"mode": "mean"}, i, twice=False); layer("EmbeddingBag", [10, 3], {"max_norm": 2.0, "norm_type": 1.0, "scale_grad_by_freq": True}); layer("EmbeddingBag", [10, 3], {"mode": "sum"}, i, None, r(2, 4), twice=False)
layer("Bilinear", [3, 2, 4], {}, r(5, 3), r(5, 2)); layer("Bilinear", [3, 2, 4], {"bias": False}, r(2, 5, 3), r(2, 5, 2))
for cut, kw in [([3, 6], {}), ([2], {"head_bias": True}), ([2, 4, 7], {"div_value": 2.0})]:
    layer("AdaptiveLogSoftmaxWithLoss", [8, 10, cut], kw, r(5, 8), torch.tensor([0, 9, 4, 2, 7])); layer("AdaptiveLogSoftmaxWithLoss", [8, 10, cut], kw, r(8), torch.tensor(5))
    layer("AdaptiveLogSoftmaxWithLoss", [8, 10, cut], kw, r(5, 8), method="log_prob"); layer("AdaptiveLogSoftmaxWithLoss", [8, 10, cut], kw, r(9, 8) * 3, method="predict")
layer("AdaptiveLogSoftmaxWithLoss", [8, 10, [5, 3]], {}); layer("AdaptiveLogSoftmaxWithLoss", [8, 10, [2, 10]], {}); layer("AdaptiveLogSoftmaxWithLoss", [8, 10, [3]], {}, r(2, 8), torch.tensor([1, 10]))
for mode in ("sum", "mean", "max"): call("F", "embedding_bag", i, r(10, 3), mode=mode, include_last_offset=True, twice=False)
write("embeddings.json")
