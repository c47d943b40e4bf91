"""Methods as their user knows them: set the style once, stylize often, reset at a cut."""

from vidstyle.stylizers.methods import Method, make_stylizer
from vidstyle.stylizers.style import Style
from vidstyle.stylizers.stylizer import Stylizer

__all__ = ["Method", "Style", "Stylizer", "make_stylizer"]
