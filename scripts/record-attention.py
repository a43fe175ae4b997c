# Records attention and transformers: PYTHONPATH=scripts python3 record-attention.py > test/parity/attention.json
from oracle import *

torch.manual_seed(5)
bools = lambda *s: torch.rand(*s) > 0.4
k = constant
q, key, v = r(2, 2, 3, 4), r(2, 2, 5, 4), r(2, 2, 5, 3)
sdpa = "scaled_dot_product_attention"
for kw in [{}, {"attn_mask": bools(3, 5) | torch.eye(3, 5).bool()}, {"attn_mask": r(3, 5)}, {"attn_mask": k(r(2, 1, 3, 5))}, {"attn_mask": bools(2, 1, 1, 5) | torch.tensor([True, False, False, False, False])},
           {"is_causal": True}, {"scale": 0.3}, {"dropout_p": 0.4}, {"is_causal": True, "attn_mask": bools(3, 5)}]:
    call("F", sdpa, q, key, v, **kw)
call("F", sdpa, r(3, 4), r(5, 4), r(5, 4)); call("F", sdpa, r(2, 3, 4), r(2, 5, 4), r(2, 5, 4), is_causal=True); call("F", sdpa, r(1, 4, 3, 2), r(1, 2, 5, 2), r(1, 2, 5, 2), enable_gqa=True)
call("F", sdpa, r(2, 3, 4), r(2, 5, 4), r(2, 5, 4), attn_mask=torch.tensor([[True] * 5, [False] * 5, [True, False, True, False, True]])); call("F", sdpa, r(4), r(5, 4), r(5, 4))

L, S, N, E, H = 3, 4, 2, 4, 2
x = r(L, N, E)
mask, pads = torch.tensor([[False, True, True], [False, False, True], [False, False, False]]), torch.tensor([[False, False, True], [False, False, False]])
sets = [{}, {"bias": False}, {"add_bias_kv": True}, {"add_zero_attn": True}, {"add_bias_kv": True, "add_zero_attn": True}, {"dropout": 0.3}, {"batch_first": True}, {"kdim": 3, "vdim": 2}, {"kdim": 3}]
for kw in sets:
    kd, vd = kw.get("kdim") or E, kw.get("vdim") or E
    shape = (lambda t, e: (N, t, e)) if kw.get("batch_first") else (lambda t, e: (t, N, e))
    layer("MultiheadAttention", [E, H], kw, r(*shape(L, E)), r(*shape(S, kd)), r(*shape(S, vd)), twice=len(kw) < 1)
    layer("MultiheadAttention", [E, H], kw, r(*shape(L, E)), r(*shape(S, kd)), r(*shape(S, vd)), train=False, twice=False,
          named={"key_padding_mask": torch.tensor([[False, True, False, False], [False, False, False, True]]), "attn_mask": bools(L, S) & torch.tensor([False, True, False, True]), "need_weights": False})
    layer("MultiheadAttention", [E, H], kw, r(L, E), r(S, kd), r(S, vd), twice=False)
for named in [{"need_weights": False}, {"average_attn_weights": False}, {"attn_mask": mask}, {"attn_mask": k(r(L, L))}, {"attn_mask": k(r(N * H, L, L))}, {"key_padding_mask": pads}, {"key_padding_mask": k(r(N, L)), "attn_mask": k(r(L, L))},
              {"attn_mask": mask, "is_causal": True, "need_weights": False}, {"attn_mask": mask, "is_causal": True}, {"is_causal": True}, {"attn_mask": mask, "key_padding_mask": k(r(N, L))},
              {"attn_mask": bools(2, 2)}, {"attn_mask": bools(3, L, L)}, {"key_padding_mask": bools(L)}, {"attn_mask": torch.ones(L, L)[:, :2]}]:
    layer("MultiheadAttention", [E, H], {}, x, x, x, named=named, twice=False)
