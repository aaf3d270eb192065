package io.github.palimpsest.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.cli.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folder in which the commands of a page run, within this process: paths of the page are
 * relative to it.
 *
 * @param folder the folder
 */
record PageFolder(Path folder) {
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");
  private static final Pattern PIECES = Pattern.compile("(--?[\\w-]+=|\\w+=)?(.*)", Pattern.DOTALL);

  /** Options that name what a command writes. */
  private static final Set<String> NEW =
      Set.of("--out", "--folder", "--adapter-out", "--certificate");

  void write(Page.WrittenFile file) throws IOException {
    Path path = folder.resolve(file.name());
    Files.createDirectories(path.getParent());
    Files.writeString(path, String.join("\n", file.lines()) + "\n");
  }

  List<String> read(String name) throws IOException {
    return Files.readAllLines(folder.resolve(name));
  }

  /** Runs a command and returns the lines that it prints, with the paths of the page. */
  List<String> run(String line) throws IOException {
    List<String> words = words(line);
    String printed =
        switch (words.get(0)) {
          case "palimpsest" -> {
            Command run = Command.run(words.subList(1, words.size()).toArray());
            yield run.out() + run.err();
          }
          case "cat" -> Files.readString(Path.of(words.get(1)));
          default -> throw new IllegalStateException("no command of pages: " + line);
        };
    return printed.replace(folder + "/", "").replace(folder.toString(), ".").lines().toList();
  }

  private List<String> words(String line) {
    List<String> words = new ArrayList<>();
    for (Matcher m = WORD.matcher(line); m.find(); ) {
      String word = m.group(1) != null ? m.group(1) : m.group(2) != null ? m.group(2) : m.group(3);
      String before = words.isEmpty() ? "" : words.get(words.size() - 1);
      Matcher pieces = PIECES.matcher(word);
      assertThat(pieces.matches()).isTrue();
      String option = pieces.group(1) == null ? "" : pieces.group(1);
      words.add(option + (NEW.contains(before) ? inFolder(word) : known(pieces.group(2))));
    }
    int last = words.size() - 1;
    if (line.matches("palimpsest (new-plugin|import) .*")) {
      words.set(last, inFolder(words.get(last)));
    }
    return words;
  }

  private String known(String word) {
    boolean path = word.matches("[\\w./-]+") && !word.startsWith("/");
    return path && Files.exists(folder.resolve(word)) ? inFolder(word) : word;
  }

  private String inFolder(String word) {
    return folder.resolve(word).toString();
  }
}
