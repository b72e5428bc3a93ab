#include "input_options.hpp"

#include <CLI/App.hpp>

namespace weir::cli {

void add_input_options(CLI::App& app, options& o, typed_options& typed) {
  app.add_option("-a,--arg-file", o.arg_files, "Read items from FILE (- for stdin)")
      ->type_name("FILE")
      ->take_all()
      ->allow_extra_args(false);
  app.add_flag("-0,--null", typed.null, "Items end with NUL, as from find -print0");
  app.add_option("-d,--delimiter", typed.delimiter, "Items end with the character C")
      ->type_name("C");
  app.add_option("-n,--max-args,-N,--max-replace-args", typed.max_args,
                 "Pass up to N items to each job; -N0: none; with --pipe, N records")
      ->type_name("N");
  app.add_option("-L", typed.max_lines, "Same as -n N; with --pipe, a record is N lines")
      ->type_name("N");
  app.add_option("-C,--colsep", typed.column_separator,
                 "Split each line into columns {1}, {2}, ... at REGEX")
      ->type_name("REGEX");
  app.add_flag("--csv", o.items.csv,
               "Read lines as CSV (RFC 4180), separated by commas or by --colsep C");
  app.add_option("--header", typed.header,
                 "With :, the first line or item is a header: {name}; with --pipe, repeat the "
                 "first N lines, or what matches REGEX, in each block")
      ->type_name("HEADER");
  app.add_flag("-r,--no-run-if-empty", o.empty_is_fine,
               "Accept /dev/null as an empty list and run nothing");
  app.add_option("--shell", o.shell,
                 "Run COMMAND as SHELL -c COMMAND; SHELL may have options: 'bash -eu'")
      ->type_name("SHELL");
  app.add_option("--max-line", typed.max_line,
                 "Refuse lines longer than SIZE (default: 16M, or 64M for JSON Lines)")
      ->type_name("SIZE");
  app.add_option("-l,--max-lines", typed.max_lines, "Same as -L N; without N, one")
      ->type_name("[N]")
      ->default_str("1");
  app.add_option("-E", o.items_end, "Stop reading items at one that is EOF")->type_name("EOF");
  app.add_flag("--skip-first-line", o.skips_first_line, "Skip the first line of the input");
  app.add_flag("--link,--xapply", o.links,
               "Take one item from each source at a time; a shorter ::: starts over");
  app.add_option("--arg-sep", o.separators.items, "Use SEP instead of :::")->type_name("SEP");
  app.add_option("--arg-file-sep", o.separators.files, "Use SEP instead of ::::")->type_name("SEP");
  app.add_flag("--xargs", typed.packs_all, "Pass as many items to each job as fit");
  app.add_flag("-m", typed.packs, "The same, and spread the last ones evenly over the slots");
  app.add_flag("-X", typed.packs_words,
               "Same as -m; a word such as x{}y is repeated for each item");
  app.add_option("-s,--max-chars", typed.max_chars,
                 "Limit command lines to N bytes (default: the system's limit)")
      ->type_name("N");
  app.add_flag("--shuf", typed.shuffle, "Take items in random order, and print the seed");
  app.add_option("--shuf-seed", typed.shuffle_seed, "Repeat the order of an earlier --shuf")
      ->type_name("N");
  app.add_option("--trim", typed.trim,
                 "Strip blanks from items: l, r, lr (both ends) or n (neither)")
      ->type_name("HOW");
}

void add_block_options(CLI::App& app, typed_options& typed) {
  app.add_flag("--pipe,--spreadstdin", typed.pipe,
               "Split the input into blocks of lines, each the stdin of a job");
  app.add_flag("--pipepart,--pipe-part", typed.pipepart,
               "The same for the FILE of -a, passed to the jobs without being read here");
  app.add_option("--block,--block-size", typed.block,
                 "Size of a block in bytes (default: 1M); with --pipepart, -N makes N blocks per "
                 "slot (default: -10)")
      ->type_name("SIZE");
  app.add_option("--recend", typed.record_end, "Records end with TEXT (default: \\n)")
      ->type_name("TEXT");
  app.add_option("--recstart", typed.record_start, "Records begin with TEXT")->type_name("TEXT");
  app.add_flag("--regexp", typed.regexp, "Treat --recend and --recstart as regular expressions");
  app.add_flag("--round-robin,--roundrobin,--round", typed.round_robin,
               "Start one job per slot and deal blocks to them in turn");
  app.add_option("--bin", typed.bin, "The same, but each record goes to the job numbered in COLUMN")
      ->type_name("COLUMN");
  app.add_flag("--tee", typed.tee, "Give the whole input to each job of ::: ITEM...");
  app.add_option("--group-by,--groupby", typed.group_by,
                 "Make a record of consecutive lines with the same value in COLUMN")
      ->type_name("COLUMN");
  app.add_flag("--cat", typed.cat, "Make {} the name of a file with the block");
  app.add_flag("--fifo", typed.fifo, "Make {} the name of a pipe with the block");
  app.add_flag("--rrs,--remove-rec-sep,--removerecsep", typed.removes_separators,
               "Remove the separators between records");
}

void add_placeholder_options(CLI::App& app, options& o, typed_options& typed) {
  placeholder_syntax& syntax = o.items.options.syntax;
  app.add_option("-I", typed.replaced, "Use R instead of {}")->type_name("R");
  app.add_option("-i,--replace", typed.replaced_long, "Same as -I R; without R, {}")
      ->type_name("[R]")
      ->default_str("{}");
  app.add_flag(
      "--plus", syntax.plus,
      "Enable {..} {+/} {+.} {%suffix} {#prefix} {/from/to} {^x} {,x} {:-text} and the like");
  app.add_option("--rpl", typed.tags, "Make TAG a placeholder: the item as changed by EXPR")
      ->type_name("'TAG EXPR'")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--parens", typed.parens, "Use PARENS instead of {==} around expressions")
      ->type_name("PARENS");
}

}  // namespace weir::cli
