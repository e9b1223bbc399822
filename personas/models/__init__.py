"""The persona, the 63 tables around it and their 5 detail tables, by domain."""

from .base import *
from .buying import *
from .content import *
from .editorial import *
from .evidence import *
from .evidence_details import *
from .exchange import *
from .goals import *
from .library import *
from .notices import *
from .persona import *
from .presence import *
from .profile import *
from .review import *
from .revisions import *
from .stakeholders import *
from .time_perspectives import *
from .views import *
