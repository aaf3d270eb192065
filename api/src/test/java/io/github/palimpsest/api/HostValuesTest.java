package io.github.palimpsest.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Examples, batches of them, host arrays and snapshots: the values outside any graph. */
class HostValuesTest {
  private static Example example(int i) {
    return new Example("task/" + i, 1, new TreeMap<>());
  }

  private static TaskData task(int size) {
    return TaskData.of(0, "t", IntStream.range(0, size).mapToObj(HostValuesTest::example).toList());
  }

  private static RandomGenerator seeded(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  @Test
  void anExampleReadsBackBitForBit() throws IOException {
    TreeMap<String, HostArray> fields = new TreeMap<>();
    fields.put("ids", new HostArray.Ints(new int[] {1, -2, Integer.MAX_VALUE}, 3));
    fields.put(
        "odd",
        new HostArray.Floats(
            new float[] {-0f, Float.NaN, Float.MIN_VALUE, Float.NEGATIVE_INFINITY}, 2, 2));
    fields.put("scalar", new HostArray.Floats(new float[] {1.5f}));
    fields.put("empty", new HostArray.Ints(new int[0], 0));
    Example written = new Example("t\u00e4sk/1", 3, fields);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    written.write(new DataOutputStream(bytes));

    Example read = Example.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

    assertThat(read).isEqualTo(written);
    assertThatThrownBy(
            () ->
                Example.read(
                    new DataInputStream(
                        new ByteArrayInputStream(bytes.toByteArray(), 0, bytes.size() - 1))))
        .as("a cut-off example")
        .isInstanceOf(EOFException.class);
  }

  @Test
  void aHostArrayThatDoesNotFillItsShapeIsRefused() {
    assertThatThrownBy(() -> new HostArray.Ints(new int[5], 2, 3))
        .hasMessage("5 values do not fill shape [2, 3]");
    assertThatThrownBy(() -> new HostArray.Floats(new float[6], -2, -3))
        .hasMessage("6 values do not fill shape [-2, -3]");
  }

  @Test
  void anExampleWithANegativeLengthIsRefused() {
    assertThatThrownBy(() -> new Example("t/1", -1, new TreeMap<>())).hasMessageContaining("'t/1'");
  }

  @Test
  void anEpochHoldsEachExampleOnceInBatchesOfTheGivenSize() {
    List<List<Example>> batches = task(10).shuffledBatches(4, seeded(1));

    assertThat(batches).extracting(List::size).containsExactly(4, 4, 2);
    assertThat(batches.stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(task(10).examples());
  }

  @Test
  void theOrderIsAFunctionOfTheGeneratorAndNotOfTheBatchSize() {
    List<Example> inFours =
        task(50).shuffledBatches(4, seeded(7)).stream().flatMap(List::stream).toList();
    List<Example> inSevens =
        task(50).shuffledBatches(7, seeded(7)).stream().flatMap(List::stream).toList();

    assertThat(inFours).isEqualTo(inSevens).isNotEqualTo(task(50).examples());
  }

  @Test
  void theShuffleAsksTheGeneratorOnceForEachSwap() {
    List<Integer> bounds = new ArrayList<>();
    RandomGenerator counting =
        new RandomGenerator() {
          @Override
          public long nextLong() {
            throw new AssertionError("only nextInt(bound) is to be used");
          }

          @Override
          public int nextInt(int bound) {
            bounds.add(bound);
            return 0;
          }
        };
    task(5).shuffledBatches(2, counting);

    assertThat(bounds).containsExactly(5, 4, 3, 2);
  }

  @Test
  void anEmptyTaskHasNoBatchesAndABatchHoldsAtLeastOneExample() {
    assertThat(task(0).shuffledBatches(4, seeded(1))).isEmpty();
    assertThatThrownBy(() -> task(3).shuffledBatches(0, seeded(1)))
        .hasMessage("batch size 0 must be at least 1");
  }

  @Test
  void aSnapshotDoesNotChangeWithTheArraysThatItWasMadeFrom() {
    float[] values = {1, 2};
    WeightSnapshot snapshot = WeightSnapshot.of(Map.of("w", Shape.of(2)), Map.of("w", values));
    values[0] = 99;
    snapshot.copy("w")[1] = 99;

    assertThat(snapshot.copy("w")).containsExactly(1, 2);
    assertThatThrownBy(() -> snapshot.read("w").put(0, 99f))
        .isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void eachReadGivesAViewOfItsOwn() {
    WeightSnapshot snapshot =
        WeightSnapshot.of(Map.of("w", Shape.of(2)), Map.of("w", new float[] {1, 2}));
    FloatBuffer first = snapshot.read("w");
    first.get();

    assertThat(first.remaining()).isEqualTo(1);
    assertThat(snapshot.read("w").remaining()).as("a second view").isEqualTo(2);
  }

  @Test
  void aSnapshotIsRefusedWhereNamesOrSizesDisagree() {
    assertThatThrownBy(() -> WeightSnapshot.of(Map.of("w", Shape.of(2, 2)), Map.of()))
        .hasMessage("tensor 'w' of shape [2, 2] needs 4 values, not none");
    assertThatThrownBy(() -> WeightSnapshot.of(Map.of("w", Shape.of(2)), Map.of("w", new float[3])))
        .hasMessage("tensor 'w' of shape [2] needs 2 values, not 3");
    assertThatThrownBy(() -> WeightSnapshot.of(Map.of(), Map.of("v", new float[1])))
        .hasMessage("values of 'v' have no shape");
    WeightSnapshot wrong =
        WeightSnapshot.computed(new TreeMap<>(Map.of("w", Shape.of(2))), name -> new float[1]);
    assertThatThrownBy(() -> wrong.read("w")).hasMessage("tensor 'w' has 1 values, its shape 2");
    assertThatThrownBy(() -> wrong.read("x")).hasMessage("no tensor 'x' among [w]");
    assertThat(WeightSnapshot.empty().names()).isEmpty();
  }

  @Test
  void aCostIsAFiniteNumberOfAtLeastZero() {
    assertThat(Cost.passes(2).slots(0.5).passesPerStep()).isEqualTo(2);
    for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Cost.passes(1).slots(bad))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining(String.valueOf(bad));
    }
  }

  @Test
  void aParameterNeedsANameAndAKnownShape() {
    assertThatThrownBy(() -> new ParameterSpec(" ", Shape.of(1), ParameterSpec.Role.BIAS))
        .isInstanceOf(PalimpsestException.class);
    assertThatThrownBy(() -> new ParameterSpec("w", Shape.of(-1, 2), ParameterSpec.Role.KERNEL))
        .hasMessageContaining("'w' needs a fully known shape");
  }
}
