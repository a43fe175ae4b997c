# Records normalisation, in operators and layers, to test/parity/norm.json.
import sys
from recording import Recording, T
r = Recording()

for shape in [(4, 3), (2, 3, 5), (2, 3, 4, 5), (2, 2, 3, 2, 4), (3, 17), (1, 1, 6), (2, 20, 3)]:
    c = shape[1]
    r.fn("batch_norm", T(*shape), T(c, grad=False), T(c, grad=False, scale=0.3, shift=1), weight=T(c), bias=T(c), training=True, momentum=0.3, eps=1e-3)
    r.fn("batch_norm", T(*shape), T(c, grad=False), T(c, grad=False, scale=0.3, shift=1), weight=T(c), bias=T(c))
    r.fn("batch_norm", T(*shape, strided=True), None, None, training=True)
    if len(shape) > 2:
        r.fn("instance_norm", T(*shape), weight=T(c), bias=T(c))
        r.fn("instance_norm", T(*shape, strided=True), running_mean=T(c, grad=False), running_var=T(c, grad=False, scale=0.3, shift=1), eps=0.1)
        r.fn("instance_norm", T(*shape), running_mean=T(c, grad=False), running_var=T(c, grad=False, scale=0.3, shift=1), use_input_stats=False, weight=T(c))
    r.fn("layer_norm", T(*shape), [shape[-1]], weight=T(shape[-1]), bias=T(shape[-1]))
    r.fn("layer_norm", T(*shape, strided=True), list(shape[1:]), weight=T(*shape[1:]), eps=0.01)
    r.fn("layer_norm", T(*shape, shift=100), list(shape[-2:]))
    r.fn("rms_norm", T(*shape), [shape[-1]], weight=T(shape[-1]))
    r.fn("rms_norm", T(*shape), list(shape[-2:]), eps=0.1)
    r.fn("normalize", T(*shape), p=3.0, dim=0)
    r.fn("normalize", T(*shape))
for groups, shape in [(1, (2, 6)), (2, (2, 6, 3)), (3, (2, 6, 2, 2)), (6, (1, 6, 2, 2)), (4, (3, 36)), (1, (2, 20, 1, 2, 2))]:
    r.fn("group_norm", T(*shape), groups, weight=T(shape[1]), bias=T(shape[1]), eps=0.01)
    r.fn("group_norm", T(*shape, strided=True), groups, weight=T(shape[1]))
    r.fn("group_norm", T(*shape), groups)
for size in [1, 2, 3, 5]:
    for shape in [(2, 4, 3), (1, 5, 2, 3), (1, 3, 2, 2, 2)]:
        r.fn("local_response_norm", T(*shape), size, alpha=0.4, beta=0.6, k=1.5)
r.fn("local_response_norm", T(2, 4, 3), 2)

for training in [True, False]:
    for name, shapes in [("BatchNorm1d", [(4, 3), (2, 3, 5)]), ("BatchNorm2d", [(2, 3, 2, 3)]), ("BatchNorm3d", [(2, 3, 2, 1, 3)]), ("SyncBatchNorm", [(3, 3), (2, 3, 2, 2)])]:
        for shape in shapes:
            for kwargs in [{}, {"momentum": None}, {"affine": False}, {"track_running_stats": False}, {"eps": 0.1, "momentum": 0.7}]:
                if name == "SyncBatchNorm" and kwargs.get("track_running_stats") is False and not training: continue
                r.module(name, 3, inputs=[T(*shape)], training=training, steps=3 if training else 1, **kwargs)
    for name, shapes in [("InstanceNorm1d", [(2, 3, 5), (3, 5)]), ("InstanceNorm2d", [(2, 3, 2, 3), (3, 2, 3)]), ("InstanceNorm3d", [(1, 3, 2, 2, 2), (3, 2, 2, 2)])]:
        for shape in shapes:
            for kwargs in [{}, {"affine": True}, {"track_running_stats": True, "momentum": 0.3}, {"affine": True, "track_running_stats": True, "eps": 0.2}]:
                r.module(name, 3, inputs=[T(*shape)], training=training, steps=2 if training else 1, **kwargs)
for kwargs in [{}, {"bias": False}, {"elementwise_affine": False}, {"eps": 1e-3}]:
    r.module("LayerNorm", 4, inputs=[T(2, 3, 4)], **kwargs)
    r.module("LayerNorm", [3, 4], inputs=[T(2, 3, 4)], **kwargs)
for kwargs in [{}, {"elementwise_affine": False}, {"eps": 1e-6}]:
    r.module("RMSNorm", 4, inputs=[T(2, 3, 4)], **kwargs)
    r.module("RMSNorm", [3, 4], inputs=[T(2, 3, 4)], **kwargs)
for kwargs in [{}, {"affine": False}, {"eps": 1e-3}]:
    r.module("GroupNorm", 3, 6, inputs=[T(2, 6)], **kwargs)
    r.module("GroupNorm", 2, 6, inputs=[T(2, 6, 2, 3)], **kwargs)
    r.module("GroupNorm", 6, 6, inputs=[T(2, 6, 4)], **kwargs)
r.module("LocalResponseNorm", 2, inputs=[T(2, 4, 3, 2)])
r.module("LocalResponseNorm", 3, inputs=[T(2, 4, 3)], alpha=1e-3, beta=0.5, k=2.0)
for size in [3, 4, 5]: r.module("CrossMapLRN2d", size, inputs=[T(2, 4, 3, 2)], alpha=0.3, beta=0.7, k=2)
r.module("CrossMapLRN2d", 3, inputs=[T(2, 4, 3, 2)])

# Refusals.
r.fn("batch_norm", T(1, 3), None, None, training=True)
r.fn("batch_norm", T(2, 3), None, None)
r.fn("batch_norm", T(2, 3), T(2, grad=False), T(3, grad=False))
r.fn("batch_norm", T(2, 3), T(3, grad=False), T(3, grad=False), weight=T(4))
r.fn("instance_norm", T(2, 3, 1))
r.fn("layer_norm", T(2, 4), [3])
r.fn("layer_norm", T(2, 4), [4], weight=T(2))
r.fn("layer_norm", T(2, 4), [4], bias=T(1, 4))
r.fn("group_norm", T(2, 4), 3)
r.fn("group_norm", T(2, 4), 2, weight=T(2))
r.fn("group_norm", T(4), 2)
r.fn("group_norm", T(1, 2), 2)
r.fn("local_response_norm", T(2, 3), 2)
r.module("GroupNorm", 4, 6)
r.module("BatchNorm1d", 3, inputs=[T(2, 3, 2, 2)])
r.module("BatchNorm2d", 3, inputs=[T(2, 3, 2)])
r.module("BatchNorm3d", 3, inputs=[T(2, 3)])
r.module("SyncBatchNorm", 3, inputs=[T(3)])
r.module("InstanceNorm1d", 3, inputs=[T(2, 3, 2, 2)])
r.module("InstanceNorm2d", 3, inputs=[T(2, 3)])
r.module("InstanceNorm3d", 3, inputs=[T(2, 3, 4)])
r.module("InstanceNorm2d", 3, affine=True, inputs=[T(1, 4, 2, 2)])
r.module("CrossMapLRN2d", 3, inputs=[T(4, 3, 2)])
r.write(sys.argv[1])
