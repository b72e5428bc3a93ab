// --pipe and --pipepart in GNU parallel's place, beside it where it is installed.
#include "beside_parallel.hpp"

using namespace test;
using Catch::Contains;

TEST_CASE("blocks are those of GNU parallel") {
  for (const char* const script : {
           "\"$@\" --pipe 'echo job; wc -c' < /dev/null",
           "printf 'a\\nb\\nc' | \"$@\" -k --pipe -N2 'echo j{#}; cat; echo .'",
           "seq 10 | \"$@\" -k --pipe -L3 'echo j{#}; cat'",
           "seq 10 | \"$@\" -k --pipe -L3 -N2 'echo j{#}; cat'",
           "seq 10 | \"$@\" -k --pipe -n3 'echo j{#}; cat'",
           "seq 100000 | \"$@\" -k --pipe --block 100K wc",
           "seq 100000 | \"$@\" -k --pipe --block 100k wc",
           "seq 3000 | \"$@\" -k --pipe --block 1.5k wc",
           "seq 3000 | \"$@\" -k --pipe --block 0.5k wc",
           "seq 3000 | \"$@\" -k --pipe --block 1Ki wc",
           "seq 3000 | \"$@\" -k --pipe --block 500.5 wc",
           "seq 3 | \"$@\" -k --spreadstdin 'cat; echo x{}y{#}'",
           "printf 'aaaaaaaaaaaaaaaa\\nb\\n' | \"$@\" -k --block 4 --pipe 'echo j{#}; cat'",
           "seq 4 | \"$@\" -k --pipe -N1 'cat; exit {#}'",
       })
    same(script);
}

TEST_CASE("records begin and end as for GNU parallel") {
  for (const char* const script : {
           "printf abcdefghij | \"$@\" -k --recend '' --block 3 --pipe 'cat; echo'",
           "printf a,b,c,d | \"$@\" -k --recend , --rrs -N2 --pipe 'cat; echo'",
           "printf '/foo, bar/, /baz, ' | \"$@\" -k --recend ', ' --pipe -N1 'cat; echo'",
           "printf 'x>a>b>c' | \"$@\" -k --recstart '>' -N1 --pipe 'cat; echo'",
           "printf '>a>b>c' | \"$@\" -k --recstart '>' -N2 --pipe 'cat; echo'",
           "printf '>a\\n>b\\nc\\n>d' | \"$@\" -k --recend '\\n' --recstart '>' -N1 --pipe 'cat; "
           "echo'",
           "printf 'a\\0b' | \"$@\" -k --recend '\\0' --pipe -N1 'tr \"\\0\" z; echo'",
           "printf a1b2c3 | \"$@\" -k --regexp --recend '[0-9]' -N1 --pipe 'cat; echo'",
           "printf a1b2c3 | \"$@\" -k --regexp --recend '[0-9]' --rrs -N1 --pipe 'cat; echo'",
           "printf a1b2c3d4 | \"$@\" -k --regexp --recend '[0-9]' --block 5 --pipe 'cat; echo'",
           "printf '@@a@b@@@@c@@' | \"$@\" -k --recend @@ --rrs -N1 --pipe 'cat; echo .'",
           "seq 3 | \"$@\" -k -j2 -q -I,, --pipe -N1 sh -c 'cat; echo {}'",
           "printf 'x>a>b' | \"$@\" -k --regexp --recstart '>' -N1 --pipe 'cat; echo'",
           "printf abc | \"$@\" -k --regexp --recend '' -N1 --pipe 'cat; echo'",
       })
    same(script);
}

TEST_CASE("headers are those of GNU parallel") {
  for (const char* const script : {
           "printf 'h\\n1\\n2\\n3\\n' | \"$@\" -k --header : --pipe -N2 'echo j{#}; cat'",
           "printf 'h\\n1\\n2\\n3\\n' | \"$@\" -k --header 2 --pipe -N1 'echo j{#}; cat'",
           "printf '#h\\n#1\\n2\\n3\\n' | \"$@\" -k --header '(#.*\\n)*' --pipe -N1 'echo j{#}; "
           "cat'",
           "seq 30000 | \"$@\" -k --pipe --block 10k --header 1 wc",
       })
    same(script);
}

TEST_CASE("parts of a file are those of GNU parallel") {
  for (const char* const options :
       {"--block 10k wc", "-j2 wc -l", "-j3 --block -2 wc", "--block 10k --header 1 wc",
        "--block 5000 --regexp --recend '1\\n' md5sum", "--block 3k --recend '' md5sum",
        "--recend '\\n' --recstart 7 --block 1k md5sum"})
    same("seq 30000 > f; \"$@\" -k --pipepart -a f " + std::string(options));
}

TEST_CASE("blocks go to running jobs, by name and by value as for GNU parallel") {
  for (const char* const script : {
           "seq 12 | \"$@\" -k --pipe -j3 --round-robin -N1 'echo j{#}; cat'",
           "seq 2 | \"$@\" -k --pipe -j4 --round-robin -N1 'echo j{#}; cat'",
           "seq 12 | \"$@\" -k --header : --pipe -j3 --round-robin -N2 'echo j{#}; cat'",
           "seq 3 | \"$@\" -k --pipe -N1 --cat 'cat {}; cat {}; cat'",
           "seq 3 | \"$@\" -k --pipe -N2 --fifo 'cat {}'",
           "seq 3 | \"$@\" -k --pipe --cat 'exit 3'",
           "seq 3000 | \"$@\" -k -j3 --pipe --tee 'wc {}' ::: -l -w -c",
           "seq 20 | \"$@\" -k --pipe -j3 --bin 1 'echo j{#}; cat'",
           "printf 'x 1\ny 2\nz 3\nz 1\n' | \"$@\" -k --pipe -j3 --colsep ' ' --bin 2 cat",
           "printf 'a\t1\na\t2\nb\t3\n' | \"$@\" -k --pipe --group-by 1 -N1 'echo j; cat'",
           "printf 'k,v\na,1\na,2\nb,3\nc,4\n' | \"$@\" -k --pipe --colsep , --header : "
           "--group-by k -N1 'echo j; cat'",
       })
    same(script);
}
