package io.github.palimpsest.testing;

import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.ShapedSlots;
import io.github.palimpsest.api.optimizer.Slots;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.engine.weights.DenseWeights;
import io.github.palimpsest.engine.weights.Shapes;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One phase of an optimizer built on placeholders alone, and what to read from a run of it. Labels
 * that the model should draw are the given ones: they are one of the possible draws.
 */
final class TracedGraph {
  private final Map<String, Operand<?>> inputs = new LinkedHashMap<>();
  private final Map<String, Operand<TFloat32>> weights = new LinkedHashMap<>();
  private final Map<String, Slot> slots = new TreeMap<>();
  private final Map<String, Operand<TFloat32>> next = new TreeMap<>();
  private final Map<Operand<TFloat32>, Schedule> schedules = new LinkedHashMap<>();
  private final Map<Operand<TFloat32>, Noise> noise = new LinkedHashMap<>();
  private final Map<String, Operand<TFloat32>> noiseByName = new TreeMap<>();
  private final List<Asked> calls = new ArrayList<>();
  private final Map<String, Operand<TFloat32>> after = new LinkedHashMap<>();

  record Slot(Operand<TFloat32> old, Function<Map<String, float[]>, float[]> start) {
    /** The values before the first step from these weights. */
    float[] initial(Map<String, float[]> weights) {
      return start.apply(weights);
    }
  }

  private interface AllSlots extends Slots, ShapedSlots {}

