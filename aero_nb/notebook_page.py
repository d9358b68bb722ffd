"""An executed notebook as one HTML page that opens offline with its pictures alive.

nbconvert's own page fetches require.js, MathJax and the widget manager, shows widgets only with a network, and drops
plotly's mimetype. This page fetches nothing: it carries plotly.js once, and every figure and timeline of ours wakes
up from the still picture in its ``text/html`` form::

    python -m aero_nb.notebook_page notebooks/quickstart.ipynb --output-dir report

writes the executed notebook and the page into ``report`` and prints where they are.
"""

import argparse
import base64
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aero_nb.errors import AeroNBError
from aero_nb.timeline.assets import plotly_gzip
from aero_nb.whole_file import write_whole

# nbconvert's classic look, less everything that it would fetch.
_TEMPLATE = """
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block jupyter_widgets -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block html_head_css -%}
<style>
  main { max-width: 1100px; margin: 0 auto; padding: 24px; }
  .jp-RenderedHTMLCommon table { font-size: 12px; }
</style>
{%- endblock -%}
{%- block footer_js -%}%PLOTLY%{%- endblock -%}
"""

# A page holds plotly.js packed (2 MB instead of 5); our pictures wait for the event.
_BRING_PLOTLY = """
<script id="plotly-js" type="application/gzip;base64">%PACKED%</script>
<script>
(async () => {
  const packed = Uint8Array.from(atob(document.getElementById("plotly-js").textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(stream).text();
  document.head.append(script);
  window.dispatchEvent(new Event("aero-nb:plotly"));
})().catch((error) => console.error("aero_nb: the pictures stay still:", error));
</script>
"""

# What a page can show, the richest first. Widgets need a kernel, so their text/html form speaks for them.
_FORMS = ["text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/latex", "text/plain"]

_COLORS = re.compile(r"\x1b\[[\d;]*m")


class CellFailedError(AeroNBError):
    """A cell of the notebook raised; what ran until then is kept."""


def execute_notebook(notebook: Path, output: Path, *, cell_timeout_s: float | None = 600) -> None:
    """Run ``notebook`` in its own folder with this Python, and write it with its outputs to ``output``.

    Raises:
        FileNotFoundError: there is no such notebook.
        CellFailedError: a cell raised; ``output`` holds what ran until then.
        ImportError: nbclient is missing (extra ``lab``).
    """
    nbformat, nbclient = _lab_libraries()
    content = nbformat.read(notebook, as_version=4)
    client = nbclient.NotebookClient(
        content,
        timeout=cell_timeout_s,
        kernel_manager_class=_this_python(),
        store_widget_state=False,
        resources={"metadata": {"path": str(notebook.resolve().parent)}},
    )
    try:
        client.execute()
    except nbclient.exceptions.CellExecutionError as error:
        raise CellFailedError(f"{notebook.name}: {_COLORS.sub('', str(error))}") from error
    except nbclient.exceptions.CellTimeoutError as error:
        raise CellFailedError(f"{notebook.name}: a cell took longer than {cell_timeout_s} s: {error}") from error
    finally:
        _keep_still_forms(content)
        write_whole(output, nbformat.writes(content).encode())


def _keep_still_forms(notebook: Any) -> None:
    """Drop the live form of widgets: their kernel has ended, and every viewer would prefer it to the still form."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            forms = output.get("data", {})
            if len(forms) > 1:
                forms.pop("application/vnd.jupyter.widget-view+json", None)


def write_page(executed: Path, output: Path) -> None:
    """Write the executed notebook ``executed`` as one self-contained HTML page.

    Raises:
        FileNotFoundError: there is no such notebook.
        ImportError: nbconvert is missing (extra ``lab``).
    """
    nbformat, _ = _lab_libraries()
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    settings = Config({"NbConvertBase": {"display_data_priority": _FORMS}})
    exporter = HTMLExporter(config=settings, embed_images=True)
    exporter.raw_template = _TEMPLATE.replace("%PLOTLY%", "{{ resources.plotly }}")
    resources = {
        "metadata": {"name": executed.stem, "path": str(executed.resolve().parent)},
        "plotly": _BRING_PLOTLY.replace("%PACKED%", base64.b64encode(plotly_gzip()).decode()),
    }
    page, _ = exporter.from_notebook_node(nbformat.read(executed, as_version=4), resources=resources)
    write_whole(output, page.encode())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the notebook and write both forms of it; return 0, or 1 where a cell failed."""
    parser = argparse.ArgumentParser(prog="python -m aero_nb.notebook_page", description=__doc__.split("\n\n")[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--output-dir", type=Path, default=Path(), help="made if missing (default: this folder)")
    parser.add_argument("--cell-timeout", type=float, default=600, metavar="SECONDS", help="default: 600")
    options = parser.parse_args(arguments)
    if not options.notebook.is_file():
        print(f"expected a notebook, found no file {options.notebook}", file=sys.stderr)
        return 1
    options.output_dir.mkdir(parents=True, exist_ok=True)
    executed = options.output_dir / f"{options.notebook.stem}.ipynb"
    page = executed.with_suffix(".html")
    if executed.resolve() == options.notebook.resolve():
        print("expected another folder than the notebook's own, which its outputs would fill", file=sys.stderr)
        return 1
    try:
        execute_notebook(options.notebook, executed, cell_timeout_s=options.cell_timeout)
    except CellFailedError as error:
        print(f"{error}\nWhat ran until then: {executed.resolve()}", file=sys.stderr)
        return 1
    write_page(executed, page)
    print(executed.resolve())
    print(page.resolve())
    return 0


def _lab_libraries() -> tuple[Any, Any]:
    try:
        import nbclient
        import nbconvert  # noqa: F401 - told missing here rather than after the run
        import nbformat
    except ImportError as error:
        raise ImportError("running notebooks needs the extra 'lab': pip install 'aero-nb[lab]'") from error
    return nbformat, nbclient


def _this_python() -> Any:
    """Return a manager of kernels that are this very interpreter, whatever kernels the machine has registered."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    class ThisPython(AsyncKernelManager):
        @property
        def kernel_spec(self) -> KernelSpec:
            command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=ERROR"]
            return KernelSpec(argv=command, display_name="Python 3", language="python")

    return ThisPython


if __name__ == "__main__":
    sys.exit(main())
