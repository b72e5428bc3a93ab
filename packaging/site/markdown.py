"""What of GitHub's Markdown matters to links: headings and their anchors, and where links lead.

Knows nothing of HTML: cmark-gfm makes that. The check of relative links needs no more than this.
"""
import re


def without_code(text):
    """The text with fenced, indented and inline code blanked out, line for line."""
    def blank(match):
        return re.sub(r'[^\n]', ' ', match[0])
    text = re.sub(r'^( *)(```+|~~~+)[^\n]*\n.*?^ *\2 *$', blank, text, flags=re.M | re.S)
    text = re.sub(r'(?<=\n\n)(?: {4}[^\n]*\n)+', blank, text)
    return re.sub(r'(`+)(?!`).+?(?<!`)\1(?!`)', blank, text, flags=re.S)


def slug(heading):
    """The anchor that GitHub gives to a heading's text, without the number that tells equal ones apart."""
    return re.sub(r'[^\w\- ]', '', heading.strip().lower()).replace(' ', '-')


class Anchors:
    """Anchors of the headings of one page, in their order."""

    def __init__(self):
        self.seen = {}

    def take(self, heading):
        name = slug(heading)
        count = self.seen.get(name, 0)
        self.seen[name] = count + 1
        return f'{name}-{count}' if count else name


def anchors(text):
    """The anchors of a page."""
    taken = Anchors()
    code = re.sub(r'^( *)(```+|~~~+)[^\n]*\n.*?^ *\2 *$', '', text, flags=re.M | re.S)
    titles = re.findall(r'^#{1,6} +(.+?) *#*$', code, re.M)
    return {taken.take(re.sub(r'\[([^\]]*)\]\([^)]*\)|[`*]', r'\1', title)) for title in titles}


def links(text):
    """(line, target) of each link and picture, from 1."""
    text = without_code(text)
    pattern = r'\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)|^\[[^\]]+\]: *(\S+)|<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)="([^"]+)"'
    for match in re.finditer(pattern, text, re.M):
        yield text.count('\n', 0, match.start()) + 1, match[1] or match[2] or match[3]
