package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.data.ReadList;
import java.util.List;
import java.util.stream.IntStream;

/** Takes some of many in equal distances, so that no part of a file is preferred. */
public final class Spread {
  private Spread() {}

  /**
   * @param most how many to take at most; 0 for all
   */
  public static <T> List<T> over(List<T> all, int most) {
    if (most == 0 || most >= all.size()) {
      return all;
    }
    return ReadList.select(
        all, IntStream.range(0, most).map(i -> (int) ((long) i * all.size() / most)).toArray());
  }
}
