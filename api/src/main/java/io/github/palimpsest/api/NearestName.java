package io.github.palimpsest.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known name that a mistyped one most likely means. */
public final class NearestName {
  private NearestName() {}

  /**
   * Offers the closest of the known names by edit distance, if one is close enough to be meant (at
   * most a third of the longer name, and at least one edit is always allowed).
   *
   * @param typed what was written
   * @param known all names that would have been right
   */
  public static Optional<String> of(String typed, Collection<String> known) {
    return known.stream()
        .filter(
            k ->
                editDistance(typed, k) <= Math.max(1, Math.max(typed.length(), k.length()) / 3)
                    || (typed.length() > 2 && (k.startsWith(typed) || typed.startsWith(k))))
        .min(
            Comparator.comparingInt((String k) -> editDistance(typed, k))
                .thenComparing(Comparator.naturalOrder()));
  }

  /**
   * A sentence part such as {@code ; did you mean 'adamw'?} or, where nothing is close, {@code ;
   * known: adam, adamw}.
   */
  public static String hint(String typed, Collection<String> known) {
    return of(typed, known)
        .map(n -> "; did you mean '" + n + "'?")
        .orElseGet(
            () ->
                known.isEmpty()
                    ? ""
                    : "; known: " + String.join(", ", known.stream().sorted().toList()));
  }

  private static int editDistance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substitution, 1 + Math.min(previous[j], row[j - 1]));
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
