package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.AdapterRule.A1;
import static io.github.palimpsest.tck.AdapterRule.PAR_01;
import static io.github.palimpsest.tck.AdapterRule.PAR_02;
import static io.github.palimpsest.tck.AdapterRule.PAR_03;
import static io.github.palimpsest.tck.AdapterRule.PAR_04;
import static io.github.palimpsest.tck.AdapterRule.PAR_05;
import static io.github.palimpsest.tck.AdapterRule.PAR_06;
import static io.github.palimpsest.tck.AdapterRule.PAR_07;

import io.github.palimpsest.api.Adapter;
import io.github.palimpsest.api.BoundAdapter;
import io.github.palimpsest.api.Example;
import io.github.palimpsest.api.ParameterSpec;
import io.github.palimpsest.api.Promise;
import io.github.palimpsest.api.WeightSnapshot;
import io.github.palimpsest.engine.AdaptedBase;
import io.github.palimpsest.engine.Streams;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Rule;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.AdapterRig;
import io.github.palimpsest.tck.rig.MiniLlama;
import io.github.palimpsest.tck.rig.Named;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tensorflow.ndarray.Shape;

/** What holds for adapters. */
final class AdapterChecks implements KindChecks {
  /** Settings that scale what an adapter adds. */
  private static final List<String> SCALES = List.of("alpha", "scale", "scaling");

  /** No power of two, so that no rank or default makes the scale 1. */
  private static final double SCALE = 13;

  private static final String FIXTURE = "a Llama of two layers";

  private final Subject<Adapter> subject;
  private final MiniLlama model = new MiniLlama();
  private final List<Example> batch = MiniLlama.examples(0, 6);
  private @Nullable BoundAdapter bound;
  private @Nullable WeightSnapshot base;
  private @Nullable AdapterRig rig;

  AdapterChecks(Subject<Adapter> subject) {
    this.subject = subject;
  }

  @Override
  public Map<Rule, Trial> trials() {
    return Map.of(
        PAR_01, this::startsAtTheBase,
        PAR_02, this::baseIsFrozen,
        PAR_03, this::namesAndShapesAreTrue,
        PAR_04, this::mergedIsTheAdapted,
        PAR_05, this::everythingReceivesGradient,
        PAR_06, this::initialValuesAreAFunctionOfTheGenerator,
        PAR_07, this::whatIsAddedToTheBaseIsAdded,
        A1, this::mergingAtTheStartGivesTheBase);
  }

