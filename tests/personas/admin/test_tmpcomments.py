import time
from tests.personas.admin.test_comments import *
def test_m(work, pharma, ana, ann, goal, first):
    with tenant_context(pharma):
        for about in [About("goals", goal.pk), About("tags", ann.tags.first().pk), About("narrative")] * 67:
            comments.reply(ann, comments.write(ann, ana, "Why? "*30, about).pk, ana, "Because. "*30)
    for address in (page(ann, "change"), page(ann, "section", "goals"), page(ann)):
        work.get(address)
        with CaptureQueriesContext(connection) as q:
            t=time.perf_counter(); r=work.get(address); t=time.perf_counter()-t
        print(address[-20:], len(q), round(t*1000), len(r.content)//1000,'kB')
