# Records losses and distances: PYTHONPATH=scripts python3 record-losses.py > test/parity/losses.json
import oracle
from oracle import *

torch.manual_seed(2)
pm = lambda *s: constant((torch.rand(*s) > 0.5).double() * 2 - 1)
p01 = lambda *s: r(*s, low=0.05, high=0.95)
k = constant
reductions = [{}, {"reduction": "sum"}, {"reduction": "none"}]
bad = {"reduction": "avg"}

for name, extra in [("mse_loss", [{}]), ("l1_loss", [{}]), ("smooth_l1_loss", [{}, {"beta": 0.5}, {"beta": 2}, {"beta": 0}, {"beta": -1}]), ("huber_loss", [{}, {"delta": 0.3}, {"delta": 2}, {"delta": 0}])]:
    for e in extra:
        for red in reductions:
            call("F", name, r(2, 3), r(2, 3), **e, **red)
    call("F", name, r(3), r(3), **bad)
    call("F", name, r(2, 3), r(3)); call("F", name, r(2, 1), r(3), reduction="none"); call("F", name, torch.tensor(0.5).double(), torch.tensor(2.0).double())
    call("F", name, r(0, 3), r(0, 3)); call("F", name, r(2, 3), r(2, 4))
    if name != "huber_loss":
        for kw in [{"size_average": False}, {"reduce": False}, {"size_average": True}, {"size_average": True, "reduce": False}]: call("F", name, r(3), r(3), **kw)
    if name != "smooth_l1_loss":
        for red in reductions: call("F", name, r(2, 3), r(2, 3), weight=p01(2, 3), **red)
        call("F", name, r(2, 3), r(2, 3), weight=p01(3))
for red in reductions:
    if red: call = lambda *a, **kw: oracle.call(*a, twice=False, **kw)
    call("F", "binary_cross_entropy", p01(2, 3), p01(2, 3), **red)
    call("F", "binary_cross_entropy", p01(2, 3), p01(2, 3), weight=k(p01(3)), **red)
    call("F", "binary_cross_entropy_with_logits", r(2, 3) * 3, p01(2, 3), **red)
    call("F", "binary_cross_entropy_with_logits", r(2, 3), p01(2, 3), weight=k(p01(3)), **red)
    call("F", "binary_cross_entropy_with_logits", r(2, 3), p01(2, 3), pos_weight=k(p01(3) * 3), **red)
    call("F", "binary_cross_entropy_with_logits", r(2, 3, 2), k(p01(2, 3, 2)), pos_weight=k(p01(3, 1) * 3), weight=k(p01(2, 1, 1)), **red)
    for kw in [{}, {"log_input": False}, {"full": True}, {"full": True, "log_input": False, "eps": 0.1}]: call("F", "poisson_nll_loss", p01(2, 3), p01(2, 3) * 5, **kw, **red)
    for shape in [(2, 3), (2, 1), (2,)]:
        call("F", "gaussian_nll_loss", r(2, 3), r(2, 3), p01(*shape), **red); call("F", "gaussian_nll_loss", r(2, 3), r(2, 3), p01(*shape), full=True, eps=0.4, **red)
    call("F", "gaussian_nll_loss", r(2, 3), r(2, 3), 0.7, **red)
    for kw in [{}, {"log_target": True}]: call("F", "kl_div", r(2, 3), p01(2, 3), **kw, **red)
    call("F", "soft_margin_loss", r(2, 3), pm(2, 3), **red)
    call("F", "multilabel_soft_margin_loss", r(2, 3), k(p01(2, 3).round()), **red); call("F", "multilabel_soft_margin_loss", r(2, 3), k(p01(2, 3).round()), weight=k(p01(3)), **red)
    call("F", "multilabel_soft_margin_loss", r(3), k(p01(3).round()), **red)
    for kw in [{}, {"margin": 0.5}]:
        call("F", "margin_ranking_loss", r(4), r(4), pm(4), **kw, **red); call("F", "hinge_embedding_loss", r(2, 3), pm(2, 3), **kw, **red)
        call("F", "cosine_embedding_loss", r(3, 4), r(3, 4), pm(3), **kw, **red); call("F", "cosine_embedding_loss", r(4), r(4), torch.tensor(-1), **kw, **red)
    for kw in [{}, {"swap": True}, {"margin": 2.5, "p": 1}, {"p": 3, "eps": 0.01, "swap": True}]:
        call("F", "triplet_margin_loss", r(3, 4), r(3, 4), r(3, 4), **kw, **red)
    call("F", "triplet_margin_loss", r(4), r(4), r(4), **red)
    for kw in [{}, {"swap": True, "margin": 2.0}]: call("F", "triplet_margin_with_distance_loss", r(3, 4), r(3, 4), r(3, 4), **kw, **red)
    for kw in [{}, {"p": 2, "margin": 0.5}, {"weight": k(p01(4))}]:
        call("F", "multi_margin_loss", r(3, 4), torch.tensor([1, 0, 3]), **kw, **red); call("F", "multi_margin_loss", r(4), torch.tensor([2]), **kw, **red)
    call("F", "multi_margin_loss", r(4), torch.tensor(2), **red)
    call("F", "multilabel_margin_loss", r(2, 4), torch.tensor([[3, 0, -1, 1], [1, -1, -1, -1]]), **red); call("F", "multilabel_margin_loss", r(4), torch.tensor([1, 3, 0, 2]), **red)
    call("F", "multilabel_margin_loss", r(4), torch.tensor([-1, 3, 0, 2]), **red)