layer("MultiheadAttention", [E, H], {}, r(L, E), r(L, E), r(L, E), named={"key_padding_mask": pads[0], "attn_mask": k(r(H, L, L))}, twice=False)
layer("MultiheadAttention", [5, 2], {}); layer("MultiheadAttention", [0, 2], {}); layer("MultiheadAttention", [E, H], {}, r(L, N, 6), r(L, N, 6), r(L, N, 6)); layer("MultiheadAttention", [E, H], {}, x, r(S, N, E), r(S, E))
layer("MultiheadAttention", [E, H], {}, r(1, L, N, E), x, x); layer("MultiheadAttention", [E, H], {}, x, r(S, N, E), r(L, N, E))

small = {"dim_feedforward": 5}
variants = [{}, {"dropout": 0.0}, {"activation": "gelu"}, {"norm_first": True}, {"batch_first": True}, {"bias": False, "layer_norm_eps": 0.01}, {"activation": nn.functional.silu, "dropout": 0.2}]
for kw in variants:
    s = (N, L, E) if kw.get("batch_first") else (L, N, E)
    m = (N, S, E) if kw.get("batch_first") else (S, N, E)
    layer("TransformerEncoderLayer", [E, H], {**small, **kw}, r(*s), twice=not kw)
    layer("TransformerEncoderLayer", [E, H], {**small, **kw}, r(*s), train=False, twice=False, named={"src_mask": mask, "src_key_padding_mask": pads})
    layer("TransformerDecoderLayer", [E, H], {**small, **kw}, r(*s), r(*m), twice=False)
    layer("TransformerDecoderLayer", [E, H], {**small, **kw}, r(*s), r(*m), train=False, twice=False, named={"tgt_mask": k(nn.Transformer.generate_square_subsequent_mask(L).double()), "tgt_key_padding_mask": k(r(N, L)), "memory_mask": bools(L, S) & torch.tensor([False, True, True, True])})
layer("TransformerEncoderLayer", [E, H], small, r(L, E), twice=False); layer("TransformerDecoderLayer", [E, H], small, r(L, E), r(S, E), twice=False); layer("TransformerEncoderLayer", [E, H], {"activation": "tanh"}); layer("TransformerEncoderLayer", [E, 3], {})
layer("TransformerEncoderLayer", [E, H], {"dropout": 0.25, "activation": made("GELU")})
enc, dec = (lambda **kw: made("TransformerEncoderLayer", E, H, **small, **kw)), (lambda **kw: made("TransformerDecoderLayer", E, H, **small, **kw))
layer("TransformerEncoder", [enc(), 2], {}, r(L, N, E), twice=False); layer("TransformerEncoder", [enc(batch_first=True), 2], {"norm": made("LayerNorm", E)}, r(N, L, E), twice=False, train=False, named={"mask": mask, "src_key_padding_mask": pads})
layer("TransformerEncoder", [enc(norm_first=True), 1], {"enable_nested_tensor": False}, r(L, N, E), twice=False, named={"mask": k(nn.Transformer.generate_square_subsequent_mask(L).double()), "is_causal": True})
layer("TransformerDecoder", [dec(), 2], {}, r(L, N, E), r(S, N, E), twice=False); layer("TransformerDecoder", [dec(batch_first=True), 1], {"norm": made("LayerNorm", E)}, r(N, L, E), r(N, S, E), twice=False, named={"tgt_mask": mask, "tgt_is_causal": True})
tiny = {"d_model": E, "nhead": H, "num_encoder_layers": 1, "num_decoder_layers": 1, "dim_feedforward": 3}
for kw in [{}, {"batch_first": True, "dropout": 0.0}, {"norm_first": True, "activation": "gelu", "bias": False}]:
    s, t = ((N, S, E), (N, L, E)) if kw.get("batch_first") else ((S, N, E), (L, N, E))
    layer("Transformer", [], {**tiny, **kw}, r(*s), r(*t), twice=False)
layer("Transformer", [], tiny, r(S, N, E), r(L, N, E), twice=False, train=False, named={"tgt_mask": mask, "src_key_padding_mask": torch.tensor([[False] * 3 + [True], [False] * 4])})
layer("Transformer", [], tiny, r(S, N, E), r(L, 1, E)); layer("Transformer", [], tiny, r(S, N, 3), r(L, N, 3))
write("attention.json")
