package io.github.palimpsest.replay;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.rehearsal.Candidates;
import io.github.palimpsest.api.rehearsal.RehearsalChoice;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Maximally interfered retrieval: of kept examples drawn at random, those are rehearsed whose loss
 * the step on the current examples alone would raise most.
 *
 * <pre>
 *   theta_v = theta - alpha grad L(current examples; theta)
 *   s(x)    = l(x; theta_v) - l(x; theta)       for each of the C k candidates x
 *   rehearsed: the k candidates with the largest s
 * </pre>
 *
 * <p>Aljundi et al. 2019, arXiv:1908.04742, algorithm 1 with its criterion s_MI-1. {@code l} is the
 * mean loss over the target tokens of an example, so that long examples are not preferred. Of equal
 * increases the earlier candidate counts as larger. An example that was drawn again because too few
 * are kept is chosen only after all different ones. Deviations: the paper's alpha is the learning
 * rate of its SGD, and here a setting, because the step of another optimizer is no multiple of the
 * gradient; its C k = 50 candidates for k = 10 are C = 5 for each rehearsed example; a candidate is
 * scored by this step's own increase only (s_MI-2 of the paper, which compares with the lowest loss
 * since an example was stored, is not offered).
 *
 * @param candidates C, at least 1; with 1 all of them are rehearsed, as by {@code replay}
 * @param alpha the length of the virtual step, above 0
 */
record Interference(int candidates, double alpha) implements Replay.Use, RehearsalChoice {
  private static final Setting<Double> RATIO = RehearsalSettings.ratio(1);
  private static final Setting<Integer> CANDIDATES =
      Setting.integer(
          "candidates",
          5,
          1,
          1000,
          "candidates for each rehearsed example; with 1 the rehearsal is that of replay");
  private static final Setting<Double> ALPHA =
      Setting.real(
          "alpha", 0.01, 1e-9, 1e3, "length of the virtual step, as a learning rate of SGD");

  static final RehearsalProvider PROVIDER =
      RehearsalProvider.of(
              "mir",
              "Maximally interfered retrieval: rehearses the kept examples that a step would harm most",
              "the k of candidates * k kept examples with the largest l(x; theta - alpha g) - l(x;"
                  + " theta), g the gradient on the current examples")
          .settings(
              RATIO,
              CANDIDATES,
              ALPHA,
              RehearsalSettings.CAPACITY,
              RehearsalSettings.BUDGET,
              RehearsalSettings.POLICY)
          .traits(s -> traits(s.get(RATIO), s.get(CANDIDATES)))
          .creates(
              s ->
                  RehearsalSettings.inBatch(
                      s,
                      RATIO,
                      RehearsalSettings.POLICY,
                      new Interference(s.get(CANDIDATES), s.get(ALPHA))));

  /**
   * The rehearsed examples, the gradient of the virtual step, and the losses of the candidates at
   * two points: each a forward pass, a third of a pass.
   */
  private static Traits traits(double ratio, int candidates) {
    boolean chooses = ratio > 0 && candidates > 1;
    double passes = ratio + (chooses ? 1 + 2.0 / 3 * ratio * candidates : 0);
    return Traits.of(
        Onset.LATER_TASKS,
        Cost.passes(Math.rint(100 * passes) / 100),
        "Aljundi et al. 2019, Online continual learning with maximally interfered retrieval,"
            + " arXiv:1908.04742");
  }

  @Override
  public int drawn(int rehearsed) {
    return Math.multiplyExact(rehearsed, candidates);
  }

  @Override
  public Optional<RehearsalChoice> choice() {
    return candidates == 1 ? Optional.empty() : Optional.of(this);
  }

  @Override
  public OptionalDouble virtualStep() {
    return OptionalDouble.of(alpha);
  }

  @Override
  public List<Integer> chosen(Candidates of) {
    int count = of.examples().size() / candidates;
    Set<String> ids = new HashSet<>();
    Set<Integer> again =
        IntStream.range(0, of.examples().size())
            .filter(i -> !ids.add(of.examples().get(i).id()))
            .boxed()
            .collect(Collectors.toSet());
    return IntStream.range(0, of.examples().size())
        .boxed()
        .sorted(
            Comparator.<Integer, Boolean>comparing(again::contains)
                .thenComparingDouble(i -> of.lossBefore(i) - of.lossAfter(i)))
        .limit(count)
        .toList();
  }
}
