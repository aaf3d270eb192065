package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerByTask;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.FunctionModel;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.OptimizerRig;
import io.github.palimpsest.tck.rig.OptimizerRig.Start;
import io.github.palimpsest.tck.rig.OptimizerRig.Step;
import io.github.palimpsest.tck.rig.StepSketch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An optimizer on trial and the graphs that its checks share. */
final class OptimizerTrial implements AutoCloseable {
  private static final long STEPS_TO_FIND_A_PHASE = OptimizerRig.TOTAL_STEPS;

  private static final int[] TASKS = {0, 1, 3};

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

  /**
   * A step of a task.
   *
   * @param task the task
   * @param step steps done in it
   */
  record Moment(int task, long step) {
    @Override
    public String toString() {
      return (task == 0 ? "step " : "task " + task + ", step ") + step;
    }
  }

  /** The first task, and later ones in which the phases are others than in the tasks before. */
  List<Integer> tasks() {
    Map<List<Integer>, Integer> byPhases = new LinkedHashMap<>();
    for (int task : TASKS) {
      List<Integer> phases = new ArrayList<>();
      for (long t = 0; t < STEPS_TO_FIND_A_PHASE; t++) {
        phases.add(phaseOf(new Moment(task, t)));
      }
      byPhases.putIfAbsent(phases, task);
    }
    return List.copyOf(byPhases.values());
  }

  /** The first step of each phase that occurs in a task. */
  List<Moment> momentOfEachPhase() {
    Map<Integer, Moment> first = new TreeMap<>();
    for (int task : tasks()) {
      for (long t = 0; t < STEPS_TO_FIND_A_PHASE; t++) {
        Moment moment = new Moment(task, t);
        first.putIfAbsent(phaseOf(moment), moment);
      }
    }
    return List.copyOf(first.values());
  }

  /** The phase of a step of the first task. */
  int phaseOf(long step) {
    return phaseOf(new Moment(0, step));
  }

  int phaseOf(Moment moment) {
    return optimizer().phaseOf(moment.task(), moment.step(), OptimizerRig.TOTAL_STEPS);
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

  /**
   * The key of the radius of the ascent: {@code rho}, or, where a Euclidean ascent is promised, the
   * first setting that moves a point of an oracle call.
   */
  Optional<String> radius() {
    if (subject.has("rho") || !subject.promises(Promise.EUCLIDEAN_ASCENT)) {
      return Optional.of("rho").filter(subject::has);
    }
    return subject.numbers().keySet().stream().filter(this::movesAPoint).findFirst();
  }

  private boolean movesAPoint(String key) {
    double value = subject.numbers().get(key);
    Optional<Subject<Optimizer>> half = subject.with(key, value / 2);
    if (half.isEmpty()) {
      return false;
    }
    List<Named> points = points(rig());
    List<Named> others = points(rig(key + "/2", half.get()));
    return IntStream.range(0, Math.min(points.size(), others.size()))
        .anyMatch(k -> !points.get(k).same(others.get(k)));
  }

  private List<Named> points(OptimizerRig in) {
    return ascending(in, fresh()).asked().stream().map(OptimizerRig.Asked::point).toList();
  }

  /** Passes a step, by declaration: those of the costliest task. */
  double declaredPasses() {
    return subject.traits().cost().passesPerStep();
  }

  /** Passes a step of a task, by declaration of the optimizer that acts in it. */
  double declaredPasses(int task) {
    return declaredPasses(subject, task);
  }

  static double declaredPasses(Subject<Optimizer> of, int task) {
    Component<Optimizer> whole = new Component<>(of.provider(), of.settings());
    return OptimizerByTask.acting(whole, task).traits().cost().passesPerStep();
  }

  /** A fixture in a task. */
  static String in(int task) {
    return task == 0 ? "" : ", in task " + task;
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

  /** A fresh start at a step. */
  Start at(Moment moment) {
    return fresh().in(moment.task()).after(moment.step(), Map.of());
  }

  /** The step of the first task that asks at some other point than the weights, if one does. */
  Step ascending(OptimizerRig in, Start start) {
    Step first = in.step(start);
    for (int task : tasks()) {
      Step step = in.step(start.in(task));
      if (step.asked().stream().anyMatch(a -> !a.point().minus(start.weights()).zero())) {
        return step;
      }
    }
    return first;
  }

  /** What follows from the settings: phases and the parameters that are trained, then the graph. */
  List<Supplier<String>> effects() {
    return List.of(
        () -> {
          Optimizer o = subject.create();
          StringBuilder all = new StringBuilder().append(o.phases());
          for (int task : TASKS) {
            for (long t = 0; t < STEPS_TO_FIND_A_PHASE; t++) {
              all.append(o.phaseOf(task, t, OptimizerRig.TOTAL_STEPS)).append(' ');
            }
          }
          specs().forEach(p -> all.append(o.trains(p)));
          return all.toString();
        },
        () -> StepSketch.digest(specs(), start(), subject.create()));
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
