package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.MeasureRule.MEA_01;
import static io.github.palimpsest.tck.rule.MeasureRule.MEA_02;
import static io.github.palimpsest.tck.rule.MeasureRule.MEA_03;
import static io.github.palimpsest.tck.rule.MeasureRule.MEA_04;
import static io.github.palimpsest.tck.rule.MeasureRule.MEA_05;
import static io.github.palimpsest.tck.rule.MeasureRule.MEA_06;
import static io.github.palimpsest.tck.rule.MeasureRule.MEA_07;
import static io.github.palimpsest.tck.rule.MeasureRule.MEA_08;

import io.github.palimpsest.api.measure.ChoiceMeasure;
import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.ModelAnswers;
import io.github.palimpsest.tck.rig.ModelAnswers.Favoured;
import io.github.palimpsest.tck.rig.ModelAnswers.Quality;
import io.github.palimpsest.tck.rule.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The checks of measures, on made-up answers. No graph is needed. */
final class MeasureChecks implements KindChecks {
  private static final double CLOSE = 1e-9;

  private final Subject<Measure> subject;

  MeasureChecks(Subject<Measure> subject) {
    this.subject = subject;
  }

  @Override
  public Map<Rule, Trial> trials() {
    return Map.of(
        MEA_01, this::aFunctionOfTheAnswers,
        MEA_02, this::orderIsIrrelevant,
        MEA_03, this::betterIsNeverWorse,
        MEA_04, this::perfectIsBest,
        MEA_05, this::finite,
        MEA_06, this::twiceIsOnce,
        MEA_07, this::sharesAreShares,
        MEA_08, this::chosenAgreesWithScore);
  }

  @Override
  public String behaviour() {
    Measure measure = subject.create();
    StringBuilder seen = new StringBuilder();
    for (Quality q : Quality.values()) {
      List<ItemScore> items = ModelAnswers.scores(measure, q);
      seen.append(items).append(measure.aggregate(items)).append('\n');
    }
    return seen.append(measure.unit()).append(measure.higherIsBetter()).append(measure.best()) + "";
  }

  private static String fixture(Quality quality) {
    return quality.words() + " answers to " + ModelAnswers.ITEMS + " items";
  }

  private void aFunctionOfTheAnswers() {
    Measure measure = subject.create();
    for (Quality q : Quality.values()) {
      List<ItemScore> first = ModelAnswers.scores(measure, q);
      List<ItemScore> again = ModelAnswers.scores(measure, q);
      List<ItemScore> backwards = ModelAnswers.scoresBackwards(measure, q);
      Expect.that(
          first.equals(again),
          () ->
              new Finding(
                  fixture(q) + ", asked twice", "" + first, "" + again, "state between calls"));
      Expect.that(
          first.equals(backwards),
          () ->
              new Finding(
                  fixture(q) + ", asked from the last to the first",
                  "" + first,
                  "" + backwards,
                  "state between calls"));
    }
  }

  private void orderIsIrrelevant() {
    Measure measure = subject.create();
    for (Quality q : Quality.values()) {
      List<ItemScore> items = new ArrayList<>(ModelAnswers.scores(measure, q));
      double value = measure.aggregate(List.copyOf(items));
      for (int turn = 1; turn < items.size(); turn++) {
        Collections.rotate(items, 1);
        same(fixture(q) + ", the items rotated by " + turn, value, measure.aggregate(items));
      }
      Collections.reverse(items);
      same(fixture(q) + ", the items in reverse order", value, measure.aggregate(items));
    }
  }

  private static void same(String fixture, double expected, double actual) {
    boolean near = Math.abs(expected - actual) <= CLOSE * Math.max(1, Math.abs(expected));
    Expect.that(
        near || Double.compare(expected, actual) == 0,
        () -> new Finding(fixture, "" + expected, "" + actual));
  }

  private void betterIsNeverWorse() {
    Measure measure = subject.create();
    double sign = measure.higherIsBetter() ? 1 : -1;
    String direction = measure.higherIsBetter() ? " (higher is better)" : " (lower is better)";
    Quality[] all = Quality.values(); // from the worst to the best
    for (int i = 1; i < all.length; i++) {
      Quality worse = all[i - 1];
      Quality better = all[i];
      List<ItemScore> low = ModelAnswers.scores(measure, worse);
      List<ItemScore> high = ModelAnswers.scores(measure, better);
      for (int item = 0; item < low.size(); item++) {
        int at = item;
        double was = low.get(at).score();
        double is = high.get(at).score();
        boolean counts = low.get(at).weight() > 0 && high.get(at).weight() > 0;
        Expect.that(
            !counts || sign * (is - was) >= -CLOSE,
            () ->
                new Finding(
                    "item " + at + ", a " + better.words() + " answer after a " + worse.words(),
                    "no worse than " + was + direction,
                    "" + is,
                    "the wrong direction"));
      }
      double was = measure.aggregate(low);
      double is = measure.aggregate(high);
      Expect.that(
          sign * (is - was) >= -CLOSE * Math.max(1, Math.abs(was)),
          () ->
              new Finding(
                  "the set, " + better.words() + " answers after " + worse.words() + " ones",
                  "no worse than " + was + direction,
                  "" + is,
                  "the wrong direction"));
    }
  }

