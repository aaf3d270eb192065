package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.tck.checks.ModelChecks;
import io.github.palimpsest.tck.rig.MiniLlama;
import io.github.palimpsest.tck.rule.ModelRule;
import io.github.palimpsest.tck.subject.AlteredWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@Tag("native")
class ModelMutantsTest {
  private enum Mistake {
    NONE,
    NAME_TWICE,
    TENSOR_LEFT_OUT,
    SHAPE_TURNED,
    OWN_RANDOM,
    INPUT_LEFT_OUT,
    OTHER_TYPE,
    ONE_ROW,
    VARIABLE,
    NOISE,
    LEFT_FOR_THE_SECOND,
    MEAN_OF_THE_BATCH,
    ONE_LOSS,
    NO_NUMBER,
    WEIGHTS_SUMMED,
    ROWS_UNREAD,
    ROWS_PREDICTED
  }

  /** A small Llama with a mistake. */
  private record Odd(MiniLlama sound, Mistake mistake, int[] built) implements Model {
    @Override
    public List<ParameterSpec> parameters() {
      List<ParameterSpec> all = new ArrayList<>(sound.parameters());
      if (mistake == Mistake.NAME_TWICE) {
        all.add(all.get(0));
      }
      return all;
    }

    @Override
    public List<InputSpec> inputs() {
      return sound.inputs();
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
      return sound.capability(type);
    }

    private static Weights withoutRows(Weights at) {
      return new AlteredWeights(at) {
        @Override
        public Optional<Operand<TFloat32>> rowsBefore(String table) {
          return Optional.empty();
        }
      };
    }

    @Override
    public Forward forward(Ops tf, Weights at, BatchTensors batch) {
      Forward f = sound.forward(tf, mistake == Mistake.ROWS_UNREAD ? withoutRows(at) : at, batch);
      if (mistake == Mistake.ROWS_PREDICTED && at.rowsBefore(sound.inputTable()).isPresent()) {
        f =
            Forward.of(
                f.lossPerExample(),
                f.weightPerExample(),
                tf.concat(List.of(f.logits(), f.logits()), tf.constant(0)));
      }
      Operand<TFloat32> loss = f.lossPerExample();
      Operand<TFloat32> weight = f.weightPerExample();
      built[0]++;
      switch (mistake) {
        case VARIABLE -> tf.variable(tf.constant(0f));
        case NOISE ->
            loss =
                tf.math.add(loss, tf.random.randomStandardNormal(tf.shape(loss), TFloat32.class));
        case LEFT_FOR_THE_SECOND -> loss = tf.math.mul(loss, tf.constant((float) built[0]));
        case MEAN_OF_THE_BATCH -> loss = tf.math.sub(loss, tf.math.mean(loss, tf.constant(0)));
        case ONE_LOSS -> loss = tf.expandDims(tf.math.mean(loss, tf.constant(0)), tf.constant(0));
        case NO_NUMBER -> loss = tf.math.div(loss, tf.math.sub(weight, weight));
        case WEIGHTS_SUMMED -> weight = tf.math.mul(weight, tf.sum(weight, tf.constant(0)));
        default -> {}
      }
      return Forward.of(loss, weight, f.logits());
    }

    @Override
    public SortedMap<String, HostArray> batch(List<Example> examples) {
      TreeMap<String, HostArray> batch = new TreeMap<>(sound.batch(examples));
      switch (mistake) {
        case INPUT_LEFT_OUT -> batch.remove("weight");
        case OTHER_TYPE -> batch.put("weight", batch.get("ids"));
        case ONE_ROW -> batch.put("weight", new HostArray.Floats(new float[] {1}, 1));
        default -> {}
      }
      return batch;
    }

    @Override
    public WeightSnapshot initialWeights(RandomGenerator rng) {
      WeightSnapshot weights =
          sound.initialWeights(mistake == Mistake.OWN_RANDOM ? new Random() : rng);
      TreeMap<String, Shape> shapes = new TreeMap<>();
      weights.names().forEach(n -> shapes.put(n, weights.shape(n)));
      if (mistake == Mistake.TENSOR_LEFT_OUT) {
        shapes.remove("model.norm.weight");
      }
      if (mistake == Mistake.SHAPE_TURNED) {
        Shape head = shapes.get("lm_head.weight");
        shapes.put("lm_head.weight", Shape.of(head.get(1), head.get(0)));
      }
      return WeightSnapshot.computed(shapes, weights::copy);
    }
  }

  private static List<Verdict> verdicts(Mistake mistake) {
    Odd model = new Odd(new MiniLlama(1), mistake, new int[1]);
    return new ModelChecks(model, MiniLlama.examples(0, 5), 1)
        .all().stream().map(c -> c.run("the model")).toList();
  }

  private static DynamicTest broken(Mistake mistake, ModelRule rule, String words) {
    return DynamicTest.dynamicTest(
        rule.id() + " is broken by: " + mistake,
        () -> Mutant.refused("" + mistake, verdicts(mistake), rule, words));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Stream.of(
        broken(Mistake.NAME_TWICE, ModelRule.MOD_01, "again"),
        broken(Mistake.TENSOR_LEFT_OUT, ModelRule.MOD_01, "model.norm.weight"),
        broken(Mistake.SHAPE_TURNED, ModelRule.MOD_01, "'lm_head.weight' of shape"),
        broken(Mistake.OWN_RANDOM, ModelRule.MOD_01, "a random source of its own"),
        broken(Mistake.INPUT_LEFT_OUT, ModelRule.MOD_02, "arrays [ids, next]"),
        broken(Mistake.OTHER_TYPE, ModelRule.MOD_02, "'weight' of type FLOAT32"),
        broken(Mistake.ONE_ROW, ModelRule.MOD_02, "the first dimension 5"),
        broken(Mistake.VARIABLE, ModelRule.MOD_03, "Variable"),
        broken(Mistake.NOISE, ModelRule.MOD_03, "RandomStandardNormal"),
        broken(Mistake.LEFT_FOR_THE_SECOND, ModelRule.MOD_03, "left for the second"),
        broken(Mistake.MEAN_OF_THE_BATCH, ModelRule.MOD_04, "shared by the batch"),
        broken(Mistake.ONE_LOSS, ModelRule.MOD_04, "a finite loss for each"),
        broken(Mistake.NO_NUMBER, ModelRule.MOD_04, "a finite loss for each"),
        broken(Mistake.WEIGHTS_SUMMED, ModelRule.MOD_04, "weight 1.0"),
        broken(Mistake.ROWS_UNREAD, ModelRule.MOD_05, "rows that the model does not read"),
        broken(Mistake.ROWS_PREDICTED, ModelRule.MOD_05, "values at the places of the rows"));
  }

  @Test
  void a_sound_model_keeps_every_rule() {
    assertThat(verdicts(Mistake.NONE))
        .extracting(Verdict::outcome)
        .hasSize(ModelRule.values().length)
        .containsOnly(Outcome.PASSED);
  }
}
