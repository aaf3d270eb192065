package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.AdapterRule.PAR_04;
import static io.github.palimpsest.tck.rule.AdapterRule.PAR_07;
import static io.github.palimpsest.tck.rule.AdapterRule.PAR_08;
import static io.github.palimpsest.tck.rule.AdapterRule.PAR_09;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.AdapterRig;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rule.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;

/** The checks of the weights that an adapter makes: as a model sees them, and merged. */
final class EffectiveChecks {
  /** All different, and no powers of two, which a rank or a default could cancel to 1. */
  private static final double[] OTHER_VALUES = {13, 3, 7, 0.7, 0.3};

  private final AdapterTrial trial;

  EffectiveChecks(AdapterTrial trial) {
    this.trial = trial;
  }

  Map<Rule, Trial> trials() {
    return Map.of(
        PAR_04,
        () -> atDefaultsAndOthers(EffectiveChecks::mergedIsTheAdapted),
        PAR_07,
        this::whatIsAddedToTheBaseIsAdded,
        PAR_08,
        () -> atDefaultsAndOthers(EffectiveChecks::columnSquaresAreThoseOfTheTensor),
        PAR_09,
        this::mergingAtTheStartGivesTheBase);
  }

  /**
   * At the defaults a scale such as alpha/r may be 1, so that leaving it out would go unnoticed.
   */
  private void atDefaultsAndOthers(Consumer<AdapterTrial> check) {
    check.accept(trial);
    for (Subject<Adapter> other : othersThatBind()) {
      try (AdapterTrial changed = new AdapterTrial(other)) {
        check.accept(changed);
      }
    }
  }

  /** The subject with all its numbers changed, or one at a time if it cannot be bound otherwise. */
  private List<Subject<Adapter>> othersThatBind() {
    List<Subject<Adapter>> one = new ArrayList<>();
    Subject<Adapter> all = trial.subject();
    int place = 0;
    for (String key : trial.subject().numbers().keySet()) {
      Optional<Double> value = otherValue(key, place++);
      if (value.isPresent()) {
        trial.subject().with(key, value.get()).ifPresent(one::add);
        all = all.with(key, value.get()).orElse(all);
      }
    }
    return !one.isEmpty() && binds(all) ? List.of(all) : one.stream().filter(this::binds).toList();
  }

  private Optional<Double> otherValue(String key, int first) {
    int n = OTHER_VALUES.length;
    return DoubleStream.iterate(first, i -> i + 1)
        .limit(n)
        .mapToObj(i -> OTHER_VALUES[(int) i % n])
        .filter(v -> trial.subject().numbers().get(key) != v)
        .filter(v -> trial.subject().with(key, v).isPresent())
        .findFirst();
  }

  private boolean binds(Subject<Adapter> other) {
    try {
      return !other.create().bind(trial.parameters()).trainable().isEmpty();
    } catch (PalimpsestException e) {
      return false;
    }
  }

  private static void mergedIsTheAdapted(AdapterTrial trial) {
    String fixture =
        AdapterTrial.FIXTURE + ", trained values, settings " + trial.subject().settings();
    BoundAdapter bound = trial.bound();
    AdapterRig rig = trial.rig();
    Named values = AdapterTrial.moved(trial.initial());
    WeightSnapshot merged = bound.merge(values.snapshot(bound.trainable()), trial.base());
    Set<String> names = new TreeSet<>(trial.plain().names());
    bound.added().forEach(b -> names.add(b.parameter().name()));
    bound.inputRows().ifPresent(r -> names.add(r.parameter().name()));
    Expect.that(
        merged.names().equals(names),
        () -> new Finding(fixture, "merged tensors " + names, "" + merged.names()));
    Named plain = Named.of(merged);
    Named dense = rig.dense(trial.start(), values);
    for (String name : dense.values().keySet()) {
      Named effective = dense.only(name);
      Named own = plain.only(name);
      Expect.that(
          own.near(effective, trial.tolerance(), 1e-6),
          () ->
              new Finding(
                  fixture,
                  "'" + name + "' merged as the model sees it: " + effective,
                  own.toString(),
                  scaling(own, effective, trial.start().only(name))));
    }
    Named adapted = rig.adapted(trial.start(), values);
    Named asPlain = rig.plain(plain);
    Expect.that(
        asPlain.near(adapted, 10 * trial.tolerance(), 0),
        () ->
            new Finding(
                fixture,
                "outputs of the adapted model: " + adapted,
                "of the merged one: " + asPlain));
  }

