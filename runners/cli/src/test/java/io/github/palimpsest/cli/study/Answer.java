package io.github.palimpsest.cli.study;

import io.github.palimpsest.results.analysis.Conclusion;
import io.github.palimpsest.results.analysis.Effect;
import java.util.List;

/** The answer to a primary question, by the rule of the study's design over its experiments. */
enum Answer {
  YES("yes"),
  NO("no"),
  DEPENDS("it depends"),
  OPEN("open");

  /** The number of experiments that an answer takes. */
  static final int ENOUGH = 3;

  private final String word;

  Answer(String word) {
    this.word = word;
  }

  /** What one experiment says. */
  enum Side {
    LESS("less"),
    MORE("more"),
    NO_DIFFERENCE("no relevant difference"),
    OPEN("open");

    private final String word;

    Side(String word) {
      this.word = word;
    }

    /** What an effect on forgetting says, in which less is better. */
    static Side of(Effect effect) {
      return of(effect.conclusion().verdict(), effect.estimate());
    }

    static Side of(Conclusion.Verdict verdict, double estimate) {
      return switch (verdict) {
        case EFFECT -> estimate < 0 ? LESS : MORE;
        case NO_RELEVANT_EFFECT -> NO_DIFFERENCE;
        case OPEN, UNTESTED, EXPLORATORY -> OPEN;
      };
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /**
   * Whether something reduces forgetting.
   *
   * @param sides what each experiment says
   */
  static Answer of(List<Side> sides) {
    long less = sides.stream().filter(s -> s == Side.LESS).count();
    long more = sides.stream().filter(s -> s == Side.MORE).count();
    long none = sides.stream().filter(s -> s == Side.NO_DIFFERENCE).count();
    if (less > 0 && more > 0) {
      return DEPENDS;
    }
    if (less >= ENOUGH) {
      return YES;
    }
    return less == 0 && more + none >= ENOUGH ? NO : OPEN;
  }

  @Override
  public String toString() {
    return word;
  }
}
