package io.github.palimpsest.tck;

import static io.github.palimpsest.tck.Loras.ADDS_TWICE;
import static io.github.palimpsest.tck.Loras.FREE;
import static io.github.palimpsest.tck.Loras.GAIN;
import static io.github.palimpsest.tck.Loras.MULTIPLIES;
import static io.github.palimpsest.tck.Loras.NEARLY_AT_THE_BASE;
import static io.github.palimpsest.tck.Loras.OTHER;
import static io.github.palimpsest.tck.Loras.USUAL;
import static io.github.palimpsest.tck.Loras.denseOff;
import static io.github.palimpsest.tck.Loras.derives;
import static io.github.palimpsest.tck.Loras.drawsForItself;
import static io.github.palimpsest.tck.Loras.forgetsTheGain;
import static io.github.palimpsest.tck.Loras.isNotAdditive;
import static io.github.palimpsest.tck.Loras.lora;
import static io.github.palimpsest.tck.Loras.mergesAs;
import static io.github.palimpsest.tck.Loras.onlyIf;
import static io.github.palimpsest.tck.Loras.productsTimes;
import static io.github.palimpsest.tck.Loras.scale;
import static io.github.palimpsest.tck.Loras.spec;
import static io.github.palimpsest.tck.Loras.startsAt;
import static io.github.palimpsest.tck.Loras.trains;
import static io.github.palimpsest.tck.Loras.withGain;
import static io.github.palimpsest.tck.SmallLora.A;
import static io.github.palimpsest.tck.SmallLora.B;
import static io.github.palimpsest.tck.SmallLora.KERNEL;
import static io.github.palimpsest.tck.subject.AlteredAdapter.effective;
import static io.github.palimpsest.tck.subject.AlteredAdapter.initial;
import static io.github.palimpsest.tck.subject.AlteredAdapter.merged;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AddedBias;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.tck.rule.AdapterRule;
import io.github.palimpsest.tck.rule.SpiRule;
import io.github.palimpsest.tck.subject.AlteredWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@Tag("native")
class AdapterMutantsTest {
  private static List<Mutant> mutants() {
    List<Mutant> all = new ArrayList<>();
    all.addAll(ofTheStart());
    all.addAll(ofNames());
    all.addAll(ofWhatIsTrained());
    all.addAll(ofEffectiveWeights());
    all.addAll(ofAddedBiases());
    all.addAll(ofInputRows());
    return all;
  }

  private static List<Mutant> ofTheStart() {
    return List.of(
        new Mutant(
            AdapterRule.PAR_01,
            "a B that is not 0",
            lora(initial((shapes, values, base) -> Arrays.fill(values.get(B), 0.5f)))),
        new Mutant(
            AdapterRule.PAR_01,
            "a part of the base that is added and not subtracted, with an inexact start",
            lora(
                NEARLY_AT_THE_BASE,
                initial(
                    (shapes, values, base) ->
                        System.arraycopy(
                            base.copy(KERNEL), 0, values.get(B), 0, values.get(B).length)))),
        new Mutant(
            AdapterRule.PAR_01, "products that are a millionth off", lora(productsTimes(1 + 1e-6))),
        new Mutant(AdapterRule.PAR_01, "a kernel that is a millionth off", lora(denseOff(1e-6))),
        new Mutant(
            AdapterRule.PAR_01,
            "products that are further off than an inexact start may be",
            lora(NEARLY_AT_THE_BASE, productsTimes(1.01))),
        new Mutant(
            AdapterRule.PAR_01,
            "a kernel that is further off than an inexact start may be",
            lora(NEARLY_AT_THE_BASE, denseOff(0.01))),
        new Mutant(
            AdapterRule.PAR_09,
            "a merge that decays",
            lora(merged((shapes, values, base) -> scale(values.get(KERNEL), 0.9)))),
        new Mutant(
            AdapterRule.PAR_09,
            "a merge that halves what it was given",
            lora(Loras::halvesWhatItWasGiven)),
        new Mutant(
            AdapterRule.PAR_06, "random numbers of its own", lora(startsAt(new Random(4), A))),
        new Mutant(
            AdapterRule.PAR_10,
            "a derived number of its own random source",
            lora(drawsForItself(new Random(5), 1))),
        new Mutant(
            AdapterRule.PAR_10,
            "two derived numbers where one is declared",
            lora(drawsForItself(new Random(5), 2)),
            "of the declared names and shapes"),
        new Mutant(
            SpiRule.SPI_03,
            "random numbers from one object to the next",
            lora(startsAt(new Random(4), A))));
  }

