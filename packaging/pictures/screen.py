"""What a terminal shows after it was sent some bytes: as much of ECMA-48 and of xterm's as weir writes, and no more.

Anything else is an error, so that no picture is wrong in silence.
"""
import re

# Text, a control character, a control sequence, or an operating system command, which draws nothing.
TOKEN = re.compile(r'\x1b\[([?]?)([\d;]*)([A-Za-z])|\x1b\][^\x07]*\x07|([\r\n\t\b])|([^\x00-\x1f])')
PLAIN = (None, False, False)  # colour 0-7, bold, faint


class Screen:
    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.cells = [[(' ', PLAIN)] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.style = PLAIN

    def feed(self, text):
        """Yields after each synchronised update: the moments at which a person sees the screen."""
        at = 0
        while at < len(text):
            token = TOKEN.match(text, at)
            if not token:
                raise ValueError(f'no picture of {text[at:at + 12]!r}')
            at = token.end()
            private, numbers, final, control, character = token.groups()
            if character:
                self.put(character)
            elif control:
                self.move(control)
            elif final and private:
                if (numbers, final) == ('2026', 'l'):
                    yield
            elif final:
                self.sequence([int(number or 0) for number in numbers.split(';')], final)

    def put(self, character):
        if self.column < self.columns:  # what is wider is cut, as weir asks for
            self.cells[self.row][self.column] = (character, self.style)
            self.column += 1

    def move(self, control):
        if control == '\r':
            self.column = 0
        elif control == '\b':
            self.column = max(0, self.column - 1)
        elif control == '\t':
            self.column = min(self.columns - 1, self.column // 8 * 8 + 8)
        elif self.row + 1 < self.rows:
            self.row += 1
        else:
            self.cells = self.cells[1:] + [[(' ', PLAIN)] * self.columns]

    def sequence(self, numbers, final):
        if final == 'm':
            for number in numbers:
                self.select(number)
        elif final == 'A':
            self.row = max(0, self.row - max(1, numbers[0]))
        elif final == 'K' and numbers == [0]:
            self.clear(self.row)
        elif final == 'J' and numbers == [0]:
            self.clear(self.row)
            for row in range(self.row + 1, self.rows):
                self.cells[row] = [(' ', PLAIN)] * self.columns
        else:
            raise ValueError(f'no picture of CSI {numbers} {final}')

    def clear(self, row):
        self.cells[row][self.column:] = [(' ', PLAIN)] * (self.columns - self.column)

    def select(self, number):
        colour, bold, faint = self.style
        if number == 0:
            self.style = PLAIN
        elif number == 1:
            self.style = (colour, True, faint)
        elif number == 2:
            self.style = (colour, bold, True)
        elif 30 <= number <= 37:
            self.style = (number - 30, bold, faint)
        elif number == 39:
            self.style = (None, bold, faint)
        else:
            raise ValueError(f'no picture of SGR {number}')

    def lines(self):
        """Rows down to the last that has something, each as runs (column, text, style) without trailing blanks."""
        rows = [self.runs(cells) for cells in self.cells]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    @staticmethod
    def runs(cells):
        runs = []
        for column, (character, style) in enumerate(cells):
            if runs and runs[-1][2] == style and runs[-1][0] + len(runs[-1][1]) == column:
                runs[-1] = (runs[-1][0], runs[-1][1] + character, style)
            else:
                runs.append((column, character, style))
        return [(column, text.rstrip(), style) for column, text, style in runs if text.strip()]
