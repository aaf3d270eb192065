package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.FunctionModel;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.OptimizerRig;
import io.github.palimpsest.tck.rig.OptimizerRig.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An optimizer on trial and the graphs that its checks share. */
final class OptimizerTrial implements AutoCloseable {
  private static final long STEPS_TO_FIND_A_PHASE = OptimizerRig.TOTAL_STEPS;

  /** The usual names of a learning rate. */
  private static final List<String> RATES =
      List.of("lr", "learning-rate", "step-size", "stepsize", "step-length");

  private final Subject<Optimizer> subject;
  private final FunctionModel model = FunctionModel.quadratic();
  private final Map<String, OptimizerRig> rigs = new TreeMap<>();
  private @Nullable Optimizer optimizer;
  private @Nullable Optional<String> rate;

  OptimizerTrial(Subject<Optimizer> subject) {
    this.subject = subject;
  }

  Subject<Optimizer> subject() {
    return subject;
  }

  FunctionModel model() {
    return model;
  }

  /** The start of the quadratic. */
  Named start() {
    return model.start();
  }

  List<ParameterSpec> specs() {
    return model.parameters();
  }

  String fixture() {
    return model.description() + ", w0=" + start() + ", settings " + subject.settings();
  }

  Optimizer optimizer() {
    Optimizer o = optimizer;
    if (o == null) {
      o = subject.create();
      optimizer = o;
    }
    return o;
  }

  /** The subject on the quadratic. */
  OptimizerRig rig() {
    OptimizerRig rig = rigs.get("");
    if (rig == null) {
      rig = rigOf(optimizer());
      rigs.put("", rig);
    }
    return rig;
  }

  /** The subject with one setting changed, on the quadratic; kept until the end. */
  OptimizerRig rig(String name, Subject<Optimizer> changed) {
    return rigs.computeIfAbsent(name, n -> rigOf(changed.create()));
  }

  /** Whether the optimizer asks for a gradient with labels drawn from the model. */
  boolean drawsLabels() {
    return IntStream.range(0, optimizer().phases()).anyMatch(p -> !rig().sampled(p).isEmpty());
  }

  /** A function as the engine needs it for this optimizer: with labels if it asks for them. */
  FunctionModel inEngine(FunctionModel function) {
    return drawsLabels() ? function.withLabels() : function;
  }

  /** Any optimizer on the quadratic; the caller closes it. */
  OptimizerRig rigOf(Optimizer any) {
    return new OptimizerRig(model, List.of(FunctionModel.example("one")), any);
  }

  /** The first step of each phase that occurs. */
  List<Long> stepOfEachPhase() {
    Map<Integer, Long> first = new TreeMap<>();
    for (long t = 0; t < STEPS_TO_FIND_A_PHASE; t++) {
      first.putIfAbsent(phaseOf(t), t);
    }
    return List.copyOf(first.values());
  }

  /** The phase of a step of the first task. */
  int phaseOf(long step) {
    return optimizer().phaseOf(0, step, OptimizerRig.TOTAL_STEPS);
  }

  /**
   * The subject with another learning rate: a setting of a usual name, or one that the first update
   * is proportional to.
   *
   * @return empty if there is none, or it does not allow the value
   */
  Optional<Subject<Optimizer>> withRate(double value) {
    return withRate(subject, value);
  }

  Optional<Subject<Optimizer>> withRate(Subject<Optimizer> of, double value) {
    return rate().flatMap(key -> of.with(key, value));
  }

  private Optional<String> rate() {
    Optional<String> known = rate;
    if (known == null) {
      known =
          RATES.stream()
              .filter(subject::has)
              .findFirst()
              .or(() -> subject.numbers().keySet().stream().filter(this::scales).findFirst());
      rate = known;
    }
    return known;
  }

  private boolean scales(String key) {
    double value = subject.numbers().get(key);
    Optional<Subject<Optimizer>> half = subject.with(key, value / 2);
    if (half.isEmpty()) {
      return false;
    }
    Named whole = rig().step(fresh()).updates();
    Named less = rig(key + "/2", half.get()).step(fresh()).updates();
    return !whole.zero() && less.near(whole.scale(0.5), 1e-4, 0);
  }

  /** Passes a step, by declaration. */
  double declaredPasses() {
    return subject.traits().cost().passesPerStep();
  }

  /** Gradients for each call of a step, different for each step and call. */
  List<Named> gradients(long step, int calls, double shift) {
    List<Named> all = new ArrayList<>();
    for (int k = 0; k < calls; k++) {
      double phase = 0.7 * step + 1.3 * k + shift;
      all.add(Named.of(specs(), i -> Math.sin(2.3 * i + phase) + 0.3));
    }
    return all;
  }

  /** A fresh start at the quadratic's start. */
  Start fresh() {
    return Start.at(start());
  }

  /** The behaviour of a new object in twelve steps. */
  String behaviour() {
    try (OptimizerRig own = rigOf(subject.create())) {
      StringBuilder all = new StringBuilder();
      own.steps(start(), 12).forEach(s -> all.append(s.updates()).append(s.asked()).append('\n'));
      return all.toString();
    }
  }

  @Override
  public void close() {
    rigs.values().forEach(OptimizerRig::close);
    rigs.clear();
  }
}
