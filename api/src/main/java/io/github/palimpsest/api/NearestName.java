package io.github.palimpsest.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that is closest to a mistyped one. */
@Stable(since = "0.1")
public final class NearestName {
  private NearestName() {}

  /**
   * Offers the closest of the known names by edit distance without regard to case, if one is close
   * enough to be meant: at most a third of the longer name, but one edit is always allowed; or one
   * begins with the other, or differs only by a vendor prefix. Swapped neighbours count as one
   * edit.
   *
   * @param typed the mistyped name
   * @param known all allowed names
   */
  public static Optional<String> of(String typed, Collection<String> known) {
    return known.stream()
        .filter(k -> isClose(typed, k))
        .min(
            Comparator.comparingInt((String k) -> editDistance(typed, k))
                .thenComparing(Comparator.naturalOrder()));
  }

  /**
   * A sentence part such as {@code ; did you mean 'adamw'?} or, where nothing is close, {@code ;
   * known: adam, adamw}.
   */
  public static String hint(String typed, Collection<String> known) {
    String meant = meant(typed, known);
    return meant.isEmpty() && !known.isEmpty()
        ? "; known: " + String.join(", ", known.stream().sorted().toList())
        : meant;
  }

  /** A sentence part such as {@code ; did you mean 'adamw'?}, empty where nothing is close. */
  public static String meant(String typed, Collection<String> known) {
    return of(typed, known).map(n -> "; did you mean '" + n + "'?").orElse("");
  }

  private static boolean isClose(String typed, String known) {
    int longer = Math.max(typed.length(), known.length());
    int shorter = Math.min(typed.length(), known.length());
    int most = Math.max(1, longer / 3);
    // what was typed may be as long as a file: lengths that differ by more need no table
    return (longer - shorter <= most && editDistance(typed, known) <= most)
        || (shorter > 2 && (known.startsWith(typed) || typed.startsWith(known)))
        || known.endsWith("." + typed);
  }

  /** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
  private static int editDistance(String typed, String known) {
    String a = typed.toLowerCase(Locale.ROOT);
    String b = known.toLowerCase(Locale.ROOT);
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int substitution = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(substitution, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
