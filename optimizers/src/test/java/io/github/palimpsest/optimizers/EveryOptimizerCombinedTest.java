package io.github.palimpsest.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.optimizer.Evaluated;
import io.github.palimpsest.api.optimizer.Examples;
import io.github.palimpsest.api.optimizer.GradientOracle;
import io.github.palimpsest.api.optimizer.Gradients;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.StepContext;
import io.github.palimpsest.api.optimizer.Term;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.regularizer.Regularizer;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepGraph;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.divergence.NonFiniteLossException;
import io.github.palimpsest.testing.ClassifierModel;
import io.github.palimpsest.testing.Shift;
import io.github.palimpsest.testing.TracedRun;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Every recipe of the catalogue beside what else acts on a step: accumulation, clipping, an adapter
 * of low rank and a quadratic penalty, which is what EWC adds.
 */
@Tag("native")
@Execution(ExecutionMode.CONCURRENT)
final class EveryOptimizerCombinedTest {
  private static final int STEPS = 4;
  private static final double CLIP = 0.05;
  private static final float ANCHOR = 0.3f;
  private static final float LAMBDA = 0.7f;

  /** {@code lambda / 2 sum (w - a)^2}. */
  private static Operand<TFloat32> pull(Ops tf, Params at) {
    Tensors away = at.tensors().map(w -> tf.math.sub(w, tf.constant(ANCHOR)));
    return tf.math.mul(tf.constant(LAMBDA / 2), away.dot(tf, away));
  }

  private static Seats strategy(String recipe, boolean penalty, boolean adapter) {
    return strategy(Recipes.optimizer(recipe), penalty, adapter);
  }

  private static Seats strategy(Optimizer optimizer, boolean penalty, boolean adapter) {
    TreeMap<String, Regularizer> regularizers = new TreeMap<>();
    if (penalty) {
      regularizers.put("pull", site -> point -> pull(site.tf(), point.at()));
    }
    return new Seats(
        optimizer,
        adapter ? Optional.of(new Shift(true, 2)) : Optional.empty(),
        regularizers,
        Optional.empty(),
        List.of());
  }

  private static Map<String, float[]> after(Seats strategy, int accumulation) {
    try (StepGraph graph = open(strategy, accumulation)) {
      for (int t = 0; t < STEPS; t++) {
        graph.step(EngineRun.batch(t), t, STEPS);
      }
      return EngineRun.copies(graph.trainable());
    }
  }

  private static StepGraph open(Seats strategy, int accumulation) {
    return StepGraph.firstTask(
        EngineRun.PROBLEM.model(),
        EngineRun.PROBLEM.start(),
        strategy,
        new Training(1, 0, 8, accumulation, 0),
        7,
        Device.CPU);
  }

