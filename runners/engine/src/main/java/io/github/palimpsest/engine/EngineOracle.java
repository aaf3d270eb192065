package io.github.palimpsest.engine;

import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.rehearsal.RehearsalLoss.Mean;
import io.github.palimpsest.api.rehearsal.RehearsalOracle;
import io.github.palimpsest.engine.StepAnswers.Asked;
import io.github.palimpsest.engine.batch.ChosenRows;
import io.github.palimpsest.engine.batch.StepValues;
import io.github.palimpsest.engine.differentiation.Differentiation;
import io.github.palimpsest.engine.differentiation.Penalty;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Builds one forward and backward pass for each call, over the batch or over the rows of the
 * selected examples.
 *
 * <p>With accumulation, the gradient of a call is summed over the step's micro-batches in
 * accumulator variables, and what it returns reads them, so the point of the next call (SAM's
 * {@code w + e}) depends on the whole step's batch. The second point is computed once a step and
 * stored, so that the sums behind it are not needed after that. The sum is divided once, by the
 * target tokens of the whole step. A penalty that depends on the batch is weighted by each
 * micro-batch's tokens; one that does not is added once.
 */
final class EngineOracle implements RehearsalOracle {
  private static final String TOKENS = "targets";

  /** Ends of the passes built so far. */
  private final List<OracleCall> calls = new ArrayList<>();

  /** Forward passes over the whole batch or a part of it, for reuse. */
  private final Map<Asked, Objective.Point> forwards = new LinkedHashMap<>();

  /** The last pass for each question. */
  private final Map<Asked, Answered> answered = new HashMap<>();

  private final Graph graph;
  private final Ops tf;
  private final Objective objective;
  private final Collection<? extends Operand<?>> inputs;
  private final EffectiveSpace space;
  private final ChosenRows chosen;
  private final StepValues values;
  private final @Nullable Accumulators accumulators;
  private final StepAnswers answers = new StepAnswers();
  private Optional<Evaluated> latest = Optional.empty();
  private @Nullable OraclePass first;
  private @Nullable Operand<TFloat32> tokens;

  private record Answered(
      OraclePass pass, Operand<TFloat32> share, List<StepValues.Value> values) {}

  EngineOracle(
      Graph graph,
      Ops tf,
      Objective objective,
      Collection<? extends Operand<?>> inputs,
      EffectiveSpace space,
      ChosenRows chosen,
      StepValues values,
      @Nullable Accumulators accumulators) {
    this.graph = graph;
    this.tf = tf;
    this.objective = objective;
    this.inputs = inputs;
    this.space = space;
    this.chosen = chosen;
    this.values = values;
    this.accumulators = accumulators;
  }

  List<OracleCall> calls() {
    return calls;
  }

  /** The same oracle for those who track the step: what was asked before costs no pass. */
  GradientOracle tracking() {
    return answers.before(this);
  }

  @Override
  public Evaluated at(Params asked, Set<Term> terms, Examples of) {
    if (terms.isEmpty()) {
      throw new IllegalArgumentException("an objective needs at least one term");
    }
    // separate operands: a point may contain w and e(w), and the gradient must not pass through e
    Accumulators sums = sums();
    List<Op> storing = new ArrayList<>();
    List<StepValues.Value> collected = new ArrayList<>();
    values.into(collected);
    // a third point may depend on the second, whose variables would have to outlive it
    Params there = sums == null || calls.size() != 1 ? asked : stored(asked, sums, storing);
    Ops after = asked.sampledLabels().isEmpty() ? tf : later();
    Params alike = asked.sampledLabels().map(there::withSampledLabels).orElse(there);
    Params point = alike.with(alike.tensors().map(x -> after.identity(x)));
    Optional<OracleCall.Search> search = Optional.empty();
    Objective some = objective;
    if (of instanceof Examples.Rising rising) {
      Operand<TFloat32> rise = rise(rising);
      if (accumulators == null) {
        ChosenRows.Found found = chosen.risen(rising, rise);
        some = objective.on(found.at(), found.counted());
      } else {
        search = Optional.of(new OracleCall.Search(rising, rise));
        some = at(chosen.rows(rising));
      }
    } else if (!of.equals(Examples.ALL)) {
      some = at(chosen.rows(of));
    }
    Objective.Point parts = some.at(point, differentiated(asked, some, of));
    forwards.putIfAbsent(new Asked(asked, of), parts);
    Optional<Penalty> penalties = terms.contains(Term.PENALTY) ? parts.penalty() : Optional.empty();
    Optional<Operand<TFloat32>> penalty = penalties.flatMap(Penalty::differentiated);
    boolean certain = of.equals(Examples.ALL) && objective.rehearsal().isEmpty();
    OraclePass pass = new OraclePass(graph, tf, space, point, parts, certain, sums);
    if (first == null) {
      first = pass;
      if (tokens != null && sums != null) {
        pass.summed(TOKENS, whole(point).dataWeight());
      }
    }
    Evaluated evaluated =
        accumulators == null
            ? direct(pass, terms, penalty, of)
            : accumulated(pass, terms, penalty, of);
    Optional<Penalty.Closed> closed = penalties.flatMap(Penalty::closed);
    if (terms.contains(Term.DATA)) {
      noteData(new Asked(asked, of), evaluated, penalty, point);
    }
    if (closed.isPresent()) {
      evaluated = pass.plus(evaluated, pass.of(closed.get(), evaluated.share()));
    }
    calls.add(
        new OracleCall(
            evaluated.loss(),
            evaluated.gradients(),
            pass.accumulate(),
            storing,
            Optional.ofNullable(sums),
            pass.reset(),
            of.passes(),
            search,
            collected));
    answers.note(new Asked(asked, of), terms, evaluated);
    answered.put(new Asked(asked, of), new Answered(pass, evaluated.share(), collected));
    latest = Optional.of(evaluated);
    return evaluated;
  }

