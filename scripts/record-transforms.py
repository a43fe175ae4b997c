# Records what torchvision's transforms make of pictures: python3 record-transforms.py > transforms.json
import json
import torch, torchvision
from torchvision import transforms as T
from torchvision.transforms import InterpolationMode as I

assert torchvision.__version__.startswith("0.21"), torchvision.__version__
cases = []

def pictures():
    x = (torch.arange(2 * 7 * 6) * 37 % 256).to(torch.uint8).view(2, 7, 6)
    return {"bytes": x, "floats": x / 255, "batch": (torch.arange(2 * 3 * 6 * 5) * 41 % 256).view(2, 3, 6, 5) / 255}

def case(name, args, options, make, inputs=("bytes", "floats", "batch")):
    for key in inputs:
        torch.manual_seed(len(cases))
        f = make()
        y = [f(pictures()[key]) for _ in range(2)]
        cases.append({"name": name, "args": args, "options": options, "input": key, "seed": len(cases), "next": torch.rand(1).item(),
            "outputs": [{"dtype": str(v.dtype)[6:], "shape": list(v.shape), "values": [float("%.6g" % e) for e in v.flatten().tolist()]} for v in y]})

case("Normalize", [[0.5], [0.25]], {}, lambda: T.Normalize([0.5], [0.25]), ("floats", "batch"))
case("Normalize", [[0.5, 0.4, 0.3], [0.25, 1, 2]], {}, lambda: T.Normalize([0.5, 0.4, 0.3], [0.25, 1, 2]), ("batch",))
case("Pad", [2], {"fill": 3}, lambda: T.Pad(2, fill=3), ("bytes",))
case("Pad", [[1, 2]], {"paddingMode": "edge"}, lambda: T.Pad((1, 2), padding_mode="edge"))
case("Pad", [[1, 2, 3, 0]], {"paddingMode": "reflect"}, lambda: T.Pad((1, 2, 3, 0), padding_mode="reflect"))
case("Pad", [[1, 2, 3, 0]], {"paddingMode": "symmetric"}, lambda: T.Pad((1, 2, 3, 0), padding_mode="symmetric"))
for size in (4, (3, 5), (9, 4), (10, 11), (6, 2)): case("CenterCrop", [size], {}, lambda: T.CenterCrop(size), ("bytes", "batch"))
case("RandomCrop", [4], {}, lambda: T.RandomCrop(4))
case("RandomCrop", [[6, 5]], {"padding": 2}, lambda: T.RandomCrop((6, 5), padding=2))
case("RandomCrop", [[9, 4]], {"padIfNeeded": True, "fill": 1}, lambda: T.RandomCrop((9, 4), pad_if_needed=True, fill=1))
case("RandomHorizontalFlip", [], {}, lambda: T.RandomHorizontalFlip())
case("RandomVerticalFlip", [], {"p": 0.7}, lambda: T.RandomVerticalFlip(0.7))
case("Resize", [4], {}, lambda: T.Resize(4))
case("Resize", [[9, 4]], {}, lambda: T.Resize((9, 4)))
case("Resize", [5], {"maxSize": 6, "antialias": False}, lambda: T.Resize(5, max_size=6, antialias=False))
case("Resize", [[4, 9]], {"interpolation": "nearest"}, lambda: T.Resize((4, 9), I.NEAREST))
case("Resize", [[4, 9]], {"interpolation": "bicubic"}, lambda: T.Resize((4, 9), I.BICUBIC))
case("RandomRotation", [30], {"interpolation": "bilinear"}, lambda: T.RandomRotation(30, I.BILINEAR))
case("RandomRotation", [[40, 60]], {"expand": True, "fill": 2}, lambda: T.RandomRotation((40, 60), expand=True, fill=2))
case("RandomRotation", [50], {"center": [1, 2], "fill": [5, 7]}, lambda: T.RandomRotation(50, center=(1, 2), fill=(5, 7)), ("bytes", "floats"))
case("RandomAffine", [20], {}, lambda: T.RandomAffine(20))
case("RandomAffine", [20], {"translate": [0.3, 0.2], "scale": [0.7, 1.4], "shear": 10, "interpolation": "bilinear"},
    lambda: T.RandomAffine(20, translate=(0.3, 0.2), scale=(0.7, 1.4), shear=10, interpolation=I.BILINEAR))
case("RandomAffine", [[5, 20]], {"shear": [-5, 5, 3, 9], "fill": 0.5, "interpolation": "bilinear"},
    lambda: T.RandomAffine((5, 20), shear=(-5, 5, 3, 9), fill=0.5, interpolation=I.BILINEAR), ("floats", "batch"))
case("RandomErasing", [], {"p": 0.9}, lambda: T.RandomErasing(p=0.9))
case("RandomErasing", [], {"p": 1, "value": 2, "scale": [0.1, 0.2]}, lambda: T.RandomErasing(p=1, value=2, scale=(0.1, 0.2)))
case("RandomErasing", [], {"p": 1, "value": "random"}, lambda: T.RandomErasing(p=1, value="random"), ("floats", "batch"))
print(json.dumps({"torchvision": torchvision.__version__, "cases": cases}, separators=(",", ":")))
