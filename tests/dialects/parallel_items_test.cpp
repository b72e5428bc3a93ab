// Items in GNU parallel's place: typed, in columns, empty, appended.
#include "at_terminal.hpp"
#include "beside_parallel.hpp"

using namespace test;

TEST_CASE("who has forgotten ::: and types is told that items are read") {
  test_space t;
  const std::string shown = at_terminal(t, "$WEIR --as parallel -k echo got", "one\ntwo\n\x04");
  CHECK_THAT(shown, Catch::Contains("parallel: reading items from the terminal, one per line"));
  CHECK_THAT(shown, Catch::Contains("got one\r\n") && Catch::Contains("got two\r\n"));
}

TEST_CASE("columns are trimmed unless --trim says otherwise") {
  same("\"$@\" -k -C , 'echo \"[\"{1}\"][\"{2}\"]\"' ::: ' a , b ' c,d");
  same("\"$@\" -k --trim n -C , 'echo \"[\"{1}\"][\"{2}\"]\"' ::: ' a , b '");
  same("printf 'x,y\\n 1 , 2\\n' | \"$@\" --header : -C , 'echo \"[\"{x}\"][\"{y}\"]\"'");
  same("printf ' 1 , 2\\n' | \"$@\" 'echo \"[\"{}\"]\"'");
}

TEST_CASE("the tag of an empty item is a tab") {
  same("\"$@\" -k --tag echo x ::: '' b");
  same("\"$@\" -k --tagstring {} 'echo x; echo y' ::: '' b");
  same("\"$@\" -k --lb --tag echo x ::: '' b");
}

TEST_CASE("an item is appended also where -I has another sign for it") {
  same("\"$@\" -k -I ,, 'echo x; echo y' ::: a 'b c'");
  same("\"$@\" -k -I ,, 'echo {} | cat -' ::: /dev/null");
  same("\"$@\" -k -I ,, echo {} ::: a");
}
