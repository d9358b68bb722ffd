"""Sphinx's settings for the site; scripts/docs calls it on what assemble.py put together."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from gallery import GalleryDirective

import aero_nb

project = "aero_nb"
author = copyright = "The aero_nb developers"  # noqa: A001
release = version = aero_nb.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["*.py"]
nb_execution_mode = "off"  # assemble.py runs them, with our own page's forms
nb_mime_priority_overrides = [("html", "text/html", 0)]  # our still forms, which wake up where plotly.js is
nb_number_source_lines = False
suppress_warnings = ["mystnb.unknown_mime_type"]  # plotly's own form; the other one is shown
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
napoleon_google_docstring = True
napoleon_use_rtype = False
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88

html_theme = "pydata_sphinx_theme"
html_title = "aero_nb"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("plotly.min.js", {"defer": "defer"})]
html_context = {"default_mode": "auto"}
toc_object_entries = False  # each name has a heading of its own
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "show_prev_next": True,
    "navigation_with_keys": False,
    "navbar_align": "left",
    "header_links_before_dropdown": 4,
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
}


def setup(app):
    """Add the gallery."""
    app.add_directive("gallery", GalleryDirective)