  private static void near(
      Map<String, float[]> actual, Map<String, float[]> expected, double tolerance) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, w) -> {
          for (int i = 0; i < w.length; i++) {
            assertThat((double) actual.get(name)[i])
                .as(name + "[" + i + "]")
                .isFinite()
                .isCloseTo(w[i], within(tolerance * Math.max(1, Math.abs(w[i]))));
          }
        });
  }

  private static String clipped(String recipe) {
    return "clip-norm(max=" + CLIP + ", base=" + recipe + ")";
  }

  /** {@code g c / max(|g|, c)} at every question, by itself and in no context of its own. */
  private record ByHand(Optimizer base) implements Optimizer {
    @Override
    public Updates updates(StepContext c) {
      Ops tf = c.tf();
      Operand<TFloat32> most = tf.constant((float) CLIP);
      return base.updates(
          c.withOracle(
              (w, terms, of) -> {
                Evaluated e = c.oracle().at(w, terms, of);
                Operand<TFloat32> norm = e.gradients().tensors().norm(tf);
                Operand<TFloat32> factor = tf.math.div(most, tf.math.maximum(norm, most));
                return Evaluated.of(
                    e.loss(),
                    new Gradients(e.gradients().tensors().scale(tf, factor)),
                    () -> new Gradients(e.effective().get().tensors().scale(tf, factor)),
                    e.share());
              }));
    }

    @Override
    public int phases() {
      return base.phases();
    }

    @Override
    public int phaseOf(int task, long step, long totalSteps) {
      return base.phaseOf(task, step, totalSteps);
    }
  }

  @TestFactory
  Stream<DynamicTest> clip_norm_clips_each_gradient_that_is_asked_for_bit_for_bit() {
    return Catalogue.forEach(
        recipe ->
            same(
                after(strategy(clipped(recipe), false, false), 1),
                after(strategy(new ByHand(Recipes.optimizer(recipe)), false, false), 1)));
  }

  @Test
  void clip_norm_clips_the_gradient_of_the_effective_weights_by_the_same_factor() {
    String recipe = "sam(rho=0.1, space=effective, base=sgd(lr=0.1))";
    for (int accumulation : new int[] {1, 3}) {
      same(
          after(strategy(clipped(recipe), true, true), accumulation),
          after(strategy(new ByHand(Recipes.optimizer(recipe)), true, true), accumulation));
    }
  }

  private static void same(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, w) -> assertThat(actual.get(name)).as(name).containsExactly(w));
  }

  @TestFactory
  Stream<DynamicTest> beside_a_penalty_and_cut_in_pieces_it_is_what_its_equation_says() {
    return Catalogue.forEach(
        recipe -> {
          AtomicBoolean draws = new AtomicBoolean();
          List<TracedRun.Step> steps =
              TracedRun.of(
                  EngineRun.PROBLEM.model(),
                  new Listening(Recipes.optimizer(recipe), draws),
                  EngineRun.PROBLEM.start(),
                  IntStream.range(0, STEPS).mapToObj(EngineRun::batch).toList(),
                  EveryOptimizerCombinedTest::pull);
          // the traced run shares no code with the engine, so its random numbers are others
          assumeThat(draws).isFalse();
          near(after(strategy(recipe, true, false), 4), steps.get(STEPS - 1).after(), 1e-5);
        });
  }

  /** Notes whether random numbers are asked for. */
  private record Listening(Optimizer optimizer, AtomicBoolean asked) implements Optimizer {
    @Override
    public Updates updates(StepContext c) {
      return optimizer.updates(listening(c));
    }

    @Override
    public int phases() {
      return optimizer.phases();
    }

    @Override
    public int phaseOf(int task, long step, long totalSteps) {
      return optimizer.phaseOf(task, step, totalSteps);
    }

    private StepContext listening(StepContext c) {
      return (StepContext)
          Proxy.newProxyInstance(
              StepContext.class.getClassLoader(),
              new Class<?>[] {StepContext.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("gaussian")) {
                  asked.set(true);
                }
                try {
                  Object result = method.invoke(c, arguments);
                  if (result instanceof GradientOracle oracle) {
                    return new ListeningOracle(oracle, asked);
                  }
                  return result instanceof StepContext inner ? listening(inner) : result;
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }

  /** Notes whether labels are to be drawn. */
  private record ListeningOracle(GradientOracle oracle, AtomicBoolean asked)
      implements GradientOracle {
    @Override
    public Evaluated at(Params point, Set<Term> terms, Examples of) {
      if (point.sampledLabels().isPresent()) {
        asked.set(true);
      }
      return oracle.at(point, terms, of);
    }
  }

  @TestFactory
  Stream<DynamicTest> beside_everything_it_is_finite_and_the_same_again_and_in_pieces() {
    return Catalogue.forEach(
        recipe -> {
          Map<String, float[]> once;
          try {
            once = after(strategy(clipped(recipe), true, true), 1);
          } catch (PalimpsestException refused) {
            assertRefusesAdapter(recipe, refused);
            return;
          }
          same(after(strategy(clipped(recipe), true, true), 1), once);
          near(after(strategy(clipped(recipe), true, true), 3), once, 1e-5);
        });
  }

  /** What trains or perturbs norms or kernels alone says that an adapter leaves it none. */
  private static void assertRefusesAdapter(String recipe, PalimpsestException refused) {
    assertThat(refused).hasMessageContaining("'" + recipe.replaceAll("\\(.*", "") + "'");
    assertThat(refused.getMessage()).containsAnyOf("none is trained", "trains nothing");
  }

  @TestFactory
  Stream<DynamicTest> a_nan_in_one_micro_batch_is_an_error_that_names_the_step() {
    return Catalogue.forEach(
        recipe -> {
          for (int accumulation : new int[] {1, 4}) {
            try (StepGraph graph = open(strategy(recipe, true, false), accumulation)) {
              graph.step(EngineRun.batch(0), 0, STEPS);
              graph.step(EngineRun.batch(1), 1, STEPS);
              assertThatThrownBy(() -> graph.step(broken(), 2, STEPS))
                  .as(accumulation + " micro-batches")
                  .isInstanceOf(NonFiniteLossException.class)
                  .hasMessageContaining("NaN at step 3 of task 1");
            }
          }
        });
  }

  /** A batch whose seventh example, in the last of four micro-batches, has no value. */
  private static List<Example> broken() {
    List<Example> batch = new ArrayList<>(EngineRun.batch(2));
    float[] x = ((HostArray.Floats) batch.get(6).fields().get("x")).toArray();
    Arrays.fill(x, Float.NaN);
    batch.set(6, ClassifierModel.example("broken", x, 0, 1));
    return batch;
  }
}
