package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kit says of each mutant, kept word by word in {@code verdicts/RULE.txt} and written
 * again with {@code -Dverdicts.update=true}. Numbers agree to 1e-3, as machines round differently;
 * a {@code #} in the file stands for any number.
 */
final class Pinned {
  private static final String UPDATE = "verdicts.update";

  /** A system property: of a regularizer, only the rule that a mutant breaks is tried. */
  static final String ALONE = "verdicts.alone";

  private static final Pattern NUMBER =
      Pattern.compile("(?<![\\w.])-?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?|NaN|-?Infinity|#");

  /** A place in code, without the numbers that change with other code. */
  private static final Pattern LINE =
      Pattern.compile("(?:lambda\\$)?(\\w+?)(?:\\$\\d+)?\\((\\w+\\.java):\\d+\\)");

  private Pinned() {}

  /**
   * Compares with the file, or writes it.
   *
   * @param mutant what is wrong with the subject
   * @param verdict what the kit says of it
   * @param broken every rule that the subject breaks, if all were tried
   */
  static void agrees(String mutant, Verdict verdict, List<String> broken) {
    String id = verdict.rule().id();
    List<String> lines = new ArrayList<>(rows(verdict.text()));
    if (!broken.isEmpty()) {
      lines.add("  breaks    " + String.join(", ", broken));
    }
    String actual = String.join("\n", lines);
    SortedMap<String, String> kept = Boolean.getBoolean(UPDATE) ? written(id) : read(id);
    String whole = kept.getOrDefault(mutant, "");
    String expected = broken.isEmpty() ? whole.replaceAll("\\n  breaks    .*", "") : whole;
    if (Boolean.getBoolean(UPDATE)) {
      if (!differs(expected, actual).isEmpty()) {
        kept.put(mutant, actual);
        write(id, kept);
      }
      return;
    }
    assertThat(differs(expected, actual))
        .as("the verdict on '%s' by %s; -D%s=true writes it again", mutant, id, UPDATE)
        .isEmpty();
  }

  /**
   * Fixture, expected and actual, without lines of code, and what names the machine or the rule.
   */
  private static List<String> rows(String text) {
    List<String> rows = new ArrayList<>();
    boolean in = false;
    for (String line : text.split("\n")) {
      if (!line.startsWith("            ")) {
        in = line.matches("  (fixture|expected|actual) .*");
      }
      if (in) {
        rows.add(LINE.matcher(line.stripTrailing()).replaceAll("$1($2)"));
      }
    }
    return rows;
  }

  /** Empty, or both texts. */
  private static String differs(String expected, String actual) {
    boolean same =
        NUMBER.matcher(expected).replaceAll("#").equals(NUMBER.matcher(actual).replaceAll("#"));
    Matcher e = NUMBER.matcher(expected);
    Matcher a = NUMBER.matcher(actual);
    while (same && e.find() && a.find()) {
      same = e.group().equals("#") || near(number(e.group()), number(a.group()));
    }
    return same ? "" : "expected\n" + expected + "\nbut it was\n" + actual;
  }

  private static double number(String text) {
    return text.equals("#") ? Double.NaN : Double.parseDouble(text);
  }

  private static boolean near(double e, double a) {
    return e == a
        || Double.isNaN(e) && Double.isNaN(a)
        || Math.abs(e - a) <= 1e-3 * Math.abs(e) + 1e-6;
  }

  private static Path file(String id) {
    return Path.of("src/test/resources/verdicts", id + ".txt");
  }

  private static SortedMap<String, String> read(String id) {
    try (InputStream in = Pinned.class.getResourceAsStream("/verdicts/" + id + ".txt")) {
      return in == null
          ? new TreeMap<>()
          : blocks(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SortedMap<String, String> written(String id) {
    try {
      return Files.exists(file(id)) ? blocks(Files.readString(file(id))) : new TreeMap<>();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SortedMap<String, String> blocks(String text) {
    SortedMap<String, String> blocks = new TreeMap<>();
    Arrays.stream(text.split("(?m)^## "))
        .filter(b -> !b.isBlank())
        .map(b -> b.split("\n", 2))
        .forEach(b -> blocks.put(b[0], b[1].stripTrailing()));
    return blocks;
  }

  private static void write(String id, SortedMap<String, String> blocks) {
    StringBuilder all = new StringBuilder();
    blocks.forEach((name, b) -> all.append("## ").append(name).append('\n').append(b).append('\n'));
    try {
      Files.createDirectories(file(id).getParent());
      Files.writeString(file(id), all.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
