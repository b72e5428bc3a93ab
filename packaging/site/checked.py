"""Which links and anchors of the HTML pages of a directory lead nowhere."""
import html.parser
import pathlib
import urllib.parse


class Links(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.anchors, self.targets, self.twice = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == 'id':
                (self.twice.append if value in self.anchors else self.anchors.add)(value)
            elif name in ('href', 'src', 'srcset'):
                self.targets.append(value)


def broken_links(directory):
    """A line for each, and for each anchor that a page has twice."""
    pages = {path.name: Links(path.read_text()) for path in sorted(pathlib.Path(directory).glob('*.html'))}
    broken = []
    for name, page in pages.items():
        broken += [f'{name}: two anchors "{anchor}"' for anchor in page.twice]
        for target in page.targets:
            if ':' in target.split('/')[0]:
                continue
            path, _, anchor = target.partition('#')
            path = urllib.parse.unquote(path) or name
            if not (directory / path).is_file():
                broken.append(f'{name}: {target}: no such file')
            elif anchor and urllib.parse.unquote(anchor) not in pages[path].anchors:
                broken.append(f'{name}: {target}: no such anchor')
    return broken
