package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_10;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_11;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_19;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_20;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_24;
import static io.github.palimpsest.tck.rule.OptimizerRule.OPT_32;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.divergence.NonFiniteLossException;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.checks.OptimizerTrial.Moment;
import io.github.palimpsest.tck.rig.FunctionModel;
import io.github.palimpsest.tck.rig.MiniLlama;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.OptimizerRig;
import io.github.palimpsest.tck.rule.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The checks of an optimizer in the engine, over many steps. */
final class OptimizerRunChecks {
  private static final long SEED = 7;
  private static final int STEPS = 20;
  private static final int FEW = 2;
  private static final int BUDGET = 2_000;
  private static final int[] LATER = {1, 3};
  private static final double[] RATES = {0.1, 0.01, 1e-3, 1e-4, 1};

  private final OptimizerTrial trial;
  private final MiniLlama llama = new MiniLlama(1);
  private @Nullable Trained trained;

  /**
   * The weights of a run.
   *
   * @param soon after a few steps
   * @param end after the last step
   */
  private record Trained(Named soon, Named end) {}

  OptimizerRunChecks(OptimizerTrial trial) {
    this.trial = trial;
  }

  Map<Rule, Trial> trials() {
    return Map.of(
        OPT_10, this::sameSeedSameBits,
        OPT_11, this::minimises,
        OPT_20, this::measuredPassesAreDeclared,
        OPT_19, this::microBatchesAreOneBatch,
        OPT_24, this::everyTrainedParameterMoves,
        OPT_32, this::othersStay);
  }

  private void sameSeedSameBits() {
    List<String> unseeded = trial.rig().bench().unseeded();
    Expect.that(
        unseeded.isEmpty(),
        () ->
            new Finding(
                trial.fixture(),
                "no random operation but those of StepContext.gaussian",
                "the graph has " + unseeded));
    Named one = trained().end();
    Named two = train(llama.start(), 1, STEPS).end();
    Expect.that(
        one.same(two),
        () ->
            new Finding(
                "a Llama of one layer, " + STEPS + " steps, seed " + SEED,
                "equal weights after both runs",
                "weights that differ by " + one.minus(two).norm() + " in norm"));
  }

  private Trained trained() {
    Trained t = trained;
    if (t == null) {
      t = train(llama.start(), 1, STEPS);
      trained = t;
    }
    return t;
  }

  private Named soon(Named start, int accumulation) {
    return train(start, accumulation, FEW).end();
  }

  /** Does the first steps of a task of all steps. */
  private Trained train(Named start, int accumulation, int steps) {
    List<Example> batch = MiniLlama.examples(0, 6);
    try (StepGraph graph =
        StepGraph.firstTask(
            llama,
            start.snapshot(llama.parameters()),
            Seats.of(trial.subject().create()),
            new Training(1, 0, batch.size(), accumulation, 0),
            SEED,
            Device.CPU)) {
      Named soon = start;
      for (int t = 0; t < steps; t++) {
        graph.step(batch, t, STEPS);
        soon = t + 1 == FEW ? Named.of(graph.trainable()) : soon;
      }
      return new Trained(soon, Named.of(graph.trainable()));
    }
  }

  private void measuredPassesAreDeclared() {
    FunctionModel model = trial.inEngine(trial.model());
    try (StepGraph graph =
        StepGraph.firstTask(
            model,
            model.start().snapshot(model.parameters()),
            Seats.of(trial.subject().create()),
            Training.epochs(1, 1),
            SEED,
            Device.CPU)) {
      for (int task : trial.tasks()) {
        measuredPassesAreDeclared(graph, task);
      }
    }
  }

  private void measuredPassesAreDeclared(StepGraph graph, int task) {
    double calls = 0;
    for (long t = 0; t < BUDGET; t++) {
      calls += graph.optimizerPasses(trial.phaseOf(new Moment(task, t)));
    }
    double measured = calls / BUDGET;
    double declared = trial.declaredPasses(task);
    Expect.that(
        Math.abs(measured - declared) <= 10.0 / BUDGET,
        () ->
            new Finding(
                "the engine's step graph, " + BUDGET + " steps" + OptimizerTrial.in(task),
                declared + " passes a step, as declared",
                measured + " passes"));
  }

