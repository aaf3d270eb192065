package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.measure.ChoiceAnswer;
import io.github.palimpsest.api.measure.GeneratedAnswer;
import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.measure.TargetAnswer;
import io.github.palimpsest.tck.rule.MeasureRule;
import io.github.palimpsest.tck.rule.SpiRule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class MeasureMutantsTest {
  private static final Pattern NUMBER = Pattern.compile("-?[0-9][0-9.,]*");

  private static Stub.OfMeasure measure(Measure measure) {
    return new Stub.OfMeasure(s -> measure);
  }

  private static ItemScore nats(TargetAnswer a) {
    return ItemScore.of(a.nats() / a.targets()).weighted(a.targets());
  }

  /** What counts is a unit of text, of which an item may have none. */
  private static ItemScore natsPer(double units, TargetAnswer a) {
    return units == 0
        ? ItemScore.of(0).weighted(0)
        : ItemScore.of(a.nats() / units).weighted(units);
  }

  private static ItemScore natsPerWord(TargetAnswer a) {
    return natsPer(a.text().split("\\s+").length, a);
  }

  private static ItemScore bitsPerByte(TargetAnswer a) {
    ItemScore nats = natsPer(a.bytes(), a);
    return ItemScore.of(nats.score() / Math.log(2)).weighted(nats.weight());
  }

  private static int likeliest(ChoiceAnswer a, boolean byBytes) {
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < a.choices().size(); c++) {
      int length = byBytes ? a.choices().get(c).getBytes(StandardCharsets.UTF_8).length : 1;
      if (a.logLikelihood(c) / length > highest) {
        highest = a.logLikelihood(c) / length;
        best = c;
      }
    }
    return best;
  }

  private static ItemScore right(boolean right) {
    return ItemScore.of(right ? 1 : 0);
  }

  /** TruthfulQA MC2: the probability of the right choices among all. */
  private static ItemScore mc2(ChoiceAnswer a) {
    double all = 0;
    double right = 0;
    for (int c = 0; c < a.choices().size(); c++) {
      double p = Math.exp(a.logLikelihood(c));
      all += p;
      right += a.isRight(c) ? p : 0;
    }
    return ItemScore.of(right / all);
  }

  /** MC1: whether the likeliest choice is right; the same as accuracy where one is right. */
  private static ItemScore mc1(ChoiceAnswer a) {
    return right(a.isRight(likeliest(a, false)));
  }

  private static ItemScore byBytes(ChoiceAnswer a) {
    return right(a.isRight(likeliest(a, true)));
  }

  private static String lastNumber(String text) {
    Matcher m = NUMBER.matcher(text);
    String last = "";
    while (m.find()) {
      last = m.group();
    }
    return last;
  }

  private static ItemScore lastNumber(GeneratedAnswer a) {
    String given = lastNumber(a.text());
    return right(a.expected().stream().anyMatch(e -> lastNumber(e).equals(given)));
  }

  private static ItemScore words(GeneratedAnswer a) {
    List<String> given = List.of(a.text().split(" "));
    return ItemScore.of(
        a.expected().stream()
            .mapToDouble(
                e -> {
                  List<String> left = new ArrayList<>(List.of(e.split(" ")));
                  int all = given.size() + left.size();
                  return 2.0 * given.stream().filter(left::remove).count() / all;
                })
            .max()
            .orElseThrow());
  }

  /** The class that is given and the class that is right, for a measure of the whole set. */
  private static ItemScore classes(ChoiceAnswer a) {
    int given = likeliest(a, false);
    int wanted =
        a.isRight(given)
            ? given
            : IntStream.range(0, a.choices().size()).filter(a::isRight).findFirst().orElseThrow();
    return right(given == wanted).with(given, wanted);
  }

  /** The mean over classes of their F1. */
  private static double macroF1(List<ItemScore> items) {
    return IntStream.range(0, 5)
        .filter(c -> items.stream().anyMatch(i -> i.part(0) == c || i.part(1) == c))
        .mapToDouble(
            c -> {
              double both = items.stream().filter(i -> i.part(0) == c && i.part(1) == c).count();
              double either = items.stream().filter(i -> i.part(0) == c).count();
              return 2 * both / (either + items.stream().filter(i -> i.part(1) == c).count());
            })
        .average()
        .orElseThrow();
  }

  private static Map<String, Measure> sound() {
    Map<String, Measure> all = new LinkedHashMap<>();
    all.put("nats per token", Scale.NATS.targets(MeasureMutantsTest::nats));
    all.put("token perplexity", Scale.PERPLEXITY.targets(MeasureMutantsTest::nats));
    all.put("word perplexity", Scale.PERPLEXITY.targets(MeasureMutantsTest::natsPerWord));
    all.put("byte perplexity", Scale.PERPLEXITY.targets(a -> natsPer(a.bytes(), a)));
    all.put(
        "bits per byte",
        new Scale("bits per byte", false, 0, ItemScore::mean)
            .targets(MeasureMutantsTest::bitsPerByte));
    all.put("accuracy of greedy text", Scale.SHARE.targets(a -> right(a.right() == a.targets())));
    all.put("accuracy by sum", Scale.SHARE.choices(a -> right(a.isRight(likeliest(a, false)))));
    all.put(
        "accuracy by bytes",
        Scale.SHARE.choices(MeasureMutantsTest::byBytes, a -> likeliest(a, true)));
    all.put("accuracy with a threshold", Scale.SHARE.choices(a -> right(mc2(a).score() > 0.9)));
    all.put("MC1", Scale.SHARE.choices(MeasureMutantsTest::mc1));
    all.put("MC2", Scale.SHARE.choices(MeasureMutantsTest::mc2));
    all.put(
        "macro F1",
        new Scale("", true, 1, MeasureMutantsTest::macroF1).choices(MeasureMutantsTest::classes));
    all.put("last number", Scale.SHARE.answers(MeasureMutantsTest::lastNumber));
    all.put("F1 of words", Scale.SHARE.answers(MeasureMutantsTest::words));
    return all;
  }

  private static List<Mutant> mutants() {
    int[] asked = {0};
    return List.of(
        new Mutant(
            MeasureRule.MEA_01,
            "state kept between calls",
            measure(Scale.NATS.targets(a -> ItemScore.of(asked[0]++))),
            "state between calls"),
        new Mutant(
            MeasureRule.MEA_01,
            "the first item is another",
            new Stub.OfMeasure(
                s -> {
                  boolean[] begun = {false};
                  return Scale.NATS.targets(
                      a -> {
                        double nats = begun[0] ? a.nats() : 0;
                        begun[0] = true;
                        return ItemScore.of(nats);
                      });
                }),
            "state between calls"),
        new Mutant(
            MeasureRule.MEA_01,
            "no kind of measure",
            measure(
                new Measure() {
                  @Override
                  public String unit() {
                    return "";
                  }

                  @Override
                  public boolean higherIsBetter() {
                    return true;
                  }

                  @Override
                  public double best() {
                    return 1;
                  }
                }),
            "the kit cannot ask the model"),
        new Mutant(
            MeasureRule.MEA_02,
            "the last item is taken for all",
            measure(
                new Scale("nats", false, 0, items -> items.get(items.size() - 1).score())
                    .targets(MeasureMutantsTest::nats)),
            "rotated by 1"),
        new Mutant(
            MeasureRule.MEA_03,
            "the wrong direction",
            measure(new Scale("", false, 0, ItemScore::mean).choices(MeasureMutantsTest::mc1)),
            "the wrong direction"),
        new Mutant(
            MeasureRule.MEA_03,
            "the wrong sign of the set alone",
            measure(
                new Scale("", true, 1, items -> 1 - ItemScore.mean(items))
                    .answers(MeasureMutantsTest::lastNumber)),
            "the set"),
        new Mutant(
            MeasureRule.MEA_04,
            "a perplexity whose best is 0",
            measure(
                new Scale("perplexity", false, 0, items -> Math.exp(ItemScore.mean(items)))
                    .targets(MeasureMutantsTest::nats)),
            "best(), which is 0"),
        new Mutant(
            MeasureRule.MEA_04,
            "a best that answers surpass",
            measure(new Scale("words", true, 1, ItemScore::mean).answers(a -> ItemScore.of(2))),
            "best()"),
        new Mutant(
            MeasureRule.MEA_05,
            "a division by the bytes of an end token",
            measure(Scale.NATS.targets(a -> ItemScore.of(a.nats() / a.bytes()))),
            "a length that is 0"),
        new Mutant(
            MeasureRule.MEA_05,
            "an aggregate of nothing",
            measure(
                new Scale("nats", false, 0, items -> Double.NaN).targets(MeasureMutantsTest::nats)),
            "a finite aggregate"),
        new Mutant(
            MeasureRule.MEA_06,
            "a sum for a mean",
            measure(
                new Scale(
                        "nats",
                        false,
                        0,
                        items -> items.stream().mapToDouble(ItemScore::score).sum())
                    .targets(MeasureMutantsTest::nats)),
            "each twice"),
        new Mutant(
            MeasureRule.MEA_07,
            "per cent without a unit",
            measure(
                new Scale("", true, 100, ItemScore::mean)
                    .choices(a -> ItemScore.of(100 * mc1(a).score()))),
            "since unit() is empty"),
        new Mutant(
            MeasureRule.MEA_08,
            "scored by bytes, chosen by sum",
            measure(Scale.SHARE.choices(MeasureMutantsTest::byBytes)),
            "another choice than the one that is scored"),
        new Mutant(
            MeasureRule.MEA_08,
            "always a right choice",
            measure(
                Scale.SHARE.choices(
                    MeasureMutantsTest::mc1,
                    a -> IntStream.range(0, 5).filter(a::isRight).findFirst().orElseThrow())),
            "the model is certain of choice"),
        new Mutant(
            MeasureRule.MEA_08,
            "no choice",
            measure(Scale.SHARE.choices(MeasureMutantsTest::mc1, a -> -1)),
            "a choice from 0 to"));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void every_rule_has_a_mutant() {
    Mutant.cover(mutants(), List.of(MeasureRule.values()));
  }

  @TestFactory
  Stream<DynamicTest> the_measures_of_the_field_keep_every_rule() {
    return sound().entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey(),
                    () ->
                        assertThat(Certification.here(Subject.of(measure(e.getValue()))).verdicts())
                            .filteredOn(v -> !(v.rule() instanceof SpiRule))
                            .extracting(Verdict::outcome)
                            .as("%s", e.getKey())
                            .hasSize(MeasureRule.values().length)
                            .containsOnly(Outcome.PASSED)));
  }
}