  @Override
  public void close() {
    AdapterRig open = rig;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public String behaviour() {
    BoundAdapter own = bind();
    Named start = Named.of(own.initial(base(), rng()));
    Named moved = moved(start);
    try (AdapterRig ownRig = new AdapterRig(model, own, batch, derived())) {
      Named merged = Named.of(own.merge(moved.snapshot(own.trainable()), base()));
      return start + " " + merged + " " + ownRig.adapted(model.start(), moved);
    }
  }

  private BoundAdapter bind() {
    return Expect.given(
        FIXTURE + ", settings " + subject.settings(),
        "an adapter bound to it; choose settings that match its parameters",
        () -> subject.create().bind(model.parameters()));
  }

  private BoundAdapter bound() {
    BoundAdapter b = bound;
    if (b == null) {
      b = bind();
      bound = b;
    }
    return b;
  }

  private AdapterRig rig() {
    AdapterRig r = rig;
    if (r == null) {
      r = new AdapterRig(model, bound(), batch, derived());
      rig = r;
    }
    return r;
  }

  private WeightSnapshot plain() {
    return model.start().snapshot(model.parameters());
  }

  /** With what the adapter derives from it. */
  private WeightSnapshot base() {
    WeightSnapshot b = base;
    if (b == null) {
      b = AdaptedBase.of(model, plain(), bound());
      base = b;
    }
    return b;
  }

  private Named derived() {
    return derived(bound(), base());
  }

  private static Named derived(BoundAdapter bound, WeightSnapshot base) {
    return new Named(
        bound.derived().stream()
            .map(ParameterSpec::name)
            .collect(Collectors.toMap(name -> name, base::copy)));
  }

  private static RandomGenerator rng() {
    return Streams.stream(7, "adapter", 0, 0);
  }

  private Named initial() {
    return Named.of(bound().initial(base(), rng()));
  }

  private static Named moved(Named start) {
    int[] place = {0};
    Named wave = start.zip(start, (a, b) -> 0.3 * Math.sin(1.1 * place[0]++));
    return start.plus(wave);
  }

  private double tolerance() {
    return 1e-4 * subject.tolerance();
  }

  private void startsAtTheBase() {
    boolean exact = subject.promises(Promise.EXACT_START);
    Named plain = rig().plain(model.start());
    Named adapted = rig().adapted(model.start(), initial());
    Named dense = rig().dense(model.start(), initial());
    Expect.that(
        exact ? adapted.same(plain) : adapted.near(plain, tolerance(), 0),
        () ->
            new Finding(
                FIXTURE + ", initial values",
                (exact ? "the base's outputs, bit for bit: " : "the base's outputs: ") + plain,
                adapted + ", " + adapted.minus(plain).norm() + " away"));
    Expect.that(
        exact ? dense.same(model.start()) : dense.near(model.start(), tolerance(), 0),
        () ->
            new Finding(
                FIXTURE + ", initial values",
                "the base's tensors",
                "tensors " + dense.minus(model.start()).norm() + " away in norm"));
  }

  private void baseIsFrozen() {
    NotApplicable.unless(subject.promises(Promise.FREEZES_BASE), Feature.FREEZES_BASE);
    Map<String, Shape> base =
        model.parameters().stream()
            .collect(Collectors.toMap(ParameterSpec::name, ParameterSpec::shape));
    List<String> trained =
        bound().trainable().stream()
            .filter(p -> p.shape().equals(base.get(p.name())))
            .map(ParameterSpec::name)
            .toList();
    Expect.that(
        trained.isEmpty(),
        () ->
            new Finding(
                FIXTURE,
                "trainable parameters of the adapter's own",
                trained + " are the base's",
                "the base listed as trainable"));
    List<String> stateful = rig().bench().stateful();
    Expect.that(
        stateful.isEmpty(),
        () -> new Finding(FIXTURE, "no operation that makes or changes a variable", "" + stateful));
    WeightSnapshot given = base();
    Named before = Named.of(given);
    bound().initial(given, rng());
    bound().merge(moved(initial()).snapshot(bound().trainable()), given);
    Expect.that(
        Named.of(given).same(before),
        () -> new Finding(FIXTURE, "the base as it was", "it has changed"));
  }

  private void namesAndShapesAreTrue() {
    List<ParameterSpec> trainable = bound().trainable();
    Set<String> seen = new HashSet<>();
    List<String> twice =
        trainable.stream().map(ParameterSpec::name).filter(n -> !seen.add(n)).toList();
    Expect.that(
        twice.isEmpty(), () -> new Finding(FIXTURE, "each trainable name once", twice + " again"));
    Map<String, ParameterSpec> base =
        model.parameters().stream().collect(Collectors.toMap(ParameterSpec::name, p -> p));
    List<String> derivedAgain =
        bound().derived().stream()
            .map(ParameterSpec::name)
            .filter(n -> base.containsKey(n) || seen.contains(n))
            .toList();
    Expect.that(
        derivedAgain.isEmpty(),
        () ->
            new Finding(
                FIXTURE,
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
                FIXTURE,
                "names that no frozen parameter has",
                clashes + " name parameters of the base with other shapes"));
    WeightSnapshot initial = bound().initial(base(), rng());
    Expect.that(
        initial.names().equals(seen),
        () -> new Finding(FIXTURE, "initial values for exactly " + seen, "for " + initial.names()));
    for (ParameterSpec p : trainable) {
      Expect.that(
          initial.shape(p.name()).equals(p.shape()),
          () ->
              new Finding(
                  FIXTURE,
                  "'" + p.name() + "' of shape " + p.shape(),
                  "initial values of shape " + initial.shape(p.name())));
    }
  }

  /** At the defaults a scale such as alpha/r may be 1, so that leaving it out shows nothing. */
  private void mergedIsTheAdapted() {
    mergedIsTheAdapted(bound(), base(), rig());
    for (String key : SCALES) {
      Optional<Subject<Adapter>> other = subject.with(key, SCALE);
      if (other.isPresent()) {
        BoundAdapter scaled = other.get().create().bind(model.parameters());
        WeightSnapshot ownBase = AdaptedBase.of(model, plain(), scaled);
        try (AdapterRig own = new AdapterRig(model, scaled, batch, derived(scaled, ownBase))) {
          mergedIsTheAdapted(scaled, ownBase, own);
        }
      }
    }
  }

  private void mergedIsTheAdapted(BoundAdapter bound, WeightSnapshot base, AdapterRig rig) {
    Named values = moved(Named.of(bound.initial(base, rng())));
    WeightSnapshot merged = bound.merge(values.snapshot(bound.trainable()), base);
    Expect.that(
        merged.names().equals(plain().names()),
        () -> new Finding(FIXTURE, "merged tensors " + plain().names(), "" + merged.names()));
    Named plain = Named.of(merged);
    Named dense = rig.dense(model.start(), values);
    for (String name : plain.values().keySet()) {
      Named effective = only(dense, name);
      Named own = only(plain, name);
      Expect.that(
          own.near(effective, tolerance(), 1e-6),
          () ->
              new Finding(
                  FIXTURE + ", trained values",
                  "'" + name + "' merged as the model sees it: " + effective,
                  own.toString(),
                  scaling(own, effective, only(model.start(), name))));
    }
    Named adapted = rig.adapted(model.start(), values);
    Named asPlain = rig.plain(plain);
    Expect.that(
        asPlain.near(adapted, 10 * tolerance(), 0),
        () ->
            new Finding(
                FIXTURE + ", trained values",
                "outputs of the adapted model: " + adapted,
                "of the merged one: " + asPlain));
  }

  private static Named only(Named all, String name) {
    return new Named(Map.of(name, all.values().get(name)));
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

  private void everythingReceivesGradient() {
    Named start = initial();
    Named first = rig().gradient(model.start(), start);
    Named second = rig().gradient(model.start(), start.minus(first.scale(0.1)));
    List<String> dead = new ArrayList<>();
    first
        .values()
        .keySet()
        .forEach(
            name -> {
              if (only(first, name).zero() && only(second, name).zero()) {
                dead.add(name);
              }
            });
    Expect.that(
        dead.isEmpty(),
        () ->
            new Finding(
                FIXTURE + ", initial values and one step of descent on",
                "a gradient for every trainable parameter",
                "gradients of 0 for " + dead));
  }

  private void initialValuesAreAFunctionOfTheGenerator() {
    Named one = initial();
    Named two = initial();
    Expect.that(
        one.same(two),
        () -> new Finding(FIXTURE + ", equal generators", one.toString(), two.toString()));
  }

  private void whatIsAddedToTheBaseIsAdded() {
    if (!bound().isAdditive()) {
      return;
    }
    Named values = moved(initial());
    Named offset = moved(model.start()).minus(model.start());
    Named moved = rig().dense(model.start().plus(offset), values);
    Named expected = rig().dense(model.start(), values).plus(offset);
    Expect.that(
        moved.near(expected, tolerance(), 1e-6),
        () ->
            new Finding(
                FIXTURE + ", trained values, a constant added to the base",
                "effective tensors that have moved by that constant",
                "tensors " + moved.minus(expected).norm() + " away in norm"));
    Named adapted = rig().adapted(model.start().plus(offset), values);
    Named plain = rig().plain(moved);
    Expect.that(
        plain.near(adapted, 10 * tolerance(), 0),
        () ->
            new Finding(
                FIXTURE + ", trained values, a constant added to the base",
                "outputs of the moved tensors: " + plain,
                "" + adapted));
  }

  private void mergingAtTheStartGivesTheBase() {
    WeightSnapshot start = bound().initial(base(), rng());
    Map<String, float[]> before = new LinkedHashMap<>(Named.of(start).values());
    Named merged = Named.of(bound().merge(start, base()));
    Expect.that(
        merged.near(model.start(), tolerance(), 0),
        () ->
            new Finding(
                FIXTURE + ", initial values merged",
                model.start().toString(),
                merged + ", " + merged.minus(model.start()).norm() + " away"));
    Expect.that(
        Named.of(start).same(new Named(before)),
        () -> new Finding(FIXTURE, "the adapter's values as they were", "they have changed"));
  }
}