call = oracle.call
call("F", "kl_div", r(2, 3), p01(2, 3), reduction="batchmean"); call("F", "kl_div", r(2, 3), p01(2, 3), reduction="batchmean", log_target=True)
call("F", "kl_div", r(3), k(torch.tensor([0.0, 0.4, 0.6]).double()), reduction="sum"); call("F", "kl_div", r(2, 3), p01(2, 3), size_average=False)
call("F", "binary_cross_entropy", k(torch.tensor([0.0, 1.0, 0.0, 1.0]).double()), k(torch.tensor([0.0, 1.0, 1.0, 0.0]).double()), reduction="none")
for fn in ("binary_cross_entropy", "binary_cross_entropy_with_logits"): call("F", fn, p01(2, 3), p01(3))
call("F", "binary_cross_entropy", r(2, 3) * 4, p01(2, 3)); call("F", "gaussian_nll_loss", r(2, 3), r(2, 3), p01(3)); call("F", "gaussian_nll_loss", r(2, 3), r(2, 3), -p01(2, 3))
call("F", "margin_ranking_loss", r(3), r(3, 1), pm(3)); call("F", "cosine_embedding_loss", r(3), r(3), pm(3)); call("F", "cosine_embedding_loss", r(3, 2), r(3, 2), pm(3, 2))
call("F", "triplet_margin_loss", r(3), r(3), r(3), margin=-1.0); call("F", "triplet_margin_loss", r(3), r(3, 1), r(3)); call("F", "multi_margin_loss", r(3, 4), torch.tensor([1, 0]))
call("F", "multi_margin_loss", r(3, 4), torch.tensor([1, 0, 2]), p=3); call("F", "poisson_nll_loss", r(2), r(2), **bad); call("F", "soft_margin_loss", r(2), r(2), **bad)

for red in reductions:
    once = {"twice": not red}
    for shape, t in [((3, 4), torch.tensor([1, 0, 3])), ((4,), torch.tensor(2)), ((2, 4, 3), torch.randint(0, 4, (2, 3))), ((2, 4, 2, 3), torch.randint(0, 4, (2, 2, 3))), ((1, 4, 1, 2, 2), torch.randint(0, 4, (1, 1, 2, 2)))]:
        w = k(p01(4))
        for kw in [{}, {"weight": w, "ignore_index": 2}] + ([{"weight": w}, {"ignore_index": 1}] if len(shape) < 3 else []):
            call("F", "nll_loss", r(*shape), t, **once, **kw, **red)
            for smooth in (0.0, 0.2): call("F", "cross_entropy", r(*shape), t, label_smoothing=smooth, **once, **kw, **red)
        probs = torch.softmax(r(*shape), 0 if len(shape) == 1 else 1)
        probs = (probs * 1000).round() / 1000
        for kw in [{}, {"weight": w}, {"label_smoothing": 0.3}, {"weight": w, "label_smoothing": 0.3}]: call("F", "cross_entropy", r(*shape), k(probs), **once, **kw, **red)
