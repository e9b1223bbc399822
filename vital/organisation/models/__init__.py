"""The organisation that personas are drawn from."""

from .jobs import *
from .roles import *
from .structure import *