  private void perfectIsBest() {
    Measure measure = subject.create();
    double best = measure.best();
    double sign = measure.higherIsBetter() ? 1 : -1;
    for (Quality q : Quality.values()) {
      double value = measure.aggregate(ModelAnswers.scores(measure, q));
      boolean perfect = q == Quality.PERFECT;
      Expect.that(
          perfect ? Math.abs(value - best) <= CLOSE : sign * (value - best) <= CLOSE,
          () ->
              new Finding(
                  fixture(q),
                  perfect ? "best(), which is " + best : "no better than best(), " + best,
                  "" + value));
    }
    double bad = measure.aggregate(ModelAnswers.scores(measure, Quality.BAD));
    Expect.that(
        Math.abs(bad - best) > CLOSE,
        () ->
            new Finding(
                fixture(Quality.BAD),
                "a score worse than best(), " + best,
                "" + bad,
                "a constant"));
  }

  private void finite() {
    Measure measure = subject.create();
    Expect.that(
        Double.isFinite(measure.best()),
        () -> new Finding("best()", "a finite number", "" + measure.best()));
    for (Quality q : Quality.values()) {
      List<ItemScore> items = ModelAnswers.scores(measure, q);
      Expect.that(
          items.stream().allMatch(i -> Double.isFinite(i.score())),
          () ->
              new Finding(
                  fixture(q) + ", one of them without text",
                  "finite scores",
                  "" + items,
                  "a division by a length that is 0"));
      double value = measure.aggregate(items);
      Expect.that(
          Double.isFinite(value), () -> new Finding(fixture(q), "a finite aggregate", "" + value));
    }
  }

  private void twiceIsOnce() {
    Measure measure = subject.create();
    for (Quality q : Quality.values()) {
      List<ItemScore> items = ModelAnswers.scores(measure, q);
      List<ItemScore> twice = new ArrayList<>(items);
      twice.addAll(items);
      same(fixture(q) + ", each twice", measure.aggregate(items), measure.aggregate(twice));
    }
  }

  private void sharesAreShares() {
    Measure measure = subject.create();
    if (!measure.unit().isEmpty()) {
      return;
    }
    for (Quality q : Quality.values()) {
      List<ItemScore> items = ModelAnswers.scores(measure, q);
      double value = measure.aggregate(items);
      Expect.that(
          share(value) && items.stream().allMatch(i -> share(i.score())),
          () ->
              new Finding(
                  fixture(q), "from 0 to 1, since unit() is empty", value + " of " + items));
    }
  }

  /**
   * The opposite of the last part is not asked: a right choice may get less than a perfect answer,
   * as the share of probability that is on it.
   */
  private void chosenAgreesWithScore() {
    if (!(subject.create() instanceof ChoiceMeasure measure)) {
      return;
    }
    for (Favoured f : ModelAnswers.favoured()) {
      int chosen = measure.chosen(f.answer());
      int last = f.answer().choices().size() - 1;
      Expect.that(
          chosen >= 0 && chosen <= last,
          () -> new Finding(f.words(), "a choice from 0 to " + last, "" + chosen));
      f.certain()
          .ifPresent(
              c ->
                  Expect.that(
                      chosen == c,
                      () -> new Finding(f.words(), "choice " + c, "choice " + chosen)));
      ItemScore score = measure.score(f.answer());
      double best = measure.score(f.perfect()).score();
      boolean tells = Math.abs(best - measure.score(f.bad()).score()) > CLOSE;
      boolean perfect = Math.abs(best - score.score()) <= CLOSE;
      Expect.that(
          !(tells && perfect && score.weight() > 0) || f.answer().isRight(chosen),
          () ->
              new Finding(
                  f.words(),
                  "a right choice, since the score is " + score.score() + ", as of perfect answers",
                  "choice " + chosen + ", which is wrong",
                  "another choice than the one that is scored"));
    }
  }

  private static boolean share(double value) {
    return value >= 0 && value <= 1;
  }
}
