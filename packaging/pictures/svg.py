"""Lines of a terminal as an SVG, in one of two palettes. Cells are drawn where they are, whatever font the viewer has."""
import html
import re

WIDTH, HEIGHT, MARGIN = 8.4, 20, 16
THEMES = {
    'light': {'page': '#ffffff', 'frame': '#dde4e8', 'ink': '#14212b', 'faint': '#6b7a86',
              1: '#b3202f', 2: '#14704f', 3: '#8a5a08', 4: '#2a5db0', 5: '#8a3ea8', 6: '#0b7285'},
    'dark': {'page': '#0c1116', 'frame': '#25303a', 'ink': '#e3eaef', 'faint': '#8494a0',
             1: '#ff8d92', 2: '#6fd3ae', 3: '#edbd66', 4: '#8ab4ff', 5: '#d8a2f0', 6: '#56c2d6'},
}


def number(value):
    return f'{value:.1f}'.rstrip('0').rstrip('.')


def width_of_bar(text):
    """How many cells the blocks at the front of it fill, the last one by eighths."""
    whole = len(text) - len(text.lstrip('█'))
    return whole + ('▏▎▍▌▋▊▉'.find(text[whole:whole + 1]) + 1) / 8 if whole else 0


def drawn(run, y, theme):
    column, text, (colour, bold, faint) = run
    fill = theme['faint'] if faint else theme.get(colour, theme['ink'])
    weight = ' font-weight="600"' if bold else ''
    # Words apart, where their columns are: viewers fold blanks.
    for word in re.finditer(r'\S+(?: \S+)*', text):
        x = number(MARGIN + (column + word.start()) * WIDTH)
        if bar := width_of_bar(word[0]):  # as one piece: fonts leave gaps between blocks
            yield f'<rect x="{x}" y="{y - 11}" width="{number(bar * WIDTH)}" height="11" rx="2" fill="{fill}"/>'
        else:
            yield (f'<text x="{x}" y="{y}" fill="{fill}"{weight} textLength="{number(len(word[0]) * WIDTH)}" '
                   f'lengthAdjust="spacingAndGlyphs">{html.escape(word[0], quote=False)}</text>')


def svg(lines, columns, title, theme_name):
    theme = THEMES[theme_name]
    width, height = columns * WIDTH + 2 * MARGIN, len(lines) * HEIGHT + 2 * MARGIN
    body = [piece for row, runs in enumerate(lines) for run in runs for piece in drawn(run, MARGIN + 15 + row * HEIGHT, theme)]
    return '\n'.join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" width="{number(width)}" '
        f'height="{number(height)}" role="img" font-size="14" '
        f'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace">',
        f'<title>{html.escape(title)}</title>',
        f'<rect x="0.5" y="0.5" width="{number(width - 1)}" height="{number(height - 1)}" rx="10" fill="{theme["page"]}" '
        f'stroke="{theme["frame"]}"/>',
        *body, '</svg>', ''])