  private static List<Mutant> ofAddedBiases() {
    Set<Promise> unmergeable = Promise.usual(Kind.ADAPTER);
    unmergeable.add(Promise.UNMERGEABLE);
    return List.of(
        new Mutant(
            AdapterRule.PAR_11,
            "a bias that nobody is told of",
            biased(USUAL, false, BiasOfKernel::new),
            "the promise UNMERGEABLE is missing"),
        new Mutant(
            AdapterRule.PAR_11,
            "a promise to be unmergeable without a bias",
            lora(unmergeable, good -> good),
            "a promise that refuses mergers"),
        new Mutant(
            AdapterRule.PAR_11,
            "a bias and a merge after each task",
            biased(unmergeable, true, BiasOfKernel::new),
            "mergesAfterTask() is true"),
        new Mutant(
            AdapterRule.PAR_11,
            "two biases of one kernel",
            biased(
                unmergeable,
                false,
                base ->
                    new BiasOfKernel(base) {
                      @Override
                      public List<AddedBias> added() {
                        return List.of(bias(), bias());
                      }
                    }),
            "at most one bias for each kernel"),
        new Mutant(
            AdapterRule.PAR_04,
            "a merge that leaves the bias out",
            biased(
                unmergeable,
                false,
                base ->
                    new BiasOfKernel(base) {
                      @Override
                      public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot of) {
                        return of;
                      }
                    }),
            "merged tensors"));
  }

  private static List<Mutant> ofInputRows() {
    Set<Promise> unmergeable = Promise.usual(Kind.ADAPTER);
    unmergeable.add(Promise.UNMERGEABLE);
    return List.of(
        new Mutant(
            AdapterRule.PAR_11,
            "rows that nobody is told of",
            biased(USUAL, false, RowsOfPrompt::new),
            "the promise UNMERGEABLE is missing"),
        new Mutant(
            AdapterRule.PAR_12,
            "rows that are not declared",
            biased(
                USUAL,
                false,
                base ->
                    new RowsOfPrompt(base) {
                      @Override
                      public Optional<InputRows> inputRows() {
                        return Optional.empty();
                      }
                    }),
            "the declared rows before the input, {}"),
        new Mutant(
            AdapterRule.PAR_12,
            "declared rows that the model never sees",
            biased(
                unmergeable,
                false,
                base ->
                    new RowsOfPrompt(base) {
                      @Override
                      public Weights effective(Ops tf, Params trainable, Weights of) {
                        return of;
                      }
                    }),
            "the declared rows before the input"),
        new Mutant(
            AdapterRule.PAR_12,
            "rows of another width",
            biased(unmergeable, false, RowsOfPrompt.Wide::new),
            "the declared rows before the input"),
        new Mutant(
            AdapterRule.PAR_12,
            "rows before those of a kernel",
            biased(
                unmergeable,
                false,
                base ->
                    new RowsOfPrompt(
                        base.stream()
                            .filter(p -> p.name().equals(SmallLora.KERNEL))
                            .findFirst()
                            .orElseThrow())),
            "rows before those of a table of the base"),
        new Mutant(
            AdapterRule.PAR_12,
            "merged rows that are those of the start",
            biased(
                unmergeable,
                false,
                base ->
                    new RowsOfPrompt(base) {
                      @Override
                      public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot of) {
                        return super.merge(initial(of, new Random(1)), of);
                      }
                    }),
            "merged rows as the model sees them"),
        new Mutant(
            AdapterRule.PAR_01,
            "rows that change the table too",
            biased(unmergeable, false, RowsOfPrompt.Spreading::new)),
        new Mutant(
            AdapterRule.PAR_04,
            "a merge that leaves the rows out",
            biased(
                unmergeable,
                false,
                base ->
                    new RowsOfPrompt(base) {
                      @Override
                      public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot of) {
                        return of;
                      }
                    }),
            "merged tensors"));
  }

  @Test
  void rows_that_are_promised_keep_every_rule() {
    Set<Promise> unmergeable = Promise.usual(Kind.ADAPTER);
    unmergeable.add(Promise.UNMERGEABLE);
    assertThat(
            Certification.here(Subject.of(biased(unmergeable, false, RowsOfPrompt::new)))
                .verdicts())
        .filteredOn(v -> v.rule() instanceof AdapterRule)
        .extracting(Verdict::outcome)
        .doesNotContain(Outcome.FAILED);
  }

  private static Stub.OfAdapter biased(
      Set<Promise> promised, boolean merges, Function<List<ParameterSpec>, BoundAdapter> bound) {
    return new Stub.OfAdapter(
        Cost.NONE,
        List.of(),
        promised,
        s ->
            new Adapter() {
              @Override
              public boolean mergesAfterTask() {
                return merges;
              }

              @Override
              public BoundAdapter bind(List<ParameterSpec> base) {
                return bound.apply(base);
              }
            });
  }

  @Test
  void a_bias_that_is_promised_keeps_every_rule() {
    Set<Promise> unmergeable = Promise.usual(Kind.ADAPTER);
    unmergeable.add(Promise.UNMERGEABLE);
    assertThat(
            Certification.here(Subject.of(biased(unmergeable, false, BiasOfKernel::new)))
                .verdicts())
        .filteredOn(v -> v.rule() instanceof AdapterRule)
        .extracting(Verdict::outcome)
        .doesNotContain(Outcome.FAILED);
  }

  private static List<Mutant> ofNames() {
    return List.of(
        new Mutant(
            AdapterRule.PAR_03,
            "a name of the base",
            new Stub.OfAdapter(
                Cost.NONE, List.of(), USUAL, s -> new SmallLora(2, "model.norm.weight"))),
        new Mutant(AdapterRule.PAR_03, "a name that comes twice", lora(trains(spec(A, 3)))),
        new Mutant(
            AdapterRule.PAR_03,
            "something derived under a name of the base",
            lora(derives(KERNEL))),
        new Mutant(AdapterRule.PAR_03, "something derived under a trained name", lora(derives(A))),
        new Mutant(
            AdapterRule.PAR_03,
            "no initial values for B",
            lora(
                initial(
                    (shapes, values, base) -> {
                      shapes.remove(B);
                      values.remove(B);
                    }))),
        new Mutant(
            AdapterRule.PAR_03,
            "initial values for what is not trained",
            lora(
                initial(
                    (shapes, values, base) -> {
                      shapes.put(FREE, Shape.of(1));
                      values.put(FREE, new float[1]);
                    }))),
        new Mutant(
            AdapterRule.PAR_03,
            "initial values of B in one row",
            lora(
                initial((shapes, values, base) -> shapes.put(B, Shape.of(shapes.get(B).size()))))));
  }

  private static List<Mutant> ofWhatIsTrained() {
    return List.of(
        new Mutant(
            AdapterRule.PAR_02,
            "a base kernel listed as trainable",
            lora(
                good -> {
                  long in = good.trainable().get(0).shape().get(0);
                  long out = good.trainable().get(1).shape().get(1);
                  return trains(spec(KERNEL, in, out)).apply(good);
                }),
            "the base listed as trainable"),
        new Mutant(
            AdapterRule.PAR_02,
            "a variable of its own",
            lora(
                effective(
                    (tf, good, base) -> {
                      tf.variable(org.tensorflow.ndarray.Shape.of(2), TFloat32.class);
                      return good;
                    }))),
        new Mutant(
            AdapterRule.PAR_05,
            "factors that both start at 0",
            lora(initial((shapes, values, base) -> Arrays.fill(values.get(A), 0)))),
        new Mutant(AdapterRule.PAR_05, "a factor that nothing uses", lora(trains(spec(FREE, 3)))));
  }

  private static List<Mutant> ofEffectiveWeights() {
    return List.of(
        new Mutant(
            AdapterRule.PAR_04,
            "a merge that forgets alpha/r",
            new Stub.OfAdapter(
                Cost.NONE,
                List.of(),
                USUAL,
                s ->
                    base ->
                        mergesAs(new SmallLora(1).bind(base)).apply(new SmallLora(2).bind(base))),
            "0.5000 times the change"),
        new Mutant(
            AdapterRule.PAR_04,
            "a merge that forgets a scale which is 1 by default",
            withGain(Loras::forgetsTheGain),
            "times the change"),
        new Mutant(
            AdapterRule.PAR_04,
            "the same where only one setting at a time may change",
            withGain(s -> onlyIf(s.get(GAIN) == 1 || s.get(OTHER) == 1, forgetsTheGain(s))),
            "times the change"),
        new Mutant(
            AdapterRule.PAR_04,
            "a merge without the kernel",
            lora(
                merged(
                    (shapes, values, base) -> {
                      shapes.remove(KERNEL);
                      values.remove(KERNEL);
                    }))),
        new Mutant(
            AdapterRule.PAR_04,
            "a merge that is a little off, by no factor",
            lora(merged((shapes, values, base) -> values.get(KERNEL)[5] += 0.01f))),
        new Mutant(AdapterRule.PAR_04, "products that add twice", lora(ADDS_TWICE)),
        new Mutant(
            AdapterRule.PAR_07, "additive, it says, and multiplies the base", lora(MULTIPLIES)),
        new Mutant(AdapterRule.PAR_07, "products that add twice", lora(ADDS_TWICE)),
        new Mutant(
            AdapterRule.PAR_08,
            "column lengths of the base for those of the sum",
            lora(
                effective(
                    (tf, good, base) ->
                        new AlteredWeights(good) {
                          @Override
                          public Operand<TFloat32> columnSquares(Ops at, String kernel) {
                            return base.columnSquares(at, kernel);
                          }
                        }))),
        new Mutant(
            AdapterRule.PAR_08,
            "column lengths that forget a scale which is 1 by default",
            withGain(Loras::columnsWithoutTheGain)));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void every_rule_has_a_mutant() {
    Mutant.cover(mutants(), List.of(AdapterRule.values()));
  }

  private static List<Verdict> ofTheKind(Stub.OfAdapter provider) {
    return Certification.here(Subject.of(provider)).verdicts().stream()
        .filter(v -> v.rule() instanceof AdapterRule)
        .toList();
  }

  @Test
  void without_a_mistake_every_rule_of_the_kind_is_kept() {
    List<Stub.OfAdapter> all =
        List.of(
            lora(good -> good),
            lora(derives(FREE)),
            withGain(s -> new SmallLora(s.get(GAIN))),
            withGain(s -> onlyIf(s.get(GAIN) == 1, new SmallLora(1))));
    for (Stub.OfAdapter good : all) {
      assertThat(ofTheKind(good))
          .allSatisfy(v -> assertThat(v.outcome()).as(v.text()).isEqualTo(Outcome.PASSED));
    }
  }

  /** A step of one length for all scales would saturate the model, where no gradient is left. */
  @Test
  void factors_of_every_scale_receive_a_gradient() {
    for (double scale : new double[] {1e-3, 2, 16, 1000}) {
      Stub.OfAdapter scaled = withGain(s -> new SmallLora(scale));
      assertThat(Mutant.outcome(scaled, AdapterRule.PAR_05))
          .as("scale %s", scale)
          .isEqualTo(Outcome.PASSED);
    }
  }

  @Test
  void a_start_that_is_not_promised_to_be_exact_may_be_off_by_the_tolerance() {
    for (UnaryOperator<BoundAdapter> nearly : List.of(productsTimes(1 + 1e-6), denseOff(1e-6))) {
      assertThat(ofTheKind(lora(NEARLY_AT_THE_BASE, nearly)))
          .allSatisfy(v -> assertThat(v.outcome()).as(v.text()).isEqualTo(Outcome.PASSED));
    }
  }

  @Test
  void what_an_adapter_does_not_promise_is_not_asked_of_it() {
    Set<Promise> trainsTheBase = Promise.usualWithout(Kind.ADAPTER, Promise.FREEZES_BASE);
    assertThat(ofTheKind(lora(trainsTheBase, isNotAdditive(MULTIPLIES))))
        .filteredOn(v -> v.outcome() == Outcome.NOT_APPLICABLE)
        .extracting(Verdict::rule)
        .containsExactlyInAnyOrder(AdapterRule.PAR_02, AdapterRule.PAR_07);
  }
}