  /**
   * What is known of the data loss alone, unless penalties were differentiated together with it.
   */
  private void noteData(
      Asked asked, Evaluated found, Optional<Operand<TFloat32>> penalty, Params point) {
    Collection<Operand<TFloat32>> weights = point.tensors().byName().values();
    if (penalty.isEmpty()) {
      answers.note(asked, EnumSet.of(Term.DATA), found);
    } else if (!Differentiation.depends(penalty.get(), weights)) { // as before the first task
      answers.note(
          asked,
          EnumSet.of(Term.DATA),
          Evaluated.of(
              tf.math.sub(found.loss(), penalty.get()),
              found.gradients(),
              found.effective(),
              found.share()));
    }
  }

  /**
   * The same values, but available only after the gradient that was requested last. The runtime
   * computes everything as early as possible: from a slot that is read at the start of the step it
   * would compute {@code beta m} at once and keep it, as large as the model, through both passes.
   */
  Operand<TFloat32> late(String parameter, Operand<TFloat32> value) {
    List<Op> due = due(parameter);
    return due.isEmpty() ? value : tf.withControlDependencies(due).identity(value);
  }

  /** What such a value waits for; nothing before the first gradient. */
  List<Op> due(String parameter) {
    return latest.stream()
        .<Op>map(
            e -> {
              Tensors g = e.gradients().tensors();
              return g.names().contains(parameter) ? g.get(parameter) : e.loss();
            })
        .toList();
  }

  /**
   * Operations that wait for the gradient that was requested last, if nothing else orders the two
   * passes: otherwise the runtime would hold the activations of both at once.
   */
  private Ops later() {
    List<Op> due = new ArrayList<>();
    if (accumulators == null) {
      latest.ifPresent(e -> due.addAll(e.gradients().tensors().byName().values()));
    }
    return due.isEmpty() ? tf : tf.withControlDependencies(due);
  }

  /** The target tokens that the data loss of the step is a mean over. */
  Operand<TFloat32> targetTokens(Params at) {
    Operand<TFloat32> known = tokens;
    if (known == null) {
      if (accumulators == null) {
        known = whole(at).dataWeight();
      } else if (first != null) {
        known = first.summed(TOKENS, whole(first.point()).dataWeight());
      } else { // summed with the first pass
        Accumulators of = new Accumulators(accumulators.store(), accumulators.path() + "0/");
        known = of.store().variable(of.number(TOKENS), Shape.scalar(), 0);
      }
      tokens = known;
    }
    return known;
  }

  /** The point at which the loss is differentiated with respect to the logits. */
  private Optional<Objective.Point> differentiated(Params asked, Objective some, Examples of) {
    return asked
        .logitGradientAt()
        .map(there -> forwards.computeIfAbsent(new Asked(there, of), a -> some.at(there)));
  }

  private @Nullable Accumulators sums() {
    return accumulators == null
        ? null
        : new Accumulators(accumulators.store(), accumulators.path() + calls.size() + "/");
  }

  /** The same point, read from variables if it depends on sums of the calls before. */
  private Params stored(Params point, Accumulators in, List<Op> storing) {
    List<Operand<TFloat32>> sums =
        calls.stream()
            .flatMap(c -> c.sums().stream())
            .flatMap(s -> s.gradients().stream())
            .<Operand<TFloat32>>map(in.store()::read)
            .toList();
    List<Operand<TFloat32>> tensors = new ArrayList<>(point.tensors().byName().values());
    tensors.addAll(point.offset().byName().values());
    boolean summed = tensors.stream().anyMatch(x -> Differentiation.depends(x, sums));
    if (!summed || tensors.stream().anyMatch(x -> Differentiation.depends(x, inputs))) {
      return point;
    }
    return Params.of(
        stored("w:", point.tensors(), in, storing), stored("offset:", point.offset(), in, storing));
  }

  private static Tensors stored(String kind, Tensors values, Accumulators in, List<Op> storing) {
    return values.mapNamed(
        (name, x) -> {
          String variable = in.point(kind + name);
          Operand<TFloat32> read = in.store().variable(variable, Shapes.from(x.shape()), 0);
          storing.add(in.store().set(variable, x));
          return read;
        });
  }

