package io.github.palimpsest.results.folder;

/** What an evaluation set is scored with. The words are those of the experiment file. */
public enum Measure {
  /** Mean negative log-likelihood of a target token; lower is better. */
  NATS_PER_TOKEN("nats-per-token", false),
  /** Share of examples whose greedily generated answer is the expected one; higher is better. */
  EXACT_MATCH("exact-match", true),
  /** Share of multiple-choice examples whose right choice is the likeliest; higher is better. */
  ACCURACY("accuracy", true);

  private final String word;
  private final boolean higherIsBetter;

  Measure(String word, boolean higherIsBetter) {
    this.word = word;
    this.higherIsBetter = higherIsBetter;
  }

  /**
   * The measure with a word, as results have it.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Measure of(String word) {
    for (Measure m : values()) {
      if (m.word.equals(word)) {
        return m;
      }
    }
    throw new IllegalArgumentException("no measure '" + word + "'");
  }

  /** Whether a higher score is the better one. */
  public boolean higherIsBetter() {
    return higherIsBetter;
  }

  @Override
  public String toString() {
    return word;
  }
}