  private void everyTrainedParameterMoves() {
    List<String> still = still();
    still.removeAll(untrained(llama.parameters()));
    Expect.that(
        still.isEmpty(),
        () ->
            new Finding(
                "a Llama of one layer, " + STEPS + " steps",
                "every trained parameter changes",
                still + " did not"));
  }

  private void othersStay() {
    List<String> others = untrained(llama.parameters());
    NotApplicable.unless(!others.isEmpty(), Feature.TRAINS_SOME);
    List<String> moved = new ArrayList<>(others);
    moved.removeAll(still());
    Expect.that(
        moved.isEmpty(),
        () ->
            new Finding(
                "a Llama of one layer, " + STEPS + " steps",
                others + " stay, since they are not trained",
                moved + " changed"));
    try (OptimizerRig rig =
        new OptimizerRig(llama, MiniLlama.examples(0, 4), trial.subject().create())) {
      List<String> kept =
          rig.slotNames().stream()
              .filter(slot -> others.contains(slot.substring(slot.indexOf(':') + 1)))
              .toList();
      Expect.that(
          kept.isEmpty(),
          () ->
              new Finding(
                  "a Llama of one layer",
                  "no slots for " + others + ", which are not trained",
                  "the slots " + kept));
    }
  }

  private List<String> untrained(List<ParameterSpec> parameters) {
    Optimizer optimizer = trial.optimizer();
    return parameters.stream().filter(p -> !optimizer.trains(p)).map(ParameterSpec::name).toList();
  }

  /** The parameters that keep their bits. */
  private List<String> still() {
    Named after = trained().end();
    Named before = llama.start();
    List<String> still = new ArrayList<>();
    for (ParameterSpec p : llama.parameters()) {
      if (Arrays.equals(after.values().get(p.name()), before.values().get(p.name()))) {
        still.add(p.name());
      }
    }
    return still;
  }

  private void microBatchesAreOneBatch() {
    Named whole = trained().soon();
    Named cut = soon(llama.start(), 3);
    double moved = whole.minus(llama.start()).norm();
    double apart = whole.minus(cut).norm();
    // no sum of weights is closer than their own rounding
    double allowed = 1e-4 * trial.subject().tolerance() * moved + 1e-7 * whole.norm();
    Expect.that(
        apart <= allowed || apart <= 10 * spreadOfRounding(whole),
        () ->
            new Finding(
                "a Llama of one layer, " + FEW + " steps of 6 examples in 1 and in 3 micro-batches",
                "equal weights to 1e-4 of the way gone, which is " + moved,
                "weights " + apart + " apart"));
  }

  /**
   * The distance between two runs whose starting weights differ in the last bits: signs and small
   * differences of losses magnify a mere change in the order of summation.
   *
   * @return 0 if the steps are not even the same each time
   */
  private double spreadOfRounding(Named whole) {
    Named nudged = llama.start().zip(llama.start(), (w, same) -> Math.nextUp((float) w));
    boolean repeatable = soon(llama.start(), 1).same(whole);
    return repeatable ? soon(nudged, 1).minus(whole).norm() : 0;
  }

  private void minimises() {
    List<FunctionModel> functions = new ArrayList<>(List.of(quadratic()));
    FunctionModel valley = FunctionModel.rosenbrock();
    if (untrained(valley.parameters()).isEmpty()) {
      functions.add(valley);
    }
    for (FunctionModel plain : functions) {
      FunctionModel function = trial.inEngine(plain);
      double share = function.parameters().size() == 2 ? 0.2 : 0.01;
      StringJoiner seen = new StringJoiner("; ");
      // the usual radii are far larger than these functions, but not every rho is a radius
      Set<Subject<Optimizer>> tried = new LinkedHashSet<>();
      trial.subject().with("rho", 0.01).ifPresent(tried::add);
      tried.add(trial.subject());
      boolean done = tried.stream().anyMatch(s -> reachesAtSomeRate(function, share, s, 0, seen));
      Expect.that(
          done,
          () ->
              new Finding(
                  function.description() + " from " + function.start(),
                  100 * share + " % of the starting value within " + BUDGET + " steps",
                  seen.toString(),
                  seen.toString().contains("grew without bound")
                          && !seen.toString().contains("% of it")
                      ? "ascent: the sign of the update is wrong"
                      : ""));
    }
    minimisesLater();
  }

