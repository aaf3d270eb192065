package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One value of an experiment file, with variables filled in and its place for error messages.
 *
 * @param key its path, for messages: {@code training.batch}
 * @param text the value
 * @param place its beginning
 * @param from the folder of the command line, where the value begins with one of its values
 */
public record YamlScalar(String key, String text, Place place, Optional<Path> from) {
  /** The value as a path, or as a name in place of one. */
  WrittenPath path() {
    return new WrittenPath(text, from);
  }

  /** The value, which must not be empty. */
  public String nonEmpty() {
    if (text.isBlank()) {
      throw place.error("'" + key + "' must not be empty");
    }
    return text;
  }

  /** A name, independent of its written Unicode form. */
  String name() {
    return name(nonEmpty());
  }

  /** A name in the composed form, NFC; file names of some systems are decomposed. */
  static String name(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /** A whole number from {@code min} to {@code max}, both included. */
  public long integer(long min, long max) {
    try {
      long value = Long.parseLong(text.trim());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) { // not a number, or too many digits
      throw outside("a whole number from " + min + " to " + max);
    }
    throw outside("a whole number from " + min + " to " + max);
  }

  /** A finite number of at least {@code min}. */
  double real(double min) {
    String range = "a number of at least " + (min == 0 ? "0" : Double.toString(min));
    try {
      double value = Double.parseDouble(text.trim());
      if (value >= min && Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw outside(range);
    }
    throw outside(range);
  }

  /** A number above 0 and at most {@code most}. */
  double positive(long most) {
    String range = "a number above 0 and at most " + most;
    try {
      double value = Double.parseDouble(text.trim());
      if (value > 0 && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw outside(range);
    }
    throw outside(range);
  }

  private PalimpsestException outside(String range) {
    return place.error("'" + key + "' is '" + text + "', and must be " + range);
  }

  /** {@code true} or {@code false}. */
  public boolean flag() {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw place.error("'" + key + "' is '" + text + "', and must be true or false");
  }

  /** One of the constants of an enum, by the word that its {@code toString} gives. */
  public <E extends Enum<E>> E choice(Class<E> type) {
    List<String> words = Arrays.stream(type.getEnumConstants()).map(Enum::toString).toList();
    return type.getEnumConstants()[words.indexOf(word(words))];
  }

  /** One of some words. */
  public String word(List<String> words) {
    if (!words.contains(text)) {
      String near = NearestName.meant(text, words);
      throw place.error(
          "'" + key + "' is '" + text + "'" + near + " (one of " + String.join(", ", words) + ")");
    }
    return text;
  }
}