  private static void columnSquaresAreThoseOfTheTensor(AdapterTrial trial) {
    Named values = AdapterTrial.moved(trial.initial());
    Named given = trial.rig().columnSquares(trial.start(), values);
    Named dense = trial.rig().dense(trial.start(), values);
    given
        .values()
        .forEach(
            (name, squares) -> {
              Named expected =
                  new Named(Map.of(name, columnSquares(dense.values().get(name), squares.length)));
              Expect.that(
                  given.only(name).near(expected, trial.tolerance(), 1e-6),
                  () ->
                      new Finding(
                          AdapterTrial.FIXTURE
                              + ", trained values, settings "
                              + trial.subject().settings(),
                          "the squared lengths of the columns of '" + name + "': " + expected,
                          "" + given.only(name)));
            });
  }

  private static float[] columnSquares(float[] kernel, int columns) {
    float[] squares = new float[columns];
    for (int i = 0; i < kernel.length; i++) {
      squares[i % columns] += kernel[i] * kernel[i];
    }
    return squares;
  }

  private static String scaling(Named merged, Named effective, Named base) {
    double c = merged.minus(base).multipleOf(effective.minus(base));
    return Double.isNaN(c)
        ? ""
        : String.format(
            Locale.ROOT,
            "%.4g times the change: as if the scale (alpha/r for LoRA) were left out or applied"
                + " twice",
            c);
  }

  private void whatIsAddedToTheBaseIsAdded() {
    NotApplicable.unless(trial.bound().isAdditive(), Feature.ADDITIVE);
    Named values = AdapterTrial.moved(trial.initial());
    Named offset = AdapterTrial.moved(trial.start()).minus(trial.start());
    Named moved = trial.rig().dense(trial.start().plus(offset), values);
    Named expected = trial.rig().dense(trial.start(), values).plus(offset);
    Expect.that(
        moved.near(expected, trial.tolerance(), 1e-6),
        () ->
            new Finding(
                AdapterTrial.FIXTURE + ", trained values, a constant added to the base",
                "effective tensors that have moved by that constant",
                "tensors " + moved.minus(expected).norm() + " away in norm"));
    Named adapted = trial.rig().adapted(trial.start().plus(offset), values);
    Named plain = trial.rig().plain(trial.withRows(moved, values));
    Expect.that(
        plain.near(adapted, 10 * trial.tolerance(), 0),
        () ->
            new Finding(
                AdapterTrial.FIXTURE + ", trained values, a constant added to the base",
                "outputs of the moved tensors: " + plain,
                "" + adapted));
  }

  private void mergingAtTheStartGivesTheBase() {
    WeightSnapshot start = trial.bound().initial(trial.base(), AdapterTrial.rng());
    Map<String, float[]> before = new LinkedHashMap<>(Named.of(start).values());
    Map<String, float[]> all =
        new LinkedHashMap<>(Named.of(trial.bound().merge(start, trial.base())).values());
    trial.bound().added().forEach(b -> all.remove(b.parameter().name()));
    trial.bound().inputRows().ifPresent(r -> all.remove(r.parameter().name()));
    Named merged = new Named(all);
    Expect.that(
        merged.near(trial.start(), trial.tolerance(), 0),
        () ->
            new Finding(
                AdapterTrial.FIXTURE + ", initial values merged",
                trial.start().toString(),
                merged + ", " + merged.minus(trial.start()).norm() + " away"));
    Expect.that(
        Named.of(start).same(new Named(before)),
        () ->
            new Finding(
                AdapterTrial.FIXTURE, "the adapter's values as they were", "they have changed"));
  }
}
