package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.model.ModelFamily;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.tck.checks.FamilyChecks;
import io.github.palimpsest.tck.rule.FamilyRule;
import io.github.palimpsest.tck.subject.SmallFamily;
import io.github.palimpsest.tck.subject.SmallFamily.Mistake;
import java.util.ArrayList;
import java.util.List;
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
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

@Tag("native")
class FamilyMutantsTest {
  private static Stub.OfFamily family(Mistake mistake) {
    return new Stub.OfFamily(SmallFamily.TYPE, () -> new SmallFamily(mistake));
  }

  private static Mutant mutant(FamilyRule rule, Mistake mistake, String words) {
    return new Mutant(rule, "" + mistake, family(mistake), words);
  }

  private static List<Mutant> mutants() {
    return List.of(
        mutant(FamilyRule.FAM_01, Mistake.EXAMPLE_OF_ANOTHER_TYPE, "'model_type' 'large'"),
        mutant(FamilyRule.FAM_01, Mistake.EXAMPLE_IS_NO_JSON, "a JSON object"),
        mutant(FamilyRule.FAM_01, Mistake.EXAMPLE_HAS_ONE_LAYER, "two or more layers"),
        mutant(FamilyRule.FAM_01, Mistake.EXAMPLE_IS_LARGE, "at most 100,000 parameters"),
        mutant(FamilyRule.FAM_01, Mistake.KEY_NOT_READ, "'sliding_window' is 4"),
        new Mutant(
            FamilyRule.FAM_01,
            "a type with a space",
            new Stub.OfFamily("my small", () -> new SmallFamily(Mistake.NONE)),
            "'my small'"),
        mutant(FamilyRule.FAM_02, Mistake.KEY_NOT_WRITTEN, "a key that is not written"),
        mutant(FamilyRule.FAM_02, Mistake.NO_ARCHITECTURE, "writes no architecture"),
        mutant(FamilyRule.FAM_03, Mistake.KEY_DROPPED, "'tied': true in place of false"),
        mutant(FamilyRule.FAM_04, Mistake.DIVISION_BY_A_MISSING_NUMBER, "/ by zero"),
        mutant(FamilyRule.FAM_04, Mistake.REFUSAL_WITHOUT_A_NAME, "a message with 'heads'"),
        mutant(FamilyRule.FAM_05, Mistake.NAME_TWICE, "two parts with one name"));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  /** What a host may compute wrongly. */
  private enum Fault {
    NONE,
    SEES_LATER_TOKENS,
    SEES_NOTHING,
    PART_NOT_USED,
    MEAN_OF_THE_BATCH
  }

  /** The model of a host with a fault. */
  private record Faulty(DecoderModel sound, Fault fault) implements Model {
    @Override
    public List<ParameterSpec> parameters() {
      List<ParameterSpec> all = new ArrayList<>(sound.parameters());
      if (fault == Fault.PART_NOT_USED) {
        all.add(new ParameterSpec("idle.weight", Shape.of(2), ParameterSpec.Role.NORM));
      }
      return all;
    }

    @Override
    public List<InputSpec> inputs() {
      return sound.inputs();
    }

    @Override
    public Forward forward(Ops tf, Weights at, BatchTensors batch) {
      Forward f = sound.forward(tf, at, batch);
      Operand<TFloat32> logits = f.logits();
      Operand<TFloat32> loss = f.lossPerExample();
      switch (fault) {
        case SEES_LATER_TOKENS ->
            logits = tf.math.add(logits, tf.math.mean(logits, tf.constant(1), Mean.keepDims(true)));
        case SEES_NOTHING -> logits = tf.math.sub(logits, logits);
        case MEAN_OF_THE_BATCH -> loss = tf.math.sub(loss, tf.math.mean(loss, tf.constant(0)));
        default -> {}
      }
      return Forward.of(loss, f.weightPerExample(), logits);
    }

    @Override
    public SortedMap<String, HostArray> batch(List<Example> examples) {
      return sound.batch(examples);
    }

    @Override
    public WeightSnapshot initialWeights(RandomGenerator rng) {
      WeightSnapshot weights = sound.initialWeights(rng);
      TreeMap<String, Shape> shapes = new TreeMap<>();
      parameters().forEach(p -> shapes.put(p.name(), p.shape()));
      return WeightSnapshot.computed(
          shapes, name -> name.startsWith("idle") ? new float[2] : weights.copy(name));
    }
  }

  private static List<Verdict> verdicts(Fault fault) {
    Subject<ModelFamily> subject = Subject.of(family(Mistake.NONE));
    FamilyChecks checks =
        new FamilyChecks(subject, spec -> new Faulty(new DecoderModel(spec), fault));
    return checks.trials().entrySet().stream()
        .map(
            e ->
                new Check(e.getKey(), e.getValue(), new Failures(FamilyMutantsTest.class))
                    .run(subject.toString()))
        .toList();
  }

  private static DynamicTest broken(Fault fault, String words) {
    return DynamicTest.dynamicTest(
        "FAM-06 is broken by: " + fault,
        () -> Mutant.refused("" + fault, verdicts(fault), FamilyRule.FAM_06, words));
  }

  @TestFactory
  Stream<DynamicTest> a_host_that_computes_another_model_is_refused() {
    return Stream.of(
        broken(Fault.SEES_LATER_TOKENS, "attention to later tokens"),
        broken(Fault.SEES_NOTHING, "a model that does not see its input"),
        broken(Fault.PART_NOT_USED, "zero for [idle.weight]"),
        broken(Fault.MEAN_OF_THE_BATCH, "MOD-04"));
  }

  @Test
  void a_sound_family_keeps_every_rule() {
    assertThat(verdicts(Fault.NONE))
        .extracting(Verdict::outcome)
        .hasSize(FamilyRule.values().length)
        .containsOnly(Outcome.PASSED);
  }

  @Test
  void every_rule_has_a_mutant() {
    List<Mutant> all = new ArrayList<>(mutants());
    all.add(new Mutant(FamilyRule.FAM_06, "the faults of hosts above", family(Mistake.NONE)));
    Mutant.cover(all, List.of(FamilyRule.values()));
  }
}
