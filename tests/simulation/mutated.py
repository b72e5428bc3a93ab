"""Rewrites a C++ file so that each of its conditions and constants can be turned when the program runs.

`a < b` becomes `mutated::less(17, a, b)`, and so on: one build has all changes, and WEIR_MUTANT=17 chooses one. What
cannot be chosen then (constants that the compiler needs, operators that the types have only one of) is left out."""

import re

OPPOSITES = {"==": "!=", "!=": "==", "<": "<=", ">": ">=", "<=": "<", ">=": ">", "&&": "||", "||": "&&", "+": "-", "-": "+"}
BINDS = {"||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, ">": 7, "<=": 7, ">=": 7, "<=>": 8, "<<": 9,
         ">>": 9, "+": 10, "-": 10, "*": 11, "/": 11, "%": 11}
FUNCTIONS = {"==": "equal", "!=": "unequal", "<": "less", ">": "more", "<=": "at_most", ">=": "at_least", "+": "plus",
             "-": "minus", "+=": "add", "-=": "take"}

HEADER = """#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <type_traits>
namespace mutated {
inline const int chosen = std::getenv("WEIR_MUTANT") ? std::atoi(std::getenv("WEIR_MUTANT")) : -1;
struct places {
  bool reached[4096] = {};
  ~places() {
    const char* const name = std::getenv("WEIR_REACHED");
    std::FILE* const to = name ? std::fopen(name, "a") : nullptr;
    for (int i = 0; to && i < 4096; ++i)
      if (reached[i]) std::fprintf(to, "%d\\n", i);
    if (to) std::fclose(to);
  }
};
inline places all;
constexpr bool is(int n) {
  if (std::is_constant_evaluated()) return false;
  all.reached[n] = true;
  return chosen == n;
}
#define MUTATED_COMPARISON(name, op, other)                             \\
  constexpr bool name(int n, const auto& a, const auto& b) {            \\
    const bool is_so = a op b;                                          \\
    if constexpr (requires { bool(a other b); })                        \\
      if (is(n)) return a other b;                                      \\
    return is_so;                                                       \\
  }
MUTATED_COMPARISON(equal, ==, !=)
MUTATED_COMPARISON(unequal, !=, ==)
MUTATED_COMPARISON(less, <, <=)
MUTATED_COMPARISON(more, >, >=)
MUTATED_COMPARISON(at_most, <=, <)
MUTATED_COMPARISON(at_least, >=, >)
constexpr auto plus(int n, const auto& a, const auto& b) {
  if constexpr (requires { a - b; })
    if constexpr (std::is_same_v<decltype(a - b), decltype(a + b)>)
      if (is(n)) return a - b;
  return a + b;
}
constexpr auto minus(int n, const auto& a, const auto& b) {
  if constexpr (requires { a + b; })
    if constexpr (std::is_same_v<decltype(a - b), decltype(a + b)>)
      if (is(n)) return a + b;
  return a - b;
}
constexpr decltype(auto) add(int n, auto& a, const auto& b) {
  if constexpr (requires { a -= b; })
    if (is(n)) return a -= b;
  return a += b;
}
constexpr decltype(auto) take(int n, auto& a, const auto& b) {
  if constexpr (requires { a += b; })
    if (is(n)) return a += b;
  return a -= b;
}
constexpr decltype(auto) up(int n, auto& a) {
  if constexpr (requires { --a; })
    if (is(n)) return --a;
  return ++a;
}
constexpr decltype(auto) down(int n, auto& a) {
  if (is(n)) return ++a;
  return --a;
}
constexpr auto up_after(int n, auto& a) {
  if constexpr (requires { a--; })
    if (is(n)) return a--;
  return a++;
}
constexpr auto down_after(int n, auto& a) {
  if (is(n)) return a++;
  return a--;
}
}  // namespace mutated
"""

TOKEN = re.compile(r"\s+|[A-Za-z_]\w*|\d[\w.']*|::|->\*?|\+\+|--|<=>|<<=|>>=|<<|[-+*/%&|^=!<>]=|&&|\|\||.", re.DOTALL)
ASSIGNS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}


def tokens_of(text):
    """(text, start) of each token, comments and the insides of strings blanked before."""
    blank = re.sub(r'//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'',
                   lambda m: m[0] if m[0][0] == "'" and len(m[0]) < 3 else (" " if m[0][0] == "/" else "0") * len(m[0]), text)
    return [(m[0], m.start()) for m in TOKEN.finditer(blank) if not m[0].isspace()]


