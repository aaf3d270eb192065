package io.github.palimpsest.tracking;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Names and values as an MLflow server takes them. It refuses a whole batch for one key that has
 * other characters than letters, digits and some signs, or that is not its own normal form as a
 * path. A name that is changed gets a part of its hash, so that names which would become the same
 * stay apart, in every run and every process alike.
 */
final class MlflowKeys {
  /** Most characters of a key, in every version of the server. */
  private static final int KEY_LENGTH = 250;

  /** Most characters of a parameter's value; later versions take 6000. */
  static final int VALUE_LENGTH = 500;

  /** Most characters of a tag's value; later versions take 8000. */
  static final int TAG_LENGTH = 5000;

  /** Most characters of an experiment's name. */
  static final int NAME_LENGTH = 500;

  private static final String CUT = "...";
  private static final int HASH_BYTES = 4;

  private MlflowKeys() {}

  /** The key of a metric or a parameter. */
  static String of(String name) {
    StringBuilder allowed = new StringBuilder();
    Normalizer.normalize(name, Normalizer.Form.NFC)
        .codePoints()
        .map(c -> isAllowed(c) ? c : '_')
        .forEach(allowed::appendCodePoint);
    List<String> path = new ArrayList<>();
    for (String part : allowed.toString().split("/")) {
      String step = part.strip();
      if (!step.isEmpty()) {
        path.add(step.chars().allMatch(c -> c == '.') ? "_".repeat(step.length()) : step);
      }
    }
    String key = path.isEmpty() ? "_" : String.join("/", path);
    if (key.equals(name) && key.length() <= KEY_LENGTH) {
      return key;
    }
    String hash = "-" + hash(name);
    return prefix(key, KEY_LENGTH - hash.length()) + hash;
  }

  /** What Python's {@code \w} is sure to match, in whatever version, and the signs. */
  private static boolean isAllowed(int c) {
    return Character.isLetterOrDigit(c) || "_-./ ".indexOf(c) >= 0;
  }

  /** A value, without what no database takes, cut visibly to a number of characters. */
  static String value(String text, int length) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c == 0 || Character.getType(c) == Character.SURROGATE ? '\ufffd' : c)
        .forEach(clean::appendCodePoint);
    String all = clean.toString();
    return all.length() <= length ? all : prefix(all, length - CUT.length()) + CUT;
  }

  /** The first characters, and no half of one. */
  private static String prefix(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end);
  }

  private static String hash(String name) {
    try {
      byte[] all =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(all, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
