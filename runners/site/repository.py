"""A hook of MkDocs: makes a site of the pages where they are, in the folders of the repository.

Pages keep their paths, so their relative links lead to the same pages as on a code host. A file that is linked and
is no page becomes a page that shows its text; a folder leads to its README or to a list of its files. The navigation
of techniques, examples and decisions is filled in from their folders.
"""

import os
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, InclusionLevel

ROOT = Path(__file__).resolve().parents[2]
PAGES = re.compile(
    r"README\.md|\.github/\w+\.md|api/(SPEC|docs/[^/]+|decisions/[^/]+)\.md|tck/README\.md"
    r"|runners/[A-Z]+\.md|runners/docs/.+\.md|runners/examples/[^/]+/\w+\.md"
)
FIGURES = re.compile(r"runners/(docs|examples)/.+\.svg")
INLINE = re.compile(r"(\]\()([^)\s#]+)((?:#[^)\s]*)?\))")
FENCE = re.compile(r"^\s*```")
ITEM = re.compile(r"^(\s*)([-*]|\d+\.) ")
LANGUAGES = {".yaml": "yaml", ".yml": "yaml", ".java": "java", ".xml": "xml", ".py": "python", ".json": "json",
             ".kts": "kotlin", ".sh": "bash", ".ipynb": "json"}

tracked: list[str] = []
shown: dict[str, str] = {}


def on_config(config):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    ).stdout
    tracked[:] = sorted(p for p in listed.split("\0") if p and (ROOT / p).is_file())
    shown.clear()
    for section in config.nav:
        for name, entries in section.items():
            if name == "Techniques":
                entries.extend(techniques())
            elif isinstance(entries, list):
                fill(entries)
    return config


def fill(entries):
    for entry in entries:
        if entry == {"Examples": []}:
            entry["Examples"] = examples()
        elif entry == {"Decisions": []}:
            pages = [p for p in tracked if re.fullmatch(r"api/decisions/\d+-.*\.md", p)]
            entry["Decisions"] = ["api/decisions/README.md", *pages]


def examples():
    """A folder is its page, or a part if it has several, of which README is the first."""
    folders = {}
    for p in tracked:
        if re.fullmatch(r"runners/examples/[^/]+/\w+\.md", p):
            folders.setdefault(PurePosixPath(p).parent.name, []).append(p)
    return [
        {name: pages[0] if len(pages) == 1 else sorted(pages, key=lambda p: not p.endswith("/README.md"))}
        for name, pages in sorted(folders.items())
    ]


def techniques():
    """The page of each technique, by kind, in the order of the table that names them."""
    table = (ROOT / "runners/docs/techniques.md").read_text(encoding="utf-8")
    menus = []
    for section in table.split("\n## "):
        rows = re.findall(r"^\| \[`([^`]+)`\]\((techniques/[^)]+)\) \|", section, re.MULTILINE)
        if rows:
            menus.append({section.split("\n", 1)[0]: [{name: "runners/docs/" + page} for name, page in rows]})
    return menus


def on_files(files, config):
    pages = [p for p in tracked if PAGES.fullmatch(p)]
    for path in pages + [p for p in tracked if FIGURES.fullmatch(p)]:
        files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
    texts = {p: (ROOT / p).read_text(encoding="utf-8") for p in pages}
    for path in pages:
        if path.startswith("runners/examples/"):
            texts[path] += listing(PurePosixPath(path).parent)
    waiting = [(p, t) for p, t in texts.items()]
    while waiting:
        path, text = waiting.pop()
        for target in targets(path, text):
            if target in shown or files.get_file_from_path(target) is not None:
                continue
            made = shown_page(target)
            if made is None:
                continue
            uri, content = made
            shown[target] = uri
            if content is not None and files.get_file_from_path(uri) is None:
                files.append(File.generated(config, uri, content=content, inclusion=InclusionLevel.NOT_IN_NAV))
                waiting.append((uri, content))
    for file in files:
        if file.src_uri.startswith((".github/", ".ci/")):
            file.dest_uri = "project/" + file.dest_uri.lstrip(".")
    return files


def targets(path, text):
    """What a page links to, as paths within the repository."""
    for outside, line in lines(text):
        if outside:
            for link in INLINE.finditer(line):
                if ":" not in link.group(2):
                    yield resolved(path, link.group(2))


def resolved(path, link):
    return os.path.normpath(os.path.join(os.path.dirname(path), link)).replace(os.sep, "/")


def lines(text):
    """Each line with whether it is outside of a block of code."""
    outside = True
    for line in text.split("\n"):
        fence = FENCE.match(line)
        yield outside and not fence, line
        if fence:
            outside = not outside


def shown_page(target):
    """The page that stands for a file or folder: its path, and its text unless it is a page already."""
    if (ROOT / target).is_dir():
        readme = target + "/README.md"
        if readme in tracked and PAGES.fullmatch(readme):
            return readme, None
        below = listing(PurePosixPath(target))
        return (target + "/index.md", f"# {target}\n{below}") if below else None
    if target not in tracked:
        return None  # MkDocs reports it
    text = (ROOT / target).read_text(encoding="utf-8").rstrip("\n")
    fence = "`" * max([3, *(len(f) + 1 for f in re.findall(r"`{3,}", text))])
    language = LANGUAGES.get(PurePosixPath(target).suffix, "text")
    return target + ".md", f"---\nsearch:\n  boost: 0.2\n---\n# {PurePosixPath(target).name}\n\n`{target}`\n\n{fence}{language}\n{text}\n{fence}\n"


def listing(folder):
    prefix = f"{folder}/"
    below = [p[len(prefix):] for p in tracked if p.startswith(prefix) and not p.endswith("README.md")]
    if not below:
        return ""
    return "\n## Files\n\n" + "".join(f"- [{p}]({p})\n" for p in below)


def on_page_markdown(markdown, page, config, files):
    path = page.file.src_uri
    if path == "README.md":
        page.meta["hide"] = ["navigation"]
    if path.startswith("runners/docs/techniques/"):
        page.meta["search"] = {"boost": 4}
    elif path.startswith("api/decisions/"):
        page.meta["search"] = {"boost": 0.5}
    if path.startswith("runners/examples/") and path.endswith("/README.md"):
        markdown += "\n" + listing(PurePosixPath(path).parent)
    out = []
    for outside, line in lines(markdown):
        if not outside:
            # marks of the tests that run the blocks
            out.append(re.sub(r"^(```\w*) measured", r"\1", line))
            continue
        line = INLINE.sub(lambda m: m.group(1) + relink(path, m.group(2)) + m.group(3), line)
        item = ITEM.match(line)
        before = out[-1] if out else ""
        if item and before.strip() and not ITEM.match(before) and not before.startswith(" "):
            out.append("")
        out.append(line)
    return "\n".join(out)


def relink(path, link):
    if ":" in link:
        return link
    target = resolved(path, link)
    return os.path.relpath(shown[target], os.path.dirname(path) or ".") if target in shown else link


class Loads(HTMLParser):
    """What a page loads while it is opened."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        of = dict(attributes)
        if tag in ("script", "img", "iframe", "source"):
            self.found.append(of.get("src") or "")
        elif tag == "link" and of.get("rel") not in ("canonical", "next", "prev"):
            self.found.append(of.get("href") or "")


def on_post_page(output, page, config):
    loads = Loads()
    loads.feed(output)
    other = [url for url in loads.found if re.match(r"(https?:)?//", url)]
    if other:
        raise PluginError(f"{page.file.src_uri} loads from other hosts: {', '.join(other)}")
    return output
