package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AddedBias;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.engine.AdaptedBase;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.AdapterRig;
import io.github.palimpsest.tck.rig.MiniLlama;
import io.github.palimpsest.tck.rig.Named;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An adapter on trial: bound to a small Llama, with a graph that its checks share. */
final class AdapterTrial implements AutoCloseable {
  static final String FIXTURE = "a Llama of two layers";

  private static final long SEED = 7;

  private final Subject<Adapter> subject;
  private final MiniLlama model = new MiniLlama();
  private final List<Example> batch = MiniLlama.examples(0, 6);
  private @Nullable BoundAdapter bound;
  private @Nullable WeightSnapshot base;
  private @Nullable AdapterRig rig;

  AdapterTrial(Subject<Adapter> subject) {
    this.subject = subject;
  }

  Subject<Adapter> subject() {
    return subject;
  }

  List<ParameterSpec> parameters() {
    return model.parameters();
  }

  /** The base's weights. */
  Named start() {
    return model.start();
  }

  BoundAdapter bound() {
    BoundAdapter b = bound;
    if (b == null) {
      b =
          Expect.given(
              FIXTURE + ", settings " + subject.settings(),
              "an adapter bound to it; choose settings that match its parameters",
              () -> subject.create().bind(model.parameters()));
      bound = b;
    }
    return b;
  }

  AdapterRig rig() {
    AdapterRig r = rig;
    if (r == null) {
      r = new AdapterRig(model, bound(), batch, derived());
      rig = r;
    }
    return r;
  }

  /** The base without derived tensors. */
  WeightSnapshot plain() {
    return model.start().snapshot(model.parameters());
  }

  /** The base with the tensors that the adapter derives. */
  WeightSnapshot base() {
    WeightSnapshot b = base;
    if (b == null) {
      b = derivedBy(bound());
      base = b;
    }
    return b;
  }

  /** The base with the tensors that an adapter derives now. */
  WeightSnapshot derivedBy(BoundAdapter adapter) {
    return AdaptedBase.of(model, plain(), adapter, batch, AdaptedBase.rng(SEED, 0));
  }

  /** The adapter of a fresh object. */
  BoundAdapter boundAgain() {
    return subject.create().bind(model.parameters());
  }

  /** Values of the base, and the rows that the adapter puts before the input at some values. */
  Named withRows(Named base, Named trainable) {
    Map<String, float[]> all = new LinkedHashMap<>(base.values());
    bound()
        .inputRows()
        .ifPresent(
            r -> {
              String name = r.parameter().name();
              WeightSnapshot merged =
                  bound().merge(trainable.snapshot(bound().trainable()), base());
              if (merged.names().contains(name)) {
                all.put(name, merged.copy(name));
              }
            });
    return new Named(all);
  }

  Named derived() {
    WeightSnapshot all = base();
    return new Named(
        bound().derived().stream()
            .map(ParameterSpec::name)
            .collect(Collectors.toMap(name -> name, all::copy)));
  }

  static RandomGenerator rng() {
    return Streams.stream(SEED, "adapter", 0, 0);
  }

  Named initial() {
    return Named.of(bound().initial(base(), rng()));
  }

  /** Values such as training would leave. */
  static Named moved(Named start) {
    int[] place = {0};
    Named wave = start.zip(start, (a, b) -> 0.3 * Math.sin(1.1 * place[0]++));
    return start.plus(wave);
  }

  double tolerance() {
    return 1e-4 * subject.tolerance();
  }

  /** What follows from the settings: names and values, then the graph. */
  List<Supplier<String>> effects() {
    return List.of(
        () -> {
          BoundAdapter b = subject.create().bind(model.parameters()); // a refusal as it is
          bound = b;
          Named initial = initial();
          WeightSnapshot moved = moved(initial).snapshot(b.trainable());
          return b.trainable()
              + " "
              + b.added().stream().map(AddedBias::parameter).toList()
              + b.inputRows().map(InputRows::parameter)
              + b.derived()
              + subject.create().mergesAfterTask()
              + initial.digest()
              + Named.of(b.merge(moved, base())).digest();
        },
        () -> AdapterRig.digest(model, bound()));
  }

  /** The behaviour of a fresh object at the start and after some training. */
  String behaviour() {
    try (AdapterTrial own = new AdapterTrial(subject)) {
      Named start = own.initial();
      Named moved = moved(start);
      WeightSnapshot values = moved.snapshot(own.bound().trainable());
      Named merged = Named.of(own.bound().merge(values, own.base()));
      return start + " " + merged + " " + own.rig().adapted(start(), moved);
    }
  }

  @Override
  public void close() {
    AdapterRig open = rig;
    if (open != null) {
      open.close();
    }
  }
}
