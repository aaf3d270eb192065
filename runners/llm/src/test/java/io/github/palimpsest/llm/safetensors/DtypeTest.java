package io.github.palimpsest.llm.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DtypeTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void everyValueOfAHalfComesBack(Dtype dtype) {
    List<Integer> wrong = new ArrayList<>();
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = value(dtype, (short) bits);
      short back = rounded(dtype, value);
      if (Float.isNaN(value) ? !Float.isNaN(value(dtype, back)) : back != (short) bits) {
        wrong.add(bits);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void aValueBetweenTwoGoesToTheNearestAndOfTwoToTheEvenOne(Dtype dtype) {
    for (int bits = 0; bits < 0x7bff; bits += 97) {
      float low = value(dtype, (short) bits);
      float high = value(dtype, (short) (bits + 1));
      float middle = low + (high - low) / 2;
      short even = (short) (bits + bits % 2);
      assertThat(rounded(dtype, middle)).as("middle after %04x", bits).isEqualTo(even);
      assertThat(rounded(dtype, Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(rounded(dtype, Math.nextUp(middle))).isEqualTo((short) (bits + 1));
      assertThat(rounded(dtype, -middle)).isEqualTo((short) (even | 0x8000));
    }
  }

  @Test
  void aValueTooLargeForTheTypeIsRefused() {
    // the largest binary16 is 65504; from 65520 on a value would become infinite
    for (float fits : new float[] {65504, Math.nextDown(65520f), Float.POSITIVE_INFINITY}) {
      SafetensorsWriter.write(folder.resolve("w"), weights(fits), n -> Dtype.F16);
    }
    assertThatThrownBy(
            () -> SafetensorsWriter.write(folder.resolve("x"), weights(65520), n -> Dtype.F16))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "tensor 'w' has 65520.0, which is beyond the range of F16; save it as F32 or BF16");
    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    folder.resolve("x"), weights(Float.MAX_VALUE), n -> Dtype.BF16))
        .hasMessageContaining("beyond the range of BF16");
    assertThat(folder.toFile().list()).containsExactly("w");
  }

  @Test
  void a_file_of_bfloat16_holds_numbers_of_it_and_one_of_floats_may() {
    float between = 1 + 1 / 256f;
    SafetensorsWriter.write(folder.resolve("half"), weights(between), n -> Dtype.BF16);
    SafetensorsWriter.write(folder.resolve("between"), weights(between), n -> Dtype.F32);
    SafetensorsWriter.write(folder.resolve("exact"), weights(1 + 1 / 128f), n -> Dtype.F32);
    assertThat(SafetensorsFile.open(folder.resolve("half")).isBfloat16("w")).isTrue();
    assertThat(SafetensorsFile.open(folder.resolve("between")).isBfloat16("w")).isFalse();
    assertThat(SafetensorsFile.open(folder.resolve("exact")).isBfloat16("w")).isTrue();
  }

  @Test
  void typesAreNamedAsTransformersNamesThem() {
    assertThat(Dtype.parse("bfloat16")).isEqualTo(Dtype.BF16);
    assertThatThrownBy(() -> Dtype.parse("float8"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("no type 'float8'")
        .hasMessageContaining("f16");
  }

  private static WeightSnapshot weights(float value) {
    return WeightSnapshot.of(Map.of("w", Shape.of(1)), Map.of("w", new float[] {value}));
  }

  private static float value(Dtype dtype, short bits) {
    return dtype.floats(buffer().putShort(0, bits)).get(0);
  }

  private static short rounded(Dtype dtype, float value) {
    ByteBuffer bytes = buffer();
    dtype.put(FloatBuffer.wrap(new float[] {value}), bytes);
    return bytes.getShort(0);
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
  }
}
