package io.github.palimpsest.engine;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.discovery.Activity;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.rehearsal.Candidates;
import io.github.palimpsest.api.rehearsal.RehearsalChoice;
import io.github.palimpsest.engine.batch.RehearsedFeed;
import io.github.palimpsest.engine.differentiation.Differentiation;
import io.github.palimpsest.engine.divergence.NonFiniteLossException;
import io.github.palimpsest.engine.weights.Fills;
import io.github.palimpsest.engine.weights.HostTensors;
import io.github.palimpsest.engine.weights.ParameterStore;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * Finds the rehearsed examples of a step that are trained, by their losses before it.
 *
 * <pre>
 *   g       = gradient of sum(lossPerExample) / sum(weightPerExample) of the current examples at theta
 *   theta_v = theta - alpha g
 *   before  = lossPerExample / weightPerExample of each candidate at theta,  after = at theta_v
 * </pre>
 *
 * <p>{@code theta_v} has variables of its own, so the trained weights are never changed; these
 * variables take no memory during the step itself. Current examples are summed over micro-batches;
 * candidates come in groups of at most the current examples of a micro-batch.
 */
final class StepChoice {
  private static final String VIRTUAL = "virtual/";
  private static final String WEIGHT = VIRTUAL + "weight";

  /** The prefix of the virtual point, which takes no memory between choices. */
  static final String POINTS = VIRTUAL + "point/";

  private final RehearsalChoice choice;
  private final TaskStart start;
  private final BatchFeed batch;
  private final List<Operand<TFloat32>> losses = new ArrayList<>();
  private final @Nullable Virtual virtual;

  /**
   * The virtual step.
   *
   * @param zeros begins the sum of the gradient
   * @param add adds a micro-batch to it
   * @param move makes it the point
   * @param leave gives up its memory
   */
  private record Virtual(Fills zeros, List<Op> add, List<Op> move, List<Op> leave) {}

  /**
   * Builds what the choice needs in the graph of a task.
   *
   * @param task its graph, which has no session yet
   */
  StepChoice(RehearsalChoice choice, TaskStart start, TaskGraph task) {
    this.choice = choice;
    this.start = start;
    this.batch = task.batch();
    Objective plain =
        task.objective()
            .plain(start.training().recompute().of(start.model().parameters()), start::lossParts);
    Operand<TFloat32> before = perToken(task.tf(), plain.at(task.params()).forward());
    losses.add(before);
    OptionalDouble alpha = choice.virtualStep();
    virtual = alpha.isPresent() ? virtual(task, plain, length(alpha.getAsDouble())) : null;
    if (virtual != null) {
      // not at the same time as the pass before it, whose activations would be in memory too
      Ops later = task.tf().withControlDependencies(List.of(before));
      Tensors there =
          task.params().tensors().mapNamed((name, w) -> task.store().read(POINTS + name));
      losses.add(
          perToken(task.tf(), plain.at(Params.of(there.map(w -> later.identity(w)))).forward()));
    }
  }

