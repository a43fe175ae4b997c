# Records dropout, in operators and layers, to test/parity/dropout.json.
import sys
from recording import Recording, T
r = Recording()

for seed, p in [(1, 0.5), (2, 0.2), (3, 0.9), (4, 0.0), (5, 1.0)]:
    for name, shapes in [("dropout", [(3, 7), (2, 3, 4)]), ("dropout1d", [(4, 5), (3, 4, 2)]), ("dropout2d", [(2, 4, 2, 2), (2, 5, 3)]), ("dropout3d", [(2, 3, 1, 2, 2), (4, 2, 1, 2)]), ("alpha_dropout", [(3, 7), (17,)]), ("feature_alpha_dropout", [(2, 5, 3), (4, 6)])]:
        for shape in shapes:
            r.fn(name, T(*shape), p=p, training=True, seed=seed)
            if len(shape) > 1: r.fn(name, T(*shape, strided=True), p=p, training=True, seed=seed)
            r.fn(name, T(*shape), p=p, seed=seed)
            r.fn(name, T(*shape), p=p, training=False, seed=seed)
            r.fn(name, T(*shape, grad=False), p=p, training=True, inplace=True, seed=seed)
r.fn("dropout", T(3), p=1.5)
r.fn("alpha_dropout", T(3), p=-1.0, training=True)
r.fn("dropout1d", T(3))
r.fn("feature_alpha_dropout", T(3), training=True)
for name, shape in [("Dropout", (3, 4)), ("Dropout1d", (3, 4, 2)), ("Dropout2d", (2, 5, 2, 2)), ("Dropout3d", (4, 2, 2, 2)), ("AlphaDropout", (4, 5)), ("FeatureAlphaDropout", (3, 4, 2))]:
    for training in [True, False]:
        r.module(name, inputs=[T(*shape)], training=training)
        r.module(name, p=0.3, inputs=[T(*shape)], training=training)
        r.module(name, p=0.3, inplace=True, inputs=[T(*shape, grad=False)], training=training)
    r.module(name, p=1.2)
r.write(sys.argv[1])
