package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.WeightHistory;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.tck.rule.MergerRule;
import io.github.palimpsest.tck.rule.SpiRule;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class MergerMutantsTest {
  private static final String LACKING = "model.norm.weight";

  /** What a merger makes of one value of each end. */
  private interface Line {
    float at(double alpha, float from, float to);
  }

  private static Stub.OfMerger merger(String key, Line line) {
    Setting<Double> share = Setting.real(key, 0.5, 0, 1, "how far");
    return new Stub.OfMerger(
        Cost.NONE,
        List.of(share),
        Set.of(Promise.INTERPOLATES),
        s -> h -> onLine(h, s.get(share), line, shapes(h)));
  }

  private static Stub.OfMerger merger(Line line) {
    return merger("alpha", line);
  }

  private static Stub.OfMerger fixed(Merger merger) {
    return new Stub.OfMerger(Cost.NONE, List.of(), Set.of(Promise.INTERPOLATES), s -> merger);
  }

  private static Stub.OfMerger unpromised(Merger merger) {
    return new Stub.OfMerger(Cost.NONE, List.of(), Set.of(), s -> merger);
  }

  /** Half way, on other shapes. */
  private static Stub.OfMerger reshaped(UnaryOperator<TreeMap<String, Shape>> change) {
    return fixed(h -> onLine(h, 0.5, straight(), change.apply(shapes(h))));
  }

  private static TreeMap<String, Shape> shapes(WeightHistory h) {
    TreeMap<String, Shape> shapes = new TreeMap<>();
    h.afterTask().names().forEach(n -> shapes.put(n, h.afterTask().shape(n)));
    return shapes;
  }

  private static Line straight() {
    return (alpha, from, to) ->
        alpha == 0 ? from : alpha == 1 ? to : (float) ((1 - alpha) * from + alpha * to);
  }

  private static Line swapped() {
    return (alpha, from, to) -> straight().at(1 - alpha, from, to);
  }

  private static WeightSnapshot onLine(
      WeightHistory h, double alpha, Line line, TreeMap<String, Shape> shapes) {
    return WeightSnapshot.computed(
        shapes,
        name -> {
          float[] to = h.afterTask().copy(name);
          float[] from = h.pretrained().copy(name);
          for (int i = 0; i < to.length; i++) {
            to[i] = line.at(alpha, from[i], to[i]);
          }
          return to;
        });
  }

  /** Takes the later tensor where the earlier weights have none. */
  private static WeightSnapshot skipping(WeightHistory h) {
    return WeightSnapshot.computed(
        shapes(h),
        name -> {
          if (!h.pretrained().names().contains(name)) {
            return h.afterTask().copy(name);
          }
          return onLine(h, 0.5, straight(), shapes(h)).copy(name);
        });
  }

  /** Leaves out the tensors that the earlier weights do not have. */
  private static WeightSnapshot leavingOut(WeightHistory h) {
    TreeMap<String, Shape> shapes = shapes(h);
    shapes.keySet().retainAll(h.pretrained().names());
    return onLine(h, 0.5, straight(), shapes);
  }

  private static WeightSnapshot throwing(WeightHistory h) {
    if (!h.pretrained().names().equals(h.afterTask().names())) {
      throw new IllegalStateException("weights that do not fit");
    }
    return onLine(h, 0.5, straight(), shapes(h));
  }

  private static TreeMap<String, Shape> turned(TreeMap<String, Shape> shapes) {
    shapes.computeIfPresent("lm_head.weight", (n, s) -> Shape.of(s.get(1), s.get(0)));
    return shapes;
  }

  private static final class Counting implements Merger {
    private int merged;

    @Override
    public WeightSnapshot apply(WeightHistory h) {
      double alpha = 0.5 + 0.1 * merged++;
      return onLine(h, alpha, straight(), shapes(h));
    }
  }

  private static List<Mutant> mutants() {
    double[] calls = {0};
    double[] made = {0};
    Merger cached =
        h -> {
          double moved = made[0]++;
          return onLine(h, 0.5, (alpha, from, to) -> (float) (to + moved), shapes(h));
        };
    return List.of(
        new Mutant(
            MergerRule.PPW_01,
            "a tensor left out",
            reshaped(
                shapes -> {
                  shapes.remove(LACKING);
                  return shapes;
                })),
        new Mutant(
            MergerRule.PPW_01, "a matrix turned", reshaped(MergerMutantsTest::turned), "[16, 17]"),
        new Mutant(
            MergerRule.PPW_01,
            "weights that are no numbers",
            merger((alpha, from, to) -> Float.NaN),
            "finite weights"),
        new Mutant(
            MergerRule.PPW_01,
            "a change divided by its size",
            fixed(
                h ->
                    onLine(
                        h,
                        0.5,
                        (a, from, to) -> from + (to - from) / Math.abs(to - from),
                        shapes(h))),
            "a division by the size of a change"),
        new Mutant(MergerRule.PPW_02, "swapped ends", merger(swapped()), "the ends are swapped"),
        new Mutant(
            MergerRule.PPW_02,
            "swapped ends of another name",
            merger("tau", swapped()),
            "they are swapped"),
        new Mutant(
            MergerRule.PPW_02,
            "an end that is only near",
            merger((alpha, from, to) -> alpha == 0 ? Math.nextUp(from) : to),
            "bit for bit"),
        new Mutant(
            MergerRule.PPW_02,
            "a later end that is only near",
            merger((alpha, from, to) -> alpha == 1 ? Math.nextUp(to) : from),
            "the later weights, bit for bit"),
        new Mutant(
            MergerRule.PPW_02,
            "a bent way between the ends",
            merger((alpha, from, to) -> straight().at(alpha * alpha, from, to)),
            "the midpoint"),
        new Mutant(
            MergerRule.PPW_02,
            "a way that is straight at its ends and its middle alone",
            merger(
                (alpha, from, to) ->
                    straight().at(alpha + alpha * (1 - alpha) * (0.5 - alpha) / 8, from, to)),
            "(1 - alpha) earlier + alpha later"),
        new Mutant(
            MergerRule.PPW_01,
            "no numbers from the fourth task on",
            fixed(
                h ->
                    onLine(
                        h,
                        0.5,
                        (alpha, from, to) -> h.taskIndex() < 3 ? to : Float.NaN,
                        shapes(h))),
            "finite weights"),
        new Mutant(
            MergerRule.PPW_05,
            "a share that grows with each merge",
            new Stub.OfMerger(Cost.NONE, List.of(), Set.of(), s -> new Counting()),
            "state in a field"),
        new Mutant(
            MergerRule.PPW_03,
            "values that change",
            merger((alpha, from, to) -> (float) (to + calls[0]++))),
        new Mutant(
            MergerRule.PPW_04,
            "a missing tensor left as it is",
            fixed(MergerMutantsTest::skipping),
            "silently left as it is"),
        new Mutant(
            MergerRule.PPW_04,
            "a missing tensor left out",
            fixed(MergerMutantsTest::leavingOut),
            "silently left out"),
        new Mutant(
            MergerRule.PPW_04,
            "an error that does not name the tensor",
            fixed(MergerMutantsTest::throwing),
            "weights that do not fit"),
        new Mutant(
            MergerRule.PPW_06,
            "the weights after the first task, which nobody keeps",
            fixed(
                h ->
                    h.after(0).names().isEmpty()
                        ? h.afterTask()
                        : onLine(h, 0.5, straight(), shapes(h))),
            "not kept"),
        new Mutant(SpiRule.SPI_03, "a merger that is handed out again", fixed(cached)));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void every_rule_has_a_mutant() {
    Mutant.cover(mutants(), List.of(MergerRule.values()));
  }

  private static void keepsEveryRule(Stub<Merger> merger, Outcome ofTheEnds) {
    assertThat(Certification.here(Subject.of(merger)).verdicts())
        .filteredOn(v -> !(v.rule() instanceof SpiRule))
        .as(merger.toString())
        .hasSize(MergerRule.values().length)
        .allSatisfy(
            v ->
                assertThat(v.outcome())
                    .as(v.rule().id() + v.text())
                    .isEqualTo(v.rule() == MergerRule.PPW_02 ? ofTheEnds : Outcome.PASSED));
  }

  @Test
  void a_straight_line_keeps_every_rule_whatever_its_share_is_called() {
    keepsEveryRule(merger(straight()), Outcome.PASSED);
    keepsEveryRule(merger("tau", straight()), Outcome.PASSED);
  }

  @Test
  void a_share_of_the_earlier_weights_is_no_swap() {
    keepsEveryRule(merger("decay", swapped()), Outcome.NOT_APPLICABLE);
  }

  /** From the later weights half the way back: both ends would have to be wrong for a swap. */
  @Test
  void a_setting_that_leads_from_the_later_weights_to_something_else_is_no_swap() {
    keepsEveryRule(
        merger("part", (part, from, to) -> (float) (to + part * (from - to) / 2)), Outcome.PASSED);
    keepsEveryRule(merger("part", (part, from, to) -> (from + to) / 2), Outcome.PASSED);
  }

  @Test
  void without_a_share_or_without_the_promise_the_ends_are_not_asked_for() {
    Merger half = h -> onLine(h, 0.5, straight(), shapes(h));
    keepsEveryRule(fixed(half), Outcome.NOT_APPLICABLE);
    keepsEveryRule(unpromised(half), Outcome.NOT_APPLICABLE);
  }

  /** What has no use for the earlier weights need not miss any of them. */
  @Test
  void the_later_weights_alone_keep_every_rule() {
    keepsEveryRule(unpromised(WeightHistory::afterTask), Outcome.NOT_APPLICABLE);
  }
}
