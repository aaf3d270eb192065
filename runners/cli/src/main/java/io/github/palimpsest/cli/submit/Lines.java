package io.github.palimpsest.cli.submit;

import io.github.palimpsest.results.text.ShellWord;
import java.util.List;
import java.util.stream.Collectors;

/** Text from outside in a file that another program reads. */
final class Lines {
  /** Tells shellcheck that a dollar sign in a name is meant. */
  static final String LITERAL = "# shellcheck disable=SC2016 # names are taken literally\n";

  private Lines() {}

  /** A command line of such words. */
  static String quoted(List<String> words) {
    return words.stream().map(ShellWord::quoted).collect(Collectors.joining(" "));
  }

  /** Lines of a comment. */
  static String comment(List<String> lines) {
    return lines.stream().map(line -> "# " + line + "\n").collect(Collectors.joining());
  }
}
