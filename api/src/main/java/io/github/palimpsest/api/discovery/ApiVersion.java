package io.github.palimpsest.api.discovery;

import java.util.Arrays;

/**
 * The version of the API that a plugin was built against. A JAR may state in its manifest, as
 * {@code Palimpsest-Api}, the range that it works with, for example {@code [0.1,0.2)}.
 */
final class ApiVersion {
  /** The version of this API; a range must contain it. */
  static final String CURRENT = "0.2";

  /** The manifest attribute. */
  static final String ATTRIBUTE = "Palimpsest-Api";

  private ApiVersion() {}

  /**
   * Whether a range such as {@code [0.1,0.2)} or {@code [0.1,)} contains a version.
   *
   * @throws IllegalArgumentException if it is not a range
   */
  static boolean contains(String range, String version) {
    String r = range.trim();
    boolean closed = r.startsWith("[");
    boolean openEnd = r.endsWith(")");
    int comma = r.indexOf(',');
    if (!(closed || r.startsWith("(")) || !(openEnd || r.endsWith("]")) || comma < 0) {
      throw new IllegalArgumentException("'" + range + "' is not a range such as [0.1,0.2)");
    }
    String low = r.substring(1, comma).trim();
    String high = r.substring(comma + 1, r.length() - 1).trim();
    int toLow = low.isEmpty() ? 1 : compare(version, low);
    int toHigh = high.isEmpty() ? -1 : compare(version, high);
    return (toLow > 0 || (closed && toLow == 0)) && (toHigh < 0 || (!openEnd && toHigh == 0));
  }

  private static int compare(String a, String b) {
    return Arrays.compare(parts(a), parts(b));
  }

  private static int[] parts(String version) {
    try {
      int[] parts = Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
      return Arrays.copyOf(parts, 3);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + version + "' is not a version such as 0.1");
    }
  }
}