call("F", "cross_entropy", r(2, 3), p01(2, 3)); call("F", "cross_entropy", r(2, 3), torch.tensor([5, 0])); call("F", "nll_loss", r(2, 3), torch.tensor([-1, 0]))
call("F", "cross_entropy", r(2, 3), torch.tensor([0, 1, 2])); call("F", "cross_entropy", r(2, 3), torch.tensor([0, 1]), label_smoothing=1.5)
call("F", "cross_entropy", r(2, 3), torch.tensor([0, 1]), weight=k(p01(4))); call("F", "cross_entropy", r(2, 3), torch.tensor([-100, -100])); call("F", "cross_entropy", r(2, 3), torch.tensor([0, 1]), size_average=False)
call("F", "cross_entropy", r(2, 3), torch.tensor([0, 1]), **bad)
call("F", "cross_entropy", r(2, 3), torch.tensor([0, 1]), reduce=False)

logs = lambda *s: (torch.log_softmax(torch.randn(*s), -1).double() * 1000).round() / 1000
for red in reductions:
    for kw in [{}, {"zero_infinity": True}]:
        for blank in (0, 2):
            t = torch.tensor([[1, 3, 3, 0], [4, 1, 0, 0], [3, 0, 0, 0]])
            if blank: t = torch.where(t == 2, 1, t)
            t = torch.where(t == blank, 1, t)
            call("F", "ctc_loss", logs(6, 3, 5), t, torch.tensor([6, 5, 4]), torch.tensor([3, 2, 1]), blank=blank, twice=False, **kw, **red)
        call("F", "ctc_loss", logs(6, 2, 5), torch.tensor([1, 1, 2, 3]), [6, 5], [3, 1], twice=False, **kw, **red)
        call("F", "ctc_loss", logs(3, 2, 4), torch.tensor([[1, 1, 1], [2, 3, 1]]), torch.tensor([3, 3]), torch.tensor([3, 2]), twice=False, **kw, **red)
        call("F", "ctc_loss", logs(5, 4), torch.tensor([1, 2]), torch.tensor(5), torch.tensor(2), twice=False, **kw, **red)
        call("F", "ctc_loss", logs(4, 2, 4), torch.tensor([[1, 2], [2, 3]]), torch.tensor([4, 2]), torch.tensor([0, 2]), twice=False, **kw, **red)
call("F", "ctc_loss", logs(3, 1, 4), torch.tensor([[1, 2]]), torch.tensor([4]), torch.tensor([2])); call("F", "ctc_loss", logs(3, 1, 4), torch.tensor([[1, 2]]), torch.tensor([3, 3]), torch.tensor([2]))
call("F", "ctc_loss", logs(3, 1, 4), torch.tensor([[1, 2]]), torch.tensor([3]), torch.tensor([2]), blank=4)

for kw in [{}, {"p": 1}, {"p": 3.0}, {"p": math.inf}, {"p": 0.5}, {"keepdim": True}, {"eps": 0.1}]:
    call("F", "pairwise_distance", r(3, 4), r(3, 4), **kw); call("F", "pairwise_distance", r(4), r(4), **kw)
call("F", "pairwise_distance", r(2, 3, 4), r(3, 4)); call("F", "pairwise_distance", r(3, 4), r(1, 4))
for kw in [{}, {"dim": 0}, {"dim": -1}, {"eps": 5.0}]: call("F", "cosine_similarity", r(3, 4), r(3, 4), **kw)
call("F", "cosine_similarity", r(2, 3, 4), r(3, 4)); call("F", "cosine_similarity", r(2, 3, 4), r(2, 3, 4), dim=2); call("F", "cosine_similarity", r(4), r(4), dim=0)
for p in (2.0, 1.0, 3.0, 0.5, math.inf, 0.0): call("F", "pdist", r(5, 3), p, twice=False) if p != 0.5 else call("F", "pdist", r(4, 3), p, twice=False)
call("F", "pdist", r(1, 3)); call("F", "pdist", r(3))

