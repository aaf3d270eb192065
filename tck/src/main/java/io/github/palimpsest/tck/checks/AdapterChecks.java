package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.AdapterRule.PAR_01;
import static io.github.palimpsest.tck.rule.AdapterRule.PAR_02;
import static io.github.palimpsest.tck.rule.AdapterRule.PAR_03;
import static io.github.palimpsest.tck.rule.AdapterRule.PAR_05;
import static io.github.palimpsest.tck.rule.AdapterRule.PAR_06;
import static io.github.palimpsest.tck.rule.AdapterRule.PAR_10;
import static io.github.palimpsest.tck.rule.AdapterRule.PAR_11;
import static io.github.palimpsest.tck.rule.AdapterRule.PAR_12;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AddedBias;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.RowsRig;
import io.github.palimpsest.tck.rule.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The checks of adapters; {@link EffectiveChecks} checks the weights that they make. */
final class AdapterChecks implements KindChecks {
  /**
   * Lengths of the step of descent: one of them leads to a point where nothing is saturated,
   * whatever the scale of the factors.
   */
  private static final double[] LENGTHS = {1, 0.1, 0.01, 1e-3};

  private final AdapterTrial trial;

  AdapterChecks(Subject<Adapter> subject) {
    trial = new AdapterTrial(subject);
  }

  @Override
  public Map<Rule, Trial> trials() {
    Map<Rule, Trial> all = new LinkedHashMap<>(new EffectiveChecks(trial).trials());
    all.put(PAR_01, this::startsAtTheBase);
    all.put(PAR_02, this::baseIsFrozen);
    all.put(PAR_03, this::namesAndShapesAreTrue);
    all.put(PAR_05, this::everythingReceivesGradient);
    all.put(PAR_06, this::initialValuesAreAFunctionOfTheGenerator);
    all.put(PAR_10, this::derivedTensorsAreAFunctionOfTheGenerator);
    all.put(PAR_11, this::whatIsAddedIsPromised);
    all.put(PAR_12, this::rowsAreThoseThatTheModelSees);
    return all;
  }

  @Override
  public void close() {
    trial.close();
  }

  @Override
  public String behaviour() {
    return trial.behaviour();
  }

  @Override
  public List<Supplier<String>> effects() {
    return trial.effects();
  }

  private void startsAtTheBase() {
    boolean exact = trial.subject().promises(Promise.EXACT_START);
    Named plain = trial.rig().plain(trial.withRows(trial.start(), trial.initial()));
    Named adapted = trial.rig().adapted(trial.start(), trial.initial());
    Named dense = trial.rig().dense(trial.start(), trial.initial());
    Expect.that(
        exact ? adapted.same(plain) : adapted.near(plain, trial.tolerance(), 0),
        () ->
            new Finding(
                AdapterTrial.FIXTURE + ", initial values",
                (exact ? "the base's outputs, bit for bit: " : "the base's outputs: ") + plain,
                adapted + ", " + adapted.minus(plain).norm() + " away"));
    Expect.that(
        exact ? dense.same(trial.start()) : dense.near(trial.start(), trial.tolerance(), 0),
        () ->
            new Finding(
                AdapterTrial.FIXTURE + ", initial values",
                "the base's tensors",
                "tensors " + dense.minus(trial.start()).norm() + " away in norm"));
  }

  private void baseIsFrozen() {
    NotApplicable.unless(trial.subject().promises(Promise.FREEZES_BASE), Feature.FREEZES_BASE);
    Map<String, Shape> base =
        trial.parameters().stream()
            .collect(Collectors.toMap(ParameterSpec::name, ParameterSpec::shape));
    List<String> trained =
        trial.bound().trainable().stream()
            .filter(p -> p.shape().equals(base.get(p.name())))
            .map(ParameterSpec::name)
            .toList();
    Expect.that(
        trained.isEmpty(),
        () ->
            new Finding(
                AdapterTrial.FIXTURE,
                "trainable parameters of the adapter's own",
                trained + " are the base's",
                "the base listed as trainable"));
    List<String> stateful = trial.rig().bench().stateful();
    Expect.that(
        stateful.isEmpty(),
        () ->
            new Finding(
                AdapterTrial.FIXTURE,
                "no operation that makes or changes a variable",
                "" + stateful));
  }