  private Objective at(ChosenRows.Rows rows) {
    return objective.on(rows.at(), rows.counted());
  }

  /** The rise of the loss per target token between two points, for each example. */
  private Operand<TFloat32> rise(Examples.Rising of) {
    Operand<TFloat32> rise =
        tf.math.sub(lossPerToken(of.to(), of.among()), lossPerToken(of.from(), of.among()));
    // an example whose loss is not finite counts as the steepest, so the step sees it and stops
    return tf.select(
        tf.math.isNan(rise), tf.fill(tf.shape(rise), tf.constant(Float.POSITIVE_INFINITY)), rise);
  }

  private Operand<TFloat32> lossPerToken(Params at, Examples of) {
    Forward forward =
        forwards
            .computeIfAbsent(
                new Asked(at, of),
                asked -> (of.equals(Examples.ALL) ? objective : at(chosen.rows(of))).at(at))
            .forward();
    return tf.math.divNoNan(forward.lossPerExample(), forward.weightPerExample());
  }

  /** A pass over the whole batch at any point: target tokens do not depend on the weights. */
  private Objective.Point whole(Params point) {
    return forwards.entrySet().stream()
        .filter(e -> e.getKey().of().equals(Examples.ALL))
        .findFirst()
        .map(Map.Entry::getValue)
        .orElseGet(
            () -> {
              Objective.Point whole = objective.at(point);
              forwards.put(new Asked(point, Examples.ALL), whole);
              return whole;
            });
  }

  private Evaluated direct(
      OraclePass pass, Set<Term> terms, Optional<Operand<TFloat32>> penalty, Examples of) {
    Optional<Operand<TFloat32>> data =
        terms.contains(Term.DATA)
            ? means(pass.parts()).stream().map(pass::mean).reduce((a, b) -> tf.math.add(a, b))
            : Optional.empty();
    Operand<TFloat32> share =
        of.equals(Examples.ALL)
            ? tf.constant(1f)
            : tf.math.divNoNan(pass.parts().weightSum(), whole(pass.point()).weightSum());
    return pass.of(plus(data, penalty), share);
  }

  private static List<Mean> means(Objective.Point parts) {
    List<Mean> means = new ArrayList<>(List.of(parts.data()));
    means.addAll(parts.rehearsed());
    return means;
  }

  private Evaluated accumulated(
      OraclePass pass, Set<Term> terms, Optional<Operand<TFloat32>> penalty, Examples of) {
    boolean penaltyOfBatch = penalty.isPresent() && Differentiation.depends(penalty.get(), inputs);
    Operand<TFloat32> weight = pass.parts().weightSum();
    Optional<Operand<TFloat32>> weighted =
        penaltyOfBatch ? penalty.map(p -> tf.math.mul(p, weight)) : Optional.empty();
    List<Mean> means = new ArrayList<>();
    if (objective.rehearsal().isEmpty()) {
      Optional<Operand<TFloat32>> data =
          terms.contains(Term.DATA) ? Optional.of(pass.parts().lossSum()) : Optional.empty();
      means.add(Mean.of(1, plus(data, weighted), weight));
    } else {
      means.addAll(terms.contains(Term.DATA) ? means(pass.parts()) : List.of());
      if (weighted.isPresent() || means.isEmpty()) {
        means.add(Mean.of(1, weighted.orElseGet(() -> tf.constant(0f)), weight));
      }
    }
    Operand<TFloat32> share =
        of.equals(Examples.ALL)
            ? tf.constant(1f)
            : tf.math.divNoNan(
                pass.summed("chosen", weight),
                pass.summed("whole", whole(pass.point()).weightSum()));
    Evaluated sum = pass.accumulated("0:", means.get(0), share);
    for (int k = 1; k < means.size(); k++) {
      sum = pass.plus(sum, pass.accumulated(k + ":", means.get(k), share));
    }
    return penalty.isPresent() && !penaltyOfBatch
        ? pass.plus(sum, pass.of(penalty.get(), share))
        : sum;
  }

  @Override
  public List<Evaluated> references(Params asked, Examples of, boolean perTask) {
    Asked question = new Asked(asked, of);
    if (!answered.containsKey(question)) {
      at(asked, Set.of(Term.DATA), of);
    }
    Answered known = Objects.requireNonNull(answered.get(question));
    values.into(known.values());
    OraclePass pass = known.pass();
    List<Evaluated> references = new ArrayList<>();
    for (Mean m : pass.parts().references(perTask)) {
      String unique = "reference" + pass.accumulate().size() + ":";
      references.add(
          accumulators == null
              ? pass.of(pass.mean(m), known.share())
              : pass.accumulated(unique, m, known.share()));
    }
    return references;
  }

  private Operand<TFloat32> plus(Optional<Operand<TFloat32>> a, Optional<Operand<TFloat32>> b) {
    if (a.isPresent() && b.isPresent()) {
      return tf.math.add(a.get(), b.get());
    }
    return a.or(() -> b).orElseGet(() -> tf.constant(0f));
  }
}