labels = torch.tensor([1, 0, 3])
for red in ([{}], [{"reduction": "sum"}], [{"reduction": "none"}]):
    kw = red[0]
    if kw: layer = lambda *a, **n: oracle.layer(*a, **{"twice": False, **n})
    for name in ("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "BCEWithLogitsLoss", "PoissonNLLLoss"): layer(name, [], kw, r(3, 4), r(3, 4))
    layer("BCELoss", [], kw, p01(3, 4), p01(3, 4)); layer("KLDivLoss", [], kw, r(3, 4), p01(3, 4)); layer("GaussianNLLLoss", [], kw, r(3, 4), r(3, 4), p01(3, 4))
    layer("SoftMarginLoss", [], kw, r(3, 4), pm(3, 4)); layer("HingeEmbeddingLoss", [], kw, r(3, 4), pm(3, 4)); layer("MultiLabelSoftMarginLoss", [], kw, r(3, 4), k(p01(3, 4).round()))
    layer("CosineEmbeddingLoss", [], kw, r(3, 4), r(3, 4), pm(3)); layer("MarginRankingLoss", [], kw, r(3), r(3), pm(3)); layer("TripletMarginLoss", [], kw, r(3, 4), r(3, 4), r(3, 4))
    layer("TripletMarginWithDistanceLoss", [], kw, r(3, 4), r(3, 4), r(3, 4)); layer("MultiMarginLoss", [], kw, r(3, 4), labels); layer("MultiLabelMarginLoss", [], kw, r(2, 4), torch.tensor([[3, 0, -1, 1], [1, -1, -1, -1]]))
    layer("NLLLoss", [], kw, r(3, 4), labels); layer("CrossEntropyLoss", [], kw, r(3, 4), labels)
    layer("CTCLoss", [], kw, logs(6, 2, 5), torch.tensor([[1, 3, 3], [4, 1, 2]]), torch.tensor([6, 5]), torch.tensor([3, 2]), twice=False)
layer = oracle.layer
w = p01(4)
for name in ("BCELoss", "BCEWithLogitsLoss"): layer(name, [], {"weight": w}, p01(3, 4), p01(3, 4))
layer("BCEWithLogitsLoss", [], {"pos_weight": w * 3, "weight": w}, r(3, 4), p01(3, 4)); layer("NLLLoss", [], {"weight": w, "ignore_index": 0}, r(3, 4), labels); layer("NLLLoss2d", [], {}, r(1, 4, 1, 3), torch.tensor([[[1, 0, 3]]]))
layer("CrossEntropyLoss", [], {"weight": w, "label_smoothing": 0.1, "ignore_index": 0}, r(3, 4), labels); layer("MultiLabelSoftMarginLoss", [], {"weight": w}, r(3, 4), k(p01(3, 4).round()))
layer("MultiMarginLoss", [], {"p": 2, "margin": 0.5, "weight": w}, r(3, 4), labels); layer("KLDivLoss", [], {"reduction": "batchmean", "log_target": True}, r(3, 4), r(3, 4)); layer("MSELoss", [], {"size_average": False}, r(3), r(3))
layer("PoissonNLLLoss", [], {"log_input": False, "full": True}, p01(3), p01(3) * 4); layer("GaussianNLLLoss", [], {"full": True, "eps": 0.3}, r(3), r(3), p01(3)); layer("SmoothL1Loss", [], {"beta": 0.4}, r(3), r(3)); layer("HuberLoss", [], {"delta": 0.4}, r(3), r(3))
layer("TripletMarginLoss", [], {"margin": 0.5, "p": 1, "swap": True}, r(3, 4), r(3, 4), r(3, 4)); layer("TripletMarginLoss", [], {"margin": 0.0}); layer("TripletMarginWithDistanceLoss", [], {"margin": 0.0}); layer("MultiMarginLoss", [], {"p": 3})
layer("CTCLoss", [], {"blank": 1, "zero_infinity": True}, logs(3, 2, 5), torch.tensor([[2, 3, 3, 2], [4, 0, 2, 2]]), torch.tensor([3, 3]), torch.tensor([4, 2]), twice=False)
layer("PairwiseDistance", [], {}, r(3, 4), r(3, 4)); layer("PairwiseDistance", [], {"p": 1.0, "keepdim": True}, r(3, 4), r(3, 4)); layer("CosineSimilarity", [], {}, r(3, 4), r(3, 4)); layer("CosineSimilarity", [], {"dim": 0, "eps": 1e-6}, r(3, 4), r(3, 4))
write("losses.json")
