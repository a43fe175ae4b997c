# Records what PyTorch 2.6's loaders with workers give: python3 record-workers.py > workers.json
import torch, json
from torch.utils.data import *
assert torch.__version__.startswith("2.6"), torch.__version__

class N(Dataset):
    def __len__(self): return 10
    def __getitem__(self,i):
        return {'i':torch.tensor(i),'worker':get_worker_info().id,'drawn':torch.rand(1)}
class S(IterableDataset):
    def __init__(s,n): s.n=n
    def __iter__(s):
        w=get_worker_info()
        return iter([torch.tensor(i) for i in range(w.id,s.n,w.num_workers)])
class Un(IterableDataset):
    def __iter__(s):
        w=get_worker_info()
        return iter([torch.tensor(10*w.id+i) for i in range([1,5,2][w.id])])
def show(l,epochs=2):
    out=[]
    for e in range(epochs):
        for b in l:
            out.append([b['i'].tolist(), b['worker'].tolist(), [round(x,6) for x in b['drawn'].flatten().tolist()]] if isinstance(b,dict) else b.tolist())
    return out
R={}
torch.manual_seed(0); R['shuffled']=show(DataLoader(N(),batch_size=4,shuffle=True,num_workers=2)); R['shuffledNext']=torch.rand(1).item()
torch.manual_seed(0); R['persistent']=show(DataLoader(N(),batch_size=4,shuffle=True,num_workers=2,persistent_workers=True)); R['persistentNext']=torch.rand(1).item()
torch.manual_seed(0); g=torch.Generator(); g.manual_seed(7)
R['generator']=show(DataLoader(N(),batch_size=3,shuffle=True,num_workers=3,generator=g,prefetch_factor=1)); R['generatorNext']=torch.rand(1,generator=g).item()
torch.manual_seed(0); R['weighted']=show(DataLoader(N(),batch_size=4,sampler=WeightedRandomSampler(list(range(1,11)),10),num_workers=2))
R['shares']=show(DataLoader(S(7),batch_size=2,num_workers=3),1)
R['sharesDropped']=show(DataLoader(S(7),batch_size=2,num_workers=2,drop_last=True),1)
R['uneven']=show(DataLoader(Un(),batch_size=1,num_workers=3),1)
R['unevenPersistent']=show(DataLoader(Un(),batch_size=2,num_workers=3,persistent_workers=True),2)
R['single']=show(DataLoader(S(5),batch_size=None,num_workers=2),1)
print(json.dumps(R))