  private void namesAndShapesAreTrue() {
    List<ParameterSpec> trainable = trial.bound().trainable();
    Set<String> seen = new HashSet<>();
    List<String> twice =
        trainable.stream().map(ParameterSpec::name).filter(n -> !seen.add(n)).toList();
    Expect.that(
        twice.isEmpty(),
        () -> new Finding(AdapterTrial.FIXTURE, "each trainable name once", twice + " again"));
    Map<String, ParameterSpec> base =
        trial.parameters().stream().collect(Collectors.toMap(ParameterSpec::name, p -> p));
    List<String> derivedAgain =
        trial.bound().derived().stream()
            .map(ParameterSpec::name)
            .filter(n -> base.containsKey(n) || seen.contains(n))
            .toList();
    Expect.that(
        derivedAgain.isEmpty(),
        () ->
            new Finding(
                AdapterTrial.FIXTURE,
                "names of derived tensors that nothing else has",
                derivedAgain + " are taken"));
    List<String> clashes =
        trainable.stream()
            .filter(p -> base.containsKey(p.name()))
            .filter(p -> !base.get(p.name()).shape().equals(p.shape()))
            .map(ParameterSpec::name)
            .toList();
    Expect.that(
        clashes.isEmpty(),
        () ->
            new Finding(
                AdapterTrial.FIXTURE,
                "names that no frozen parameter has",
                clashes + " name parameters of the base with other shapes"));
    WeightSnapshot initial = trial.bound().initial(trial.base(), AdapterTrial.rng());
    Expect.that(
        initial.names().equals(seen),
        () ->
            new Finding(
                AdapterTrial.FIXTURE,
                "initial values for exactly " + seen,
                "for " + initial.names()));
    for (ParameterSpec p : trainable) {
      Expect.that(
          initial.shape(p.name()).equals(p.shape()),
          () ->
              new Finding(
                  AdapterTrial.FIXTURE,
                  "'" + p.name() + "' of shape " + p.shape(),
                  "initial values of shape " + initial.shape(p.name())));
    }
  }

  private void everythingReceivesGradient() {
    Named start = trial.initial();
    Named first = trial.rig().gradient(trial.start(), start);
    List<String> dead = new ArrayList<>(withoutGradient(first));
    double norm = first.norm();
    for (double length : LENGTHS) {
      if (dead.isEmpty() || norm == 0) {
        break;
      }
      Named on = start.minus(first.scale(length / norm));
      dead.retainAll(withoutGradient(trial.rig().gradient(trial.start(), on)));
    }
    Expect.that(
        dead.isEmpty(),
        () ->
            new Finding(
                AdapterTrial.FIXTURE
                    + ", initial values and one step of descent, of several lengths",
                "a gradient for every trainable parameter",
                "gradients of 0 for " + dead));
  }

  private static List<String> withoutGradient(Named gradient) {
    return gradient.values().keySet().stream().filter(n -> gradient.only(n).zero()).toList();
  }

  private void initialValuesAreAFunctionOfTheGenerator() {
    Named one = trial.initial();
    Named two = trial.initial();
    Expect.that(
        one.same(two),
        () ->
            new Finding(
                AdapterTrial.FIXTURE + ", equal generators", one.toString(), two.toString()));
  }

  /** Where nothing is derived, there is nothing to differ. */
  private void derivedTensorsAreAFunctionOfTheGenerator() {
    Named one = derivedBy(trial.bound());
    for (BoundAdapter again : List.of(trial.bound(), trial.boundAgain())) {
      Named two = derivedBy(again);
      Expect.that(
          one.finite() && one.same(two),
          () ->
              new Finding(
                  AdapterTrial.FIXTURE + ", derived twice with equal generators",
                  "the same finite numbers: " + one,
                  two.toString()));
    }
  }

