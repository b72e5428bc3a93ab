/// One pass over a script for a POSIX-like shell; see script.hpp.
///
/// Each function is called at the first byte after the opening of its construct, and returns after
/// its end, or at the end of the text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "input/evaluated_words.hpp"
#include "input/script.hpp"
#include "input/shell_syntax.hpp"

namespace weir {

class script_scanner {
 public:
  script_scanner(std::string_view script, const placeholder_grammar& grammar, shell_dialect dialect)
      : text_(script), closers_(closing_brackets(script)), grammar_(grammar), dialect_(dialect) {}

  scanned_script scan();

 private:
  /// What has to be remembered within a list of commands: how to tell the `)` of a case pattern
  /// from the list's own end, and the words of the current command.
  struct command_state {
    unsigned cases = 0;
    bool word_start = true;
    bool command_position = true;
    bool after_in = false;
    bool in_test = false;      ///< between [[ and ]]
    bool awaits_file = false;  ///< the next word belongs to a redirection
    bool is_file = false;      ///< the current word is the target of a redirection
    bool string_follows = false;
    bool is_string = false;  ///< the current word comes after <<<
    std::size_t first_of_string = 0;
    std::vector<std::size_t> in_strings;  ///< parts
    bool descriptor_follows = false;
    bool is_descriptor = false;  ///< the current word comes after >&
    bool word_counts = false;    ///< the current word is one of `words`
    std::size_t word_begin = 0;
    std::vector<command_word> words;
    std::string_view array;          ///< the array whose elements these words are, if any
    std::size_t first_document = 0;  ///< index in waiting_ of this command's first
  };

  struct here_document {
    std::string delimiter;
    bool quoted = false;
    bool strips_tabs = false;
    bool is_script = false;               ///< for a shell that reads it
    std::optional<std::size_t> reader{};  ///< from input_readers
    std::size_t part = 0;                 ///< its word was written into the literal of this part,
    std::size_t offset = 0;               ///< beginning at this byte,
    std::size_t length = 0;               ///< this many bytes long
  };

  class deeper {
   public:
    explicit deeper(unsigned& depth);
    ~deeper() { --depth_; }
    deeper(const deeper&) = delete;
    deeper& operator=(const deeper&) = delete;

   private:
    unsigned& depth_;
  };

  bool more() const { return at_ < text_.size(); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  std::string_view rest() const { return text_.substr(at_); }
  void copy(std::size_t count = 1);
  bool take_placeholder(quoting place, bool word_start = false);
  bool duplicates_descriptor() const;
  word_role role_of_word() const;
  void no_placeholder(std::string_view where) const;
  bool holds_placeholder(std::string_view text) const;
  void note_foreign(std::string_view what);

  // script_commands.cpp
  void commands(char until, bool in_test = false, std::string_view array = {});
  void separator(char c, command_state& state);
  void angle(char c, command_state& state);
  void parenthesis(command_state& state);
  void word_piece(char c, command_state& state);
  void begin_word(command_state& state);
  void end_word(command_state& state);
  void end_command(command_state& state);
  void note_input(command_state& state);
  void reserved_word(command_state& state);
  bool assigns_to_index() const;
  bool assigned_index();
  void comment();

  // script_quotes.cpp
  void single_quotes();
  void close_quote();
  void double_quotes(quoting place);
  void quoted_piece(quoting place);
  void dollar(quoting place);
  void ansi_quotes();
  void index();
  void arithmetic(char open, char close, unsigned depth, bool knows_quotes);
  void parameter(quoting outer);
  static quoting within_parameter(quoting outer, bool pattern);
  void parameter_piece(quoting place);
  void backquotes(bool quoted);

  // script_here_documents.cpp
  void here_operator();
  void delimiter_piece(here_document& document);
  void here_documents();
  void body(const here_document& document);
  void quoted_body_piece();
  bool unquote_delimiter(const here_document& document);
  std::string_view line_at(std::size_t at) const;
  std::size_t body_end(const here_document& document) const;

  std::string_view text_;
  std::vector<std::size_t> closers_;  ///< of text_
  std::size_t at_ = 0;
  const placeholder_grammar& grammar_;
  shell_dialect dialect_;
  unsigned depth_ = 0;
  bool in_number_ = false;            ///< text here is evaluated
  command_state* command_ = nullptr;  ///< the innermost
  std::vector<here_document> waiting_;
  bool open_quote_ = false;
  bool after_comment_ = false;
  bool after_here_document_ = false;
  evaluated_words evaluated_;
  scanned_script out_;
};

}  // namespace weir