  /** The quadratic, at its minimum in all parameters that are not trained. */
  private FunctionModel quadratic() {
    FunctionModel all = FunctionModel.quadratic();
    List<String> atRest = untrained(all.parameters());
    NotApplicable.unless(atRest.size() < all.parameters().size(), Feature.TRAINS_SOME);
    return all.startingAtRest(atRest);
  }

  /** An optimizer as it is in a later task. */
  private record InTask(Optimizer own, int task) implements Optimizer {
    @Override
    public Updates updates(StepContext c) {
      return own.updates(c);
    }

    @Override
    public int phases() {
      return own.phases();
    }

    @Override
    public int phaseOf(int index, long step, long totalSteps) {
      return own.phaseOf(task + index, step, totalSteps);
    }

    /** Whether its phases are those of the first task. */
    boolean isAsAtFirst() {
      return LongStream.range(0, BUDGET)
          .allMatch(t -> own.phaseOf(task, t, BUDGET) == own.phaseOf(0, t, BUDGET));
    }
  }

  /** Tries later tasks in which the optimizer has other phases than in the first. */
  private void minimisesLater() {
    FunctionModel function = trial.inEngine(quadratic());
    for (int task : LATER) {
      if (new InTask(trial.subject().create(), task).isAsAtFirst()) {
        continue;
      }
      StringJoiner seen = new StringJoiner("; ");
      Expect.that(
          reachesAtSomeRate(function, 0.01, trial.subject(), task, seen),
          () ->
              new Finding(
                  function.description() + " in task " + task,
                  "1 % of the starting value within " + BUDGET + " steps",
                  seen.toString(),
                  "a phase of later tasks that goes another way"));
    }
  }

  private boolean reachesAtSomeRate(
      FunctionModel function,
      double share,
      Subject<Optimizer> subject,
      int task,
      StringJoiner seen) {
    for (double rate : RATES) {
      // without a rate of its own, a flatter function is the same as a smaller one
      Optional<Subject<Optimizer>> at = trial.withRate(subject, rate);
      boolean reached =
          at.isPresent()
              ? reaches(function, share, at.get(), task, seen)
              : reaches(function.times(10 * rate), share, subject, task, seen);
      if (reached) {
        return true;
      }
    }
    return reaches(function, share, subject, task, seen);
  }

  private boolean reaches(
      FunctionModel function,
      double share,
      Subject<Optimizer> subject,
      int task,
      StringJoiner seen) {
    List<Example> batch = List.of(FunctionModel.example("one"));
    try (StepGraph graph =
        StepGraph.firstTask(
            function,
            function.start().snapshot(function.parameters()),
            Seats.of(new InTask(subject.create(), task)),
            Training.epochs(1, 1),
            SEED,
            Device.CPU)) {
      double first = graph.step(batch, 0, BUDGET);
      double least = first;
      double loss = first;
      for (int t = 1; t < BUDGET && loss < 1e9 * first; t++) {
        loss = graph.step(batch, t, BUDGET);
        least = Math.min(least, loss);
        if (loss <= share * first) {
          return true;
        }
      }
      seen.add(
          subject.settings()
              + (loss > first
                  ? " grew without bound"
                  : " ends at " + 100 * loss / first + " % of it"));
    } catch (NonFiniteLossException e) {
      seen.add(subject.settings() + " grew without bound");
    }
    return false;
  }
}
