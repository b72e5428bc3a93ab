"""What a page is found by: its sections, each from one heading, or one option of a manual, to the next."""
import html
import re

# A heading, or what a manual defines, has an id.
START = re.compile(r'<(h[1-4]|dt)\b[^>]*?\bid="([^"]+)"[^>]*>(.*?)</\1>', re.S)


def words(markup):
    """The text of it, with a blank where a block ends."""
    markup = re.sub(r'<a class="permalink"[^>]*>#</a>', '', markup)  # that of Markdown; a manual's is the heading
    markup = re.sub(r'</?(?:td|th|p|li|dd|dt|div|pre|h\d|br)\b[^>]*>', ' ', markup)
    return re.sub(r'\s+', ' ', html.unescape(re.sub(r'<[^>]+>', '', markup))).strip()


def sections(url, title, body):
    """Objects with page, heading, url and text."""
    starts = list(START.finditer(body))
    if not starts:
        return [{'page': title, 'heading': title, 'url': url, 'text': words(body)}]
    ends = [start.start() for start in starts[1:]] + [len(body)]
    return [{'page': title, 'heading': words(start[3]), 'url': f'{url}#{start[2]}', 'text': words(body[start.end():end])}
            for start, end in zip(starts, ends)]
