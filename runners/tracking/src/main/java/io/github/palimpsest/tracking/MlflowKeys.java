package io.github.palimpsest.tracking;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Converts names and values to a form that an MLflow server accepts. The server rejects a whole
 * batch if one key has characters other than letters, digits and some signs, or is not a normalized
 * path. A changed name gets part of its hash as a suffix, so that different names keep different
 * keys. The keys are the same in every run and every process.
 */
final class MlflowKeys {
  /** Maximum length of a key in characters, in every version of the server. */
  private static final int KEY_LENGTH = 250;

  /** Maximum length of a parameter's value in characters; later versions accept 6000. */
  static final int VALUE_LENGTH = 500;

  /** Maximum length of a tag's value in characters; later versions accept 8000. */
  static final int TAG_LENGTH = 5000;

  /** Maximum length of an experiment's name in characters. */
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

  /** Whether every version of Python matches it with {@code \w}, or it is one of the signs. */
  private static boolean isAllowed(int c) {
    return Character.isLetterOrDigit(c) || "_-./ ".indexOf(c) >= 0;
  }

  /**
   * A value without the characters that no database accepts, cut to a maximum length. A cut value
   * ends in dots.
   */
  static String value(String text, int length) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c == 0 || Character.getType(c) == Character.SURROGATE ? '\ufffd' : c)
        .forEach(clean::appendCodePoint);
    String all = clean.toString();
    return all.length() <= length ? all : prefix(all, length - CUT.length()) + CUT;
  }

  /** The first characters; a surrogate pair is not split. */
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