  private static double length(double alpha) {
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw violation("declares a virtual step of length " + alpha + ", not above 0 and finite");
    }
    return alpha;
  }

  private static Virtual virtual(TaskGraph task, Objective plain, double alpha) {
    Ops tf = task.tf();
    ParameterStore store = task.store();
    Params point = task.params().with(task.params().tensors().map(x -> tf.identity(x)));
    Objective.Point parts = plain.at(point);
    Tensors g =
        Differentiation.derivatives(
                task.graph(), tf, parts.lossSum(), point, List.of(), parts.cuts())
            .gradients()
            .tensors();
    Operand<TFloat32> weight = store.variable(WEIGHT, Shape.scalar(), 0);
    Operand<TFloat32> factor = tf.constant((float) alpha);
    List<Op> add = new ArrayList<>(List.of(store.add(WEIGHT, parts.weightSum())));
    List<Op> move = new ArrayList<>();
    List<Op> leave = new ArrayList<>();
    task.params()
        .tensors()
        .byName()
        .forEach(
            (name, w) -> {
              String own = POINTS + name;
              Operand<TFloat32> sum = store.variable(own, Shapes.from(w.shape()), 0);
              add.add(store.add(own, g.get(name)));
              Operand<TFloat32> mean = tf.math.divNoNan(sum, weight);
              move.add(store.set(own, tf.math.sub(w, tf.math.mul(factor, mean))));
              leave.add(store.left(own));
            });
    return new Virtual(store.fills(VIRTUAL), add, move, leave);
  }

  private static Operand<TFloat32> perToken(Ops tf, Forward forward) {
    return tf.math.divNoNan(forward.lossPerExample(), forward.weightPerExample());
  }

  /**
   * The examples of a step that are trained: those that are no candidates, then the chosen ones.
   *
   * @param examples a batch of the rehearsal
   * @param step steps of the task already done
   * @throws NonFiniteLossException if the loss of a candidate is not finite at the present weights
   * @throws RuleViolationException if the choice breaks DAT-10
   */
  List<Example> chosen(Session session, List<Example> examples, long step) {
    Split split = split(examples);
    if (split.candidates().isEmpty()) {
      return examples;
    }
    List<float[]> found = evaluated(session, split);
    for (float loss : found.get(0)) {
      if (!Float.isFinite(loss)) {
        throw new NonFiniteLossException(start.task(), step + 1, loss);
      }
    }
    List<Integer> places = choice.chosen(new Known(split.current(), split.candidates(), found));
    List<Example> trained = new ArrayList<>(split.others());
    Set<Integer> seen = new HashSet<>();
    for (int place : places) {
      if (place < 0 || place >= split.candidates().size() || !seen.add(place)) {
        throw violation(
            "chose the places "
                + places
                + "; allowed are different ones from 0 to "
                + (split.candidates().size() - 1));
      }
      trained.add(split.candidates().get(place));
    }
    if (trained.isEmpty()) {
      throw new PalimpsestException(
          "the rehearsal chose none of "
              + split.candidates().size()
              + " candidates for step "
              + (step + 1)
              + " of task "
              + (start.task() + 1)
              + ", which has no other examples to train");
    }
    return trained;
  }

  private static RuleViolationException violation(String what) {
    return new RuleViolationException("DAT-10", "the choice of the rehearsal " + what);
  }

  /** The gradient passes of a choice in a batch: one if there is a virtual step to take. */
  int passes(List<Example> examples) {
    Split split = split(examples);
    return virtual == null || split.candidates().isEmpty() || split.current().isEmpty() ? 0 : 1;
  }

  /** The losses of the candidates at each point; with a virtual step there are two. */
  private List<float[]> evaluated(Session session, Split split) {
    Virtual step = virtual;
    if (step != null) {
      step.zeros().run(session);
      if (!split.current().isEmpty()) {
        for (List<Example> micro : start.training().microBatches(split.current())) {
          run(session, micro, r -> step.add().forEach(r::addTarget));
        }
      }
      run(session, List.of(), r -> step.move().forEach(r::addTarget));
    }
    List<float[]> all = new ArrayList<>();
    losses.forEach(l -> all.add(new float[split.candidates().size()]));
    int group = start.training().microBatchSize();
    for (int from = 0; from < split.candidates().size(); from += group) {
      List<Example> some =
          split.candidates().subList(from, Math.min(split.candidates().size(), from + group));
      List<float[]> own = run(session, some, r -> losses.forEach(r::fetch));
      for (int point = 0; point < losses.size(); point++) {
        System.arraycopy(own.get(point), 0, all.get(point), from, some.size());
      }
    }
    if (step != null) {
      run(session, List.of(), r -> step.leave().forEach(r::addTarget));
    }
    return all;
  }

  private List<float[]> run(
      Session session, List<Example> examples, Consumer<Session.Runner> what) {
    Map<Placeholder<?>, Tensor> inputs = examples.isEmpty() ? Map.of() : batch.tensors(examples);
    Session.Runner runner = session.runner();
    batch.feed(runner, inputs);
    what.accept(runner);
    try (Result result = runner.run()) {
      Activity.moved();
      List<float[]> values = new ArrayList<>();
      for (int i = 0; i < result.size(); i++) {
        values.add(HostTensors.floats((TFloat32) result.get(i)));
      }
      return values;
    } finally {
      inputs.values().forEach(Tensor::close);
    }
  }

  /**
   * A batch by the origin of its examples.
   *
   * @param current of the current task
   * @param candidates of finished tasks
   * @param others all that are no candidates, also those of no task
   */
  private record Split(List<Example> current, List<Example> candidates, List<Example> others) {}

  private Split split(List<Example> examples) {
    Split split = new Split(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (Example e : examples) {
      int origin = start.origin().applyAsInt(e);
      boolean candidate = origin != RehearsedFeed.NO_TASK && origin != start.task();
      (candidate ? split.candidates() : split.others()).add(e);
      if (origin == start.task()) {
        split.current().add(e);
      }
    }
    return split;
  }

  /** The candidates of a step and their losses at each point. */
  private record Known(List<Example> current, List<Example> examples, List<float[]> losses)
      implements Candidates {
    Known {
      current = List.copyOf(current);
      examples = List.copyOf(examples);
    }

    @Override
    public double lossBefore(int place) {
      return losses.get(0)[place];
    }

    @Override
    public double lossAfter(int place) {
      if (losses.size() < 2) {
        throw new IllegalStateException(
            "the loss after a virtual step is not known, because the choice declares no virtual"
                + " step");
      }
      float loss = losses.get(1)[place];
      return Float.isFinite(loss) ? loss : Double.POSITIVE_INFINITY;
    }
  }
}
