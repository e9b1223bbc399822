import io, time, pytest, resource, pathlib, sys
from personas.exchange import files
from personas.exchange.tables import TABLES, header
from tests.personas.exchange.test_workbook import ID
def hwm():
    return next(int(l.split()[1])//1024 for l in open("/proc/self/status") if l.startswith("VmHWM"))
def docs(personas, rows):
    name = next(n for n in TABLES if "." not in n and n!="personas" and not TABLES[n].single and len(header(n))>=11)
    cols=[c for c in header(name) if c not in("persona","id")][:9]
    print(name, len(header(name)))
    for p in range(personas):
        yield {"slug": f"persona-{p}", "id": ID.format(1), name: [{"id": ID.format(2), **{c: f"some text in a cell {i} {p}" for i,c in enumerate(cols)}} for r in range(rows)]}
@pytest.mark.django_db
def test_x(tenant):
    print("start", hwm())
    for f in ("xlsx","zip"):
        t=time.time()
        with open(f"/tmp/big.{f}","wb") as o: files.write(docs(1000,100), f, o)
        print(f, "write", time.time()-t, hwm(), pathlib.Path(f"/tmp/big.{f}").stat().st_size)
        t=time.time(); n=0
        with open(f"/tmp/big.{f}","rb") as o:
            for d in files.read(o,f"big.{f}",[]): n+=1
        print(f, "read", n, time.time()-t, "parent", hwm(), "children", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss//1024)
    t=time.time()
    with open("/tmp/goals.csv","w") as o:
        o.write(",".join(header("goals"))+"\n")
        for i in range(1000000): o.write(f"persona-{i//100},,"+",".join(f"some text {i}" for _ in header("goals")[2:])+"\n")
    print("csv", pathlib.Path("/tmp/goals.csv").stat().st_size)
    t=time.time()
    with open("/tmp/goals.csv","rb") as o: n=sum(1 for d in files.read(o,"goals.csv",[]))
    print("million csv", n, time.time()-t, hwm())
