package io.github.palimpsest.execution.memory;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.optimizer.Slot;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalChoice;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.experiment.file.Budget;
import io.github.palimpsest.experiment.plan.InputRooms;
import io.github.palimpsest.experiment.subject.ScoredBatch;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What decides the memory of a run.
 *
 * @param model the model
 * @param recipe its components; their declared costs count
 * @param training batch, accumulation, precision and recomputation
 * @param tokens the longest example that is trained on
 * @param tasks the number of tasks
 * @param scored the largest batch of each set that is scored
 * @param bfloat16 whether the matrices of the model are numbers of bfloat16
 */
public record Workload(
    DecoderModel model,
    Recipe recipe,
    Training training,
    int tokens,
    int tasks,
    List<ScoredBatch> scored,
    boolean bfloat16) {
  /** Optimizers that need the gradient of their ascent for its point alone. */
  private static final Set<String> ASCENDING = Set.of("sam", "asam", "sam-on", "fisher-sam");

  /** So many examples that a share of them is exact to three digits. */
  private static final long MANY = 1000;

  private static final Pattern SEVERAL_PARTS = Pattern.compile("parts=(?!1\\b)(\\d+)");

  /** Of a model in float32. */
  public Workload(
      DecoderModel model,
      Recipe recipe,
      Training training,
      int tokens,
      int tasks,
      List<ScoredBatch> scored) {
    this(model, recipe, training, tokens, tasks, scored, false);
  }

  /** Copies the list. */
  public Workload {
    scored = List.copyOf(scored);
  }

  DecoderSpec spec() {
    return model.spec();
  }

  /** The floats of the model. */
  long modelFloats() {
    return floats(model.parameters());
  }

  /** Whether the frozen matrices are stored in bfloat16. */
  boolean isNarrow() {
    return isAdapted()
        && bfloat16
        && training.recompute().of(model.parameters()) != Recompute.NOTHING;
  }

  /** The floats of the model's matrices. */
  long matrixFloats() {
    return floats(model.parameters().stream().filter(p -> p.shape().rank() == 2).toList());
  }

  /** The largest kernel of a layer. */
  long largestKernel() {
    return model.parameters().stream()
        .filter(p -> p.role() == ParameterSpec.Role.KERNEL)
        .mapToLong(p -> p.shape().size())
        .max()
        .orElse(0);
  }

  /** The largest tensor that is trained. */
  long largestTrained() {
    return trained().stream().mapToLong(p -> p.shape().size()).max().orElse(0);
  }

  /** The trained parameters. */
  List<ParameterSpec> trained() {
    return Budget.trained(recipe, model.parameters());
  }

  /** The floats that are trained. */
  long trainedFloats() {
    return floats(trained());
  }

  /** The floats that an adapter keeps frozen: the base, and what follows from it. */
  long frozenFloats() {
    return bound().map(a -> modelFloats() + floats(a.derived())).orElse(0L);
  }

  boolean isAdapted() {
    return recipe.adapter().isPresent();
  }

  private Optional<BoundAdapter> bound() {
    return recipe.adapter().map(Component::create).map((Adapter a) -> a.bind(model.parameters()));
  }

  Cost cost() {
    return Budget.cost(recipe);
  }

  /** The forward-and-backward passes of the optimizer. */
  double passes() {
    return recipe.optimizer().traits().cost().passesPerStep();
  }

  /** The rehearsal's choice among candidates, if it has one. */
  private Optional<RehearsalChoice> choice() {
    return recipe.rehearsal().flatMap(r -> r.create().choice());
  }

  /**
   * The declared passes with which a rehearsal chooses examples. They end before the step begins,
   * so its temporary values are not next to theirs.
   */
  double choosingPasses() {
    if (choice().isEmpty()) {
      return 0;
    }
    Component<Rehearsal> rehearsal = recipe.rehearsal().orElseThrow();
    OptionalLong trained = rehearsal.create().rehearsed(1, MANY);
    double ratio = (double) trained.orElse(0) / MANY;
    return Math.max(0, rehearsal.traits().cost().passesPerStep() - ratio);
  }

  /** The passes of a choice in the graph: one with a gradient, and a forward one at each point. */
  double choosingGraphs() {
    return choice().map(c -> c.virtualStep().isPresent() ? 1 + 2.0 / 3 : 1.0 / 3).orElse(0.0);
  }

  /** The floats of the point after a virtual step. */
  long virtualFloats() {
    return choice().filter(c -> c.virtualStep().isPresent()).map(c -> trainedFloats()).orElse(0L);
  }

  /**
   * The bytes of the slots: the optimizer's as they are stored, those of regularizers in float32.
   */
  long slotBytes() {
    double optimizer = recipe.optimizer().traits().cost().slotsPerParameter();
    double others = cost().slotsPerParameter() - optimizer;
    return Math.round(trainedFloats() * others * Float.BYTES)
        + Budget.optimizerFloats(recipe, trained()) * training.slots().bytes();
  }

  /** The floats of fixed random tensors that regularizers draw. */
  long drawnFloats() {
    List<ParameterSpec> trained = trained();
    return recipe.regularizers().stream()
        .flatMap(r -> r.create().drawn(trained).stream())
        .mapToLong(Shape::size)
        .sum();
  }

  /** The floats of state for each trained parameter, on average. */
  double slotsPerParameter() {
    return Budget.slots(recipe, model.parameters());
  }

  /** The largest tensor of a slot of declared shape. */
  long largestSlot() {
    return Slot.declared(recipe.optimizer()).stream()
        .flatMap(s -> trained().stream().flatMap(p -> s.shape(p).stream()))
        .mapToLong(Shape::size)
        .max()
        .orElse(0);
  }

  boolean accumulates() {
    return training.accumulation() > 1;
  }

  /**
   * The gradients of how many passes a step with accumulation holds as sums at the same time. A
   * gradient that only leads to the second point is given up when that point is stored. Each part
   * of a batch that has an ascent of its own is two calls.
   */
  int sums() {
    if (passes() <= 1) {
      return 1;
    }
    Matcher parts = SEVERAL_PARTS.matcher(recipe.optimizer().toString());
    if (parts.find()) {
      return 2 * Integer.parseInt(parts.group(1)) - 1;
    }
    boolean one = ASCENDING.contains(recipe.optimizer().id().value());
    return one ? 1 : (int) Math.ceil(passes());
  }

  /** The floats of the point at which an optimizer with several passes looks. */
  long pointFloats() {
    if (passes() <= 1) {
      return 0;
    }
    boolean effective = recipe.optimizer().toString().contains("=effective");
    return effective ? modelFloats() : trainedFloats();
  }

  /** Whether the update needs all gradients at once. */
  boolean holdsGradients() {
    return recipe.optimizer().toString().contains("clip-norm");
  }

  /** The tokens of a micro-batch. */
  long batchTokens() {
    return (long) training.microBatchSize() * tokens;
  }

  /** The places of a micro-batch: its tokens, and the rows of an adapter before each example. */
  long batchPlaces() {
    return (long) training.microBatchSize() * (tokens + rows());
  }

  /** The rows that an adapter puts before the input. */
  int rows() {
    return InputRooms.rows(recipe, model);
  }

  private static long floats(List<ParameterSpec> parameters) {
    return parameters.stream().mapToLong(p -> p.shape().size()).sum();
  }
}
