"""Who is meant by a name behind an «@»."""

import re
from collections import Counter, defaultdict

from django.db.models import Q

from vital.tenancy.models import Membership

OFFERED = 8  # people whom the list behind «@» offers


def members():
    return Membership.objects.filter(user__is_active=True).order_by("user__full_name", "user__email")


def mentioned(text: str) -> list[str]:
    """Ids of the people of the tenant who are named behind an «@», by their name or their e-mail."""
    if "@" not in text:
        return []
    ids = defaultdict(list)
    for id_, name, email in members().values_list("user_id", "user__full_name", "user__email"):
        for called in {name, email} - {None, ""}:
            ids[called.casefold()].append(str(id_))
    names = "|".join(sorted(map(re.escape, ids), key=len, reverse=True))  # «@Ana Silva» is not somebody called «Ana»
    found = re.findall(rf"(?<!\w)@({names})(?!\w|[.@-]\w)", text.casefold()) if ids else ()
    return list(dict.fromkeys(id_ for name in found for id_ in ids[name]))


def people(typed: str) -> list[dict[str, str]]:
    """Who can be named behind an «@», by a part of their name or e-mail: what to write, and the e-mail."""
    asked = Q(user__full_name__icontains=typed) | Q(user__email__icontains=typed)
    found = list(members().filter(asked).values_list("user__full_name", "user__email")[:OFFERED])
    names = Counter(name for name, _ in found)
    return [{"name": name if name and names[name] == 1 else email, "email": email} for name, email in found]
