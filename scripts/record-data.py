# Records the orders of PyTorch 2.6's samplers and loaders, and what they refuse: python3 record-data.py > data.json
import torch, json
from torch.utils import data as D

assert torch.__version__.startswith("2.6"), torch.__version__
ds=list(range(10))
out={}
def two(make, seed=0):
    torch.manual_seed(seed)
    it=make()
    r=[[b.tolist() if isinstance(b,torch.Tensor) else b for b in it] for _ in range(2)]
    return [r, torch.rand(1).item()]
g=lambda s=7: torch.Generator().manual_seed(s)
L=D.DataLoader
out["plain"]=two(lambda: L(ds,batch_size=4))
out["shuffle"]=two(lambda: L(ds,batch_size=4,shuffle=True))
out["shuffle generator"]=two(lambda: L(ds,batch_size=4,shuffle=True,generator=g()))
out["drop"]=two(lambda: L(ds,batch_size=4,drop_last=True))
out["replacement"]=two(lambda: L(ds,batch_size=4,sampler=D.RandomSampler(ds,replacement=True)))
out["replacement num"]=two(lambda: L(ds,batch_size=16,sampler=D.RandomSampler(ds,replacement=True,num_samples=70)))
out["num"]=two(lambda: L(ds,batch_size=5,sampler=D.RandomSampler(ds,num_samples=23)))
out["num generator"]=two(lambda: L(ds,batch_size=5,sampler=D.RandomSampler(ds,num_samples=23,generator=g())))
out["subset"]=two(lambda: L(ds,batch_size=2,sampler=D.SubsetRandomSampler([1,3,5,7])))
out["subset generator"]=two(lambda: L(ds,batch_size=2,sampler=D.SubsetRandomSampler([1,3,5,7],generator=g())))
w=[.1,.2,3,.4,0,1,1,2,.5,.5]
out["weighted"]=two(lambda: L(ds,batch_size=6,sampler=D.WeightedRandomSampler(w,12)))
out["weighted once"]=two(lambda: L(ds,batch_size=6,sampler=D.WeightedRandomSampler(w,8,replacement=False)))
out["weighted one"]=two(lambda: L(ds,sampler=D.WeightedRandomSampler(w,1,generator=g())))
out["batch sampler"]=two(lambda: L(ds,batch_sampler=D.BatchSampler(D.SequentialSampler(ds),3,True)))
out["no batches"]=two(lambda: L(ds,batch_size=None,shuffle=True))
class It(D.IterableDataset):
    def __iter__(self): return iter(range(7))
out["iterable"]=two(lambda: L(It(),batch_size=3))
out["iterable drop"]=two(lambda: L(It(),batch_size=3,drop_last=True))
out["iterable none"]=two(lambda: L(It(),batch_size=None))
out["chain"]=two(lambda: L(D.ChainDataset([It(),It()]),batch_size=5))
out["concat"]=two(lambda: L(D.ConcatDataset([ds,[100,200]]),batch_size=5,shuffle=True))
out["subset dataset"]=two(lambda: L(D.Subset(ds,[9,1,4]),batch_size=2))
torch.manual_seed(0)
out["split"]=[list(s.indices) for s in D.random_split(ds,[3,7])]
out["split fractions"]=[list(s.indices) for s in D.random_split(ds,[.33,.33,.34],generator=g())]
for n in (10, 11, 3):
  for kw in ({}, {"shuffle":False}, {"drop_last":True}, {"seed":5}):
    r=[]
    for rank in range(4):
        s=D.distributed.DistributedSampler(list(range(n)),4,rank,**kw); a=list(s); s.set_epoch(3); r.append([a,list(s),len(s)])
    out[f"distributed {n} {json.dumps(kw)}"]=r
def err(f):
    try: f(); return None
    except Exception as e: return str(e)
errs={
"batch":err(lambda: L(ds,batch_size=0)), "sampler":err(lambda: L(ds,shuffle=True,sampler=[1])), "batchSampler":err(lambda: L(ds,batch_size=3,batch_sampler=[[1]])), "none":err(lambda: L(ds,batch_size=None,drop_last=True)),
"iterable":err(lambda: L(It(),shuffle=True)), "iterableSampler":err(lambda: L(It(),sampler=[1])), "split":err(lambda: D.random_split(ds,[1,2])), "rank":err(lambda: D.distributed.DistributedSampler(ds,2,2)),
"num":err(lambda: D.RandomSampler(ds,num_samples=0)), "weighted":err(lambda: D.WeightedRandomSampler([[1.]],1)),"weightedNum":err(lambda: D.WeightedRandomSampler([1.],0)), "fraction":err(lambda: D.random_split(ds,[1.5,-.5])),
"concat":err(lambda: D.ConcatDataset([])),"stack":err(lambda: D.StackDataset(ds,[1])),"stackNone":err(lambda: D.StackDataset()), "concatIndex":err(lambda: D.ConcatDataset([ds])[-11]), "collate":err(lambda: D.default_collate([[1,2],[1]])),"collateNone":err(lambda: D.default_collate([None])), "empty":err(lambda: D.RandomSampler([])), "workers":err(lambda: L(ds,num_workers=-1)),"timeout":err(lambda: L(ds,timeout=-1)),"prefetch":err(lambda: L(ds,prefetch_factor=2)),"persistent":err(lambda: L(ds,persistent_workers=True)), "tensor":err(lambda: D.TensorDataset(torch.ones(2),torch.ones(3)))}
print(json.dumps({"torch":torch.__version__,"orders":out,"errors":errs}))