class Extents:
    """Where the operands of an operator begin and end."""

    def __init__(self, text):
        self.text = text
        self.tokens = tokens_of(text)
        self.at = {start: i for i, (_, start) in enumerate(self.tokens)}
        self.partner = {}
        stack = []
        for i, (token, _) in enumerate(self.tokens):
            if token in "([{":
                stack.append(i)
            elif token in ")]}":
                self.partner[i] = stack.pop()
                self.partner[self.partner[i]] = i

    def is_spaced(self, i):
        token, start = self.tokens[i]
        return self.text[start - 1].isspace() and self.text[start + len(token)].isspace()

    def binds(self, i):
        token = self.tokens[i][0]
        return BINDS.get(token) if token in BINDS and self.is_spaced(i) else None

    def left(self, i, strength):
        """Index of the first token of what stands left of token i."""
        j = i - 1
        while j >= 0:
            token, start = self.tokens[j]
            if token in (")", "]") or (token == "}" and (self.text[start - 1] != "\n" and not self.text[start - 1].isspace())):
                k = self.partner[j]
                if self.tokens[k - 1][0] in ("if", "for", "while", "switch", "constexpr"):
                    break
                j = k - 1
                continue
            if token in "([{},;?:" or token in ASSIGNS or token in ("return", "co_return", "throw", "case", "else"):
                break
            level = self.binds(j)
            if level is not None and level < strength:
                break
            j -= 1
        return j + 1

    def right(self, i, strength):
        """Index behind the last token of what stands right of token i."""
        j = i + 1
        while j < len(self.tokens):
            token = self.tokens[j][0]
            if token in "([{":
                j = self.partner[j] + 1
                continue
            if token in ")]},;" or (strength > 0 and (token in "?:" or token in ASSIGNS)):
                break
            level = self.binds(j)
            if level is not None and level <= strength:
                break
            j += 1
        return j

    def start(self, j):
        return self.tokens[j][1]

    def end(self, j):
        token, start = self.tokens[j - 1]
        return start + len(token)


def rewrite(text, changes):
    """`changes`: (number, offset, end, kind, token). \\returns the text, and the numbers that could not be done."""
    extents = Extents(text)
    before, after, instead, not_done = {}, {}, {}, []

    def around(start, end, head, tail):
        # The outer one comes first: its head before, its tail behind.
        rank = (end - start, kind in ("condition", "result"))
        before.setdefault(start, []).append((rank, head))
        after.setdefault(end, []).append((rank, tail))

    for number, offset, end, kind, token in changes:
        if kind in ("condition", "result"):
            around(offset, end, "(static_cast<bool>(", f") != mutated::is({number}))")
            continue
        if kind == "literal":
            around(offset, end, "(", f" != mutated::is({number}))" if token in ("true", "false") else f" + mutated::is({number}))")
            continue
        i = extents.at.get(offset)
        if i is None:
            not_done.append(number)
        elif kind == "not":
            last = extents.right(i, 11)
            around(offset, extents.end(last), "(", f" != mutated::is({number}))")
        elif token in ("++", "--"):
            name = "up" if token == "++" else "down"
            last = extents.right(i, 11)
            if extents.tokens[i + 1][0] in ");],":
                first = extents.left(i, 12)
                around(extents.start(first), offset, f"mutated::{name}_after({number}, ", ")")
            else:
                around(extents.end(i + 1), extents.end(last), f"mutated::{name}({number}, ", ")")
            instead[offset] = ("", end)
        elif token in ("+=", "-="):
            first, last = extents.left(i, 0), extents.right(i, 0)
            around(extents.start(first), extents.end(last), f"mutated::{FUNCTIONS[token]}({number}, ", ")")
            instead[offset] = (",", end)
        elif token in ("&&", "||"):
            first, last = extents.left(i, BINDS[token]), extents.right(i, BINDS[token])
            is_it = f" != mutated::is({number})"
            around(extents.start(first), extents.end(last), "(((static_cast<bool>(", f"){is_it})){is_it})")
            instead[offset] = (f"){is_it}) {token} (static_cast<bool>(", end)
        else:
            first, last = extents.left(i, BINDS[token]), extents.right(i, BINDS[token])
            around(extents.start(first), extents.end(last), f"mutated::{FUNCTIONS[token]}({number}, ", ")")
            instead[offset] = (",", end)
    out, at = [], 0
    for point in sorted({*before, *after, *instead}):
        if point > at:
            out.append(text[at:point])
            at = point
        out += [tail for _, tail in sorted(after.get(point, []))]
        out += [head for _, head in sorted(before.get(point, []), reverse=True)]
        if point in instead:
            out.append(instead[point][0])
            at = instead[point][1]
    out.append(text[at:])
    return "".join(out), not_done