  record Noise(String stream) {
    float[] draw(long step, Shape shape) {
      RandomGenerator rng =
          RandomGeneratorFactory.of("L64X128MixRandom").create(31L * step + stream.hashCode());
      float[] values = new float[Math.toIntExact(shape.size())];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) rng.nextGaussian();
      }
      return values;
    }
  }

  private record Asked(Params point, Evaluated answer) {}

  private TracedGraph() {}

  static TracedGraph build(
      Ops tf,
      Model model,
      Optimizer optimizer,
      int phase,
      BiFunction<Ops, Params, Operand<TFloat32>> penalty) {
    TracedGraph g = new TracedGraph();
    for (InputSpec in : model.inputs()) {
      Placeholder.Options shape = Placeholder.shape(Shapes.of(in.shape()));
      g.inputs.put(
          in.name(),
          in.type() == InputSpec.Type.INT32
              ? tf.placeholder(TInt32.class, shape)
              : tf.placeholder(TFloat32.class, shape));
    }
    for (ParameterSpec p : model.parameters()) {
      g.weights.put(
          p.name(), tf.placeholder(TFloat32.class, Placeholder.shape(Shapes.of(p.shape()))));
    }
    Tensors w = Tensors.of(g.weights);
    GradientOracle oracle = (point, terms, of) -> g.evaluate(tf, model, penalty, point, terms, of);
    Tensors update =
        optimizer
            .updates(g.new Context(tf, model, Params.of(w), model.parameters(), oracle, phase, ""))
            .tensors();
    if (!update.names().equals(w.names())) {
      throw new AssertionError("updates " + update.names() + " for parameters " + w.names());
    }
    w.plus(tf, update).byName().forEach((name, x) -> g.after.put(name, tf.identity(x)));
    return g;
  }

  private Evaluated evaluate(
      Ops tf,
      Model model,
      BiFunction<Ops, Params, Operand<TFloat32>> penalty,
      Params point,
      Set<Term> terms,
      Examples of) {
    Tensors at = point.tensors().map(tf::identity);
    Operand<TFloat32> loss = tf.constant(0f);
    Operand<TFloat32> share = tf.constant(1f);
    if (terms.contains(Term.DATA)) {
      Forward f = forward(tf, model, Params.of(at));
      Operand<TFloat32> counted = new TracedChoice(tf, p -> forward(tf, model, p)).mask(of, f);
      Operand<TFloat32> tokens = sum(tf, tf.math.mul(counted, f.weightPerExample()));
      loss = tf.math.divNoNan(sum(tf, tf.math.mul(counted, losses(tf, model, point, f))), tokens);
      share = tf.math.div(tokens, sum(tf, f.weightPerExample()));
    }
    if (terms.contains(Term.PENALTY)) {
      // keeps each parameter reachable: a penalty of zero does not depend on any
      Operand<TFloat32> none = tf.math.mul(tf.constant(0f), at.sum(tf));
      loss = tf.math.add(loss, tf.math.add(none, penalty.apply(tf, Params.of(at))));
    }
    var gradients = tf.gradients(List.of(loss), List.copyOf(at.byName().values()));
    Map<String, Operand<TFloat32>> byName = new LinkedHashMap<>();
    Iterator<String> names = at.names().iterator();
    for (int i = 0; names.hasNext(); i++) {
      byName.put(names.next(), gradients.dy(i));
    }
    Evaluated answer = Evaluated.of(tf.identity(loss), new Gradients(Tensors.of(byName)), share);
    calls.add(new Asked(Params.of(at), answer));
    return answer;
  }

  /** The losses at a point; a derivative with respect to the logits is the runtime's own. */
  private Operand<TFloat32> losses(Ops tf, Model model, Params point, Forward at) {
    if (point.logitGradientAt().isEmpty()) {
      return at.lossPerExample();
    }
    Forward there = forward(tf, model, point.logitGradientAt().get());
    Operand<TFloat32> c =
        there.labels().isPresent()
            ? tf.gradients(sum(tf, there.lossPerExample()), List.of(there.logits())).dy(0)
            : there.logitGradient(tf).orElseThrow();
    Operand<TFloat32> linear = tf.sum(tf.math.mul(at.logits(), tf.stopGradient(c)), tf.constant(1));
    Operand<TFloat32> rest = tf.math.sub(there.lossPerExample(), linear);
    return tf.math.add(linear, tf.stopGradient(rest));
  }

  private Forward forward(Ops tf, Model model, Params at) {
    return model.forward(tf, new DenseWeights(tf, at.tensors()), batch());
  }

  private static Operand<TFloat32> sum(Ops tf, Operand<TFloat32> perExample) {
    return tf.sum(perExample, tf.constant(0));
  }

  @SuppressWarnings("unchecked") // inputs hold what their specs say
  private BatchTensors batch() {
    return new BatchTensors() {
      @Override
      public Operand<TInt32> ints(String name) {
        return (Operand<TInt32>) inputs.get(name);
      }

      @Override
      public Operand<TFloat32> floats(String name) {
        return (Operand<TFloat32>) inputs.get(name);
      }
    };
  }

  Map<String, Operand<?>> inputs() {
    return inputs;
  }

  Map<String, Operand<TFloat32>> weights() {
    return weights;
  }

  Map<String, Slot> slots() {
    return slots;
  }

  Map<Operand<TFloat32>, Schedule> schedules() {
    return schedules;
  }

  Map<Operand<TFloat32>, Noise> noise() {
    return noise;
  }

  /** What to fetch, in the order in which {@link #read} takes it. */
  List<Operand<TFloat32>> fetches() {
    List<Operand<TFloat32>> all = new ArrayList<>(after.values());
    all.addAll(next.values());
    for (Asked c : calls) {
      all.add(c.answer().loss());
      all.addAll(c.point().tensors().byName().values());
      all.addAll(c.answer().gradients().tensors().byName().values());
    }
    return all;
  }

  /** Takes the fetched values apart, and moves weights and slots on. */
  TracedRun.Step read(
      List<float[]> values, Map<String, float[]> current, Map<String, float[]> state) {
    Iterator<float[]> v = values.iterator();
    Map<String, float[]> before = new LinkedHashMap<>(current);
    after.keySet().forEach(name -> current.put(name, v.next()));
    next.keySet().forEach(name -> state.put(name, v.next()));
    List<TracedRun.Call> asked = new ArrayList<>();
    for (Asked c : calls) {
      double loss = v.next()[0];
      Map<String, float[]> point = new LinkedHashMap<>();
      c.point().tensors().names().forEach(n -> point.put(n, v.next()));
      Map<String, float[]> gradient = new LinkedHashMap<>();
      c.point().tensors().names().forEach(n -> gradient.put(n, v.next()));
      asked.add(new TracedRun.Call(loss, point, gradient));
    }
    return new TracedRun.Step(before, new LinkedHashMap<>(current), asked);
  }

  private final class Context implements StepContext {
    private final Ops tf;
    private final Model model;
    private final Params params;
    private final List<ParameterSpec> specs;
    private final GradientOracle oracle;
    private final int phase;
    private final String scope;

    Context(
        Ops tf,
        Model model,
        Params params,
        List<ParameterSpec> specs,
        GradientOracle oracle,
        int phase,
        String scope) {
      this.tf = tf;
      this.model = model;
      this.params = params;
      this.specs = specs;
      this.oracle = oracle;
      this.phase = phase;
      this.scope = scope;
    }

    @Override
    public Ops tf() {
      return tf;
    }

    @Override
    public Params params() {
      return params;
    }

    @Override
    public List<ParameterSpec> specs() {
      return specs;
    }

    @Override
    public GradientOracle oracle() {
      return oracle;
    }

    @Override
    public Operand<TFloat32> targetTokens() {
      return sum(tf, forward(tf, model, params).weightPerExample());
    }

    @Override
    public int phase() {
      return phase;
    }

    @Override
    public Slots slots() {
      return new AllSlots() {
        @Override
        public Tensors old(String slot, Tensors like, float fill) {
          return like.mapNamed(
              (name, x) ->
                  old(
                      slot,
                      name,
                      x.shape(),
                      weights -> {
                        float[] values = new float[Math.toIntExact(x.shape().size())];
                        Arrays.fill(values, fill);
                        return values;
                      }));
        }

        @Override
        public Operand<TFloat32> old(
            io.github.palimpsest.api.optimizer.Slot slot,
            ParameterSpec p,
            io.github.palimpsest.api.parameter.Shape shape) {
          return old(
              slot.name(),
              p.name(),
              Shapes.of(shape),
              weights -> slot.initial(p, FloatBuffer.wrap(weights.get(p.name()))));
        }

        private Operand<TFloat32> old(
            String slot, String name, Shape shape, Function<Map<String, float[]>, float[]> start) {
          return slots
              .computeIfAbsent(
                  key(slot, name),
                  k -> new Slot(tf.placeholder(TFloat32.class, Placeholder.shape(shape)), start))
              .old();
        }

        @Override
        public void next(String slot, Tensors value) {
          value
              .byName()
              .forEach(
                  (name, x) -> {
                    if (next.put(key(slot, name), tf.identity(x)) != null) {
                      throw new AssertionError("slot " + key(slot, name) + " set twice");
                    }
                  });
        }
      };
    }

    private String key(String slot, String name) {
      return scope + slot + ":" + name;
    }

    @Override
    public Operand<TFloat32> scheduled(Schedule schedule) {
      Operand<TFloat32> value = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      schedules.put(value, schedule);
      return value;
    }

    @Override
    public Tensors gaussian(String stream, Tensors like) {
      return like.mapNamed(
          (name, x) ->
              noiseByName.computeIfAbsent(
                  scope + stream + ":" + name,
                  k -> {
                    Operand<TFloat32> p =
                        tf.placeholder(TFloat32.class, Placeholder.shape(x.shape()));
                    noise.put(p, new Noise(k));
                    return p;
                  }));
    }

    @Override
    public StepContext withOracle(GradientOracle other) {
      return new Context(tf, model, params, specs, other, phase, scope);
    }

    @Override
    public StepContext scope(String name) {
      return new Context(tf, model, params, specs, oracle, phase, scope + name + "/");
    }
  }
}