  private void whatIsAddedIsPromised() {
    List<AddedBias> added = trial.bound().added();
    Optional<InputRows> rows = trial.bound().inputRows();
    boolean promised = trial.subject().promises(Promise.UNMERGEABLE);
    boolean any = !added.isEmpty() || rows.isPresent();
    Expect.that(
        promised == any,
        () ->
            new Finding(
                AdapterTrial.FIXTURE,
                promised
                    ? "added biases or rows, since UNMERGEABLE is promised"
                    : "no added biases or rows",
                rows.map(r -> r.count() + " rows before the input, and ").orElse("")
                    + "biases added to the products with "
                    + added.stream().map(AddedBias::kernel).toList(),
                promised
                    ? "a promise that refuses mergers"
                    : "the promise UNMERGEABLE is missing"));
    Set<String> free = new HashSet<>();
    trial.parameters().stream()
        .filter(p -> p.shape().rank() == 2)
        .forEach(p -> free.add(AddedBias.of(p).parameter().toString()));
    List<AddedBias> wrong =
        added.stream().filter(b -> !free.remove(b.parameter().toString())).toList();
    Expect.that(
        wrong.isEmpty(),
        () ->
            new Finding(
                AdapterTrial.FIXTURE,
                "at most one bias for each kernel of the base, with its shape",
                "" + wrong));
    Expect.that(
        !any || !trial.subject().create().mergesAfterTask(),
        () ->
            new Finding(
                AdapterTrial.FIXTURE,
                "an adapter that stays, since it cannot be merged",
                "mergesAfterTask() is true"));
  }

  private void rowsAreThoseThatTheModelSees() {
    Optional<InputRows> rows = trial.bound().inputRows();
    Set<String> possible = new HashSet<>();
    trial.parameters().stream()
        .filter(p -> p.role() == ParameterSpec.Role.EMBEDDING)
        .forEach(
            p ->
                possible.add(
                    InputRows.of(p, rows.map(InputRows::count).orElse(1)).parameter().toString()));
    rows.ifPresent(
        r ->
            Expect.that(
                possible.contains(r.parameter().toString()),
                () ->
                    new Finding(
                        AdapterTrial.FIXTURE,
                        "rows before those of a table of the base, with its width",
                        r.toString())));
    Map<String, Shape> declared = new TreeMap<>();
    rows.ifPresent(r -> declared.put(r.table(), r.parameter().shape()));
    try (RowsRig rig = new RowsRig(trial.parameters(), trial.bound(), trial.derived())) {
      Expect.that(
          rig.shapes().equals(declared),
          () ->
              new Finding(
                  AdapterTrial.FIXTURE,
                  "effective weights with the declared rows before the input, " + declared,
                  rig.shapes().toString()));
      if (rows.isEmpty()) {
        return;
      }
      Named values = AdapterTrial.moved(trial.initial());
      String own = rows.get().parameter().name();
      WeightSnapshot merged =
          trial.bound().merge(values.snapshot(trial.bound().trainable()), trial.base());
      Named seen =
          new Named(
              Map.of(own, rig.values(trial.start(), values).values().get(rows.get().table())));
      Named kept =
          new Named(Map.of(own, merged.names().contains(own) ? merged.copy(own) : new float[0]));
      Expect.that(
          kept.values().get(own).length == seen.values().get(own).length
              && kept.near(seen, trial.tolerance(), 1e-6),
          () ->
              new Finding(
                  AdapterTrial.FIXTURE + ", trained values",
                  "merged rows as the model sees them: " + seen,
                  kept.toString()));
    }
  }

  private Named derivedBy(BoundAdapter adapter) {
    WeightSnapshot all =
        Expect.given(
            AdapterTrial.FIXTURE,
            "derived tensors of the declared names and shapes",
            () -> trial.derivedBy(adapter));
    return new Named(
        trial.bound().derived().stream()
            .collect(Collectors.toMap(ParameterSpec::name, p -> all.copy(p.name()))));
  }
}
