package io.github.palimpsest.llm.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir Path folder;

  private Path file(String header, int dataBytes) throws IOException {
    return file(header, new byte[dataBytes]);
  }

  private Path file(String header, byte[] data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(text.length).put(text).put(data);
    return Files.write(folder.resolve("some.safetensors"), all.array());
  }

  private static String tensor(String name, String dtype, String shape, int begin, int end) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(name, dtype, shape, begin, end);
  }

  private void refused(Path file, String... parts) {
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContainingAll(parts);
  }

  @Test
  void whatIsWrittenIsReadBackBitForBit() {
    float[] odd = {0f, -0f, 1f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NaN};
    WeightSnapshot weights =
        WeightSnapshot.of(
            Map.of("b", Shape.of(2, 3), "a", Shape.of(1), "scalar", Shape.scalar()),
            Map.of("b", odd, "a", new float[] {7}, "scalar", new float[] {-1}));
    Path file = folder.resolve("w.safetensors");
    SafetensorsWriter.write(file, weights);

    SafetensorsFile back = SafetensorsFile.open(file);
    assertThat(back.names()).containsExactly("a", "b", "scalar");
    assertThat(back.metadata()).containsExactly(Map.entry("format", "pt"));
    for (String name : weights.names()) {
      assertThat(back.shape(name)).as("shape of " + name).isEqualTo(weights.shape(name));
      assertThat(bits(back.copy(name)))
          .as("bits of " + name)
          .containsExactly(bits(weights.copy(name)));
    }
    assertThat(folder.toFile().list()).as("nothing else is left").containsExactly("w.safetensors");
  }

  @Test
  void everyHalfIsTheNearestOfItselfAndOfHalfWayToItsNeighbours() {
    int wrong = 0; // of all positive finite halves; an assertion for each would take long
    for (int h = 0; h < 0x7c00; h++) {
      float half = Dtype.halfToFloat((short) h);
      float next = h == 0x7bff ? 65536 : Dtype.halfToFloat((short) (h + 1));
      float middle = (float) ((half + (double) next) / 2);
      int even = h % 2 == 0 ? h : h + 1;
      boolean right =
          Dtype.floatToHalf(half) == (short) h
              && Dtype.floatToHalf(-half) == (short) (h | 0x8000)
              && Dtype.floatToHalf(middle) == (short) even
              && Dtype.floatToHalf(Math.nextDown(middle)) == (short) h
              && Dtype.floatToHalf(Math.nextUp(middle)) == (short) (h + 1);
      wrong += right ? 0 : 1;
    }
    assertThat(wrong).isZero();
  }

  @Test
  void theUpperHalfIsRoundedToTheNearestAndOfTwoToTheEven() {
    // 1 + k 2^-7 are the numbers of 8 bits between 1 and 2
    assertThat(Dtype.upperHalf(1 + 0x1p-8f))
        .as("half way above an even one")
        .isEqualTo((short) 0x3f80);
    assertThat(Dtype.upperHalf(1 + 0x1.8p-7f + 0x1p-20f)).isEqualTo((short) 0x3f82);
    assertThat(Dtype.upperHalf(1 + 0x1.8p-7f)).as("above an odd one").isEqualTo((short) 0x3f82);
    assertThat(Dtype.upperHalf(-2f)).isEqualTo((short) 0xc000);
    assertThat(Dtype.upperHalf(Float.intBitsToFloat(0x7f800001))).isEqualTo((short) 0x7fc0);
  }

  @ParameterizedTest
  @CsvSource({"F16, 65519.996, 65520", "BF16, 3.3961774e38, 3.3961775e38"})
  void aNumberBeyondTheRangeOfATypeIsRefusedByTheNameOfItsTensor(
      Dtype type, float most, float beyond) {
    Path file = folder.resolve("w.safetensors");
    Map<String, Shape> shapes = Map.of("layer.7", Shape.of(2));
    SafetensorsWriter.write(
        file, WeightSnapshot.of(shapes, Map.of("layer.7", new float[] {-most, 1})), n -> type);
    float[] read = SafetensorsFile.open(file).copy("layer.7");
    assertThat(Float.isFinite(read[0])).as("%s is finite", read[0]).isTrue();
    assertThat(read[1]).isEqualTo(1);
    WeightSnapshot large = WeightSnapshot.of(shapes, Map.of("layer.7", new float[] {1, -beyond}));
    assertThatThrownBy(() -> SafetensorsWriter.write(file, large, n -> type))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContainingAll("'layer.7'", "-" + beyond, type.name());
    assertThat(SafetensorsFile.open(file).dtype("layer.7")).as("unchanged").isEqualTo(type.name());
    assertThat(folder.toFile().list()).containsExactly("w.safetensors");
  }

  @Test
  void theBytesOfAFileDependOnTheWeightsAlone() throws IOException {
    Map<String, Shape> shapes = Map.of("x", Shape.of(3), "y", Shape.of(2));
    Map<String, float[]> values = Map.of("x", new float[] {1, 2, 3}, "y", new float[] {4, 5});
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    SafetensorsWriter.write(one, WeightSnapshot.of(shapes, values));
    SafetensorsWriter.write(two, WeightSnapshot.of(new TreeMap<>(shapes).descendingMap(), values));
    assertThat(Files.readAllBytes(one)).containsExactly(Files.readAllBytes(two));
  }

  @Test
  void aTensorLargerThanOneChunkIsWrittenWhole() {
    float[] many = new float[(1 << 18) + 3];
    for (int i = 0; i < many.length; i++) {
      many[i] = i;
    }
    Path file = folder.resolve("large.safetensors");
    SafetensorsWriter.write(
        file, WeightSnapshot.of(Map.of("w", Shape.of(many.length)), Map.of("w", many)));
    assertThat(SafetensorsFile.open(file).copy("w")).isEqualTo(many);
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("w.safetensors"), "old");
    WeightSnapshot broken =
        WeightSnapshot.computed(
            new TreeMap<>(Map.of("w", Shape.of(1))),
            name -> {
              throw new IllegalStateException("no values");
            });
    assertThatThrownBy(() -> SafetensorsWriter.write(file, broken)).hasMessage("no values");
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("w.safetensors");

    Path nowhere = folder.resolve("missing").resolve("w.safetensors");
    assertThatThrownBy(() -> SafetensorsWriter.write(nowhere, WeightSnapshot.empty()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(nowhere + ": cannot be written");
  }

  @ParameterizedTest
  @CsvSource({
    // sign, exponent, fraction of binary16; value from the definition, as the bits of a binary32
    "0x0000, 0x00000000", // 0
    "0x8000, 0x80000000", // -0
    "0x0001, 0x33800000", // 2^-24, the smallest subnormal
    "0x03ff, 0x387fc000", // 1023 2^-24, the largest subnormal
    "0x83ff, 0xb87fc000",
    "0x0400, 0x38800000", // 2^-14, the smallest normal
    "0x3c00, 0x3f800000", // 1
    "0x3555, 0x3eaaa000", // 1365 2^-12
    "0xc000, 0xc0000000", // -2
    "0x7bff, 0x477fe000", // 65504, the largest
    "0x7c00, 0x7f800000", // infinity
    "0xfc00, 0xff800000",
    "0x7e00, 0x7fc00000", // NaN
  })
  void halvesConvertExactly(String half, String bits) throws IOException {
    byte[] data = littleEndian(Integer.decode(half));
    Path file = file("{" + tensor("h", "F16", "[1]", 0, 2) + "}", data);
    assertThat(Float.floatToRawIntBits(SafetensorsFile.open(file).read("h").get()))
        .as(half)
        .isEqualTo((int) Long.decode(bits).longValue());
  }

  @Test
  void everyHalfEqualsItsDefinition() {
    for (int half = 0; half < 1 << 16; half++) {
      int exponent = half >> 10 & 0x1f;
      int fraction = half & 0x3ff;
      double sign = half >> 15 == 0 ? 1 : -1;
      float actual = Dtype.halfToFloat((short) half);
      if (exponent == 0x1f) {
        assertThat(fraction == 0 ? Float.isInfinite(actual) : Float.isNaN(actual))
            .as(Integer.toHexString(half))
            .isTrue();
      } else {
        double expected =
            exponent == 0
                ? sign * fraction * Math.pow(2, -24)
                : sign * (1024 + fraction) * Math.pow(2, exponent - 25);
        assertThat((double) actual).as(Integer.toHexString(half)).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0x0000", "0x8000", "0x0001", "0x807f", "0x3f80", "0xc049", "0x7f7f", "0x7f80", "0xff80",
    "0x7fc1"
  })
  void aBrainFloatIsTheUpperHalfOfAFloat(String upper) throws IOException {
    byte[] data = littleEndian(Integer.decode(upper));
    Path file = file("{" + tensor("b", "BF16", "[1]", 0, 2) + "}", data);
    assertThat(Float.floatToRawIntBits(SafetensorsFile.open(file).read("b").get()))
        .as(upper)
        .isEqualTo(Integer.decode(upper) << 16);
  }

  @Test
  void aMissingOrTruncatedFileIsNamed() throws IOException {
    refused(folder.resolve("none.safetensors"), "no such file");
    refused(Files.write(folder.resolve("short"), new byte[5]), "truncated", "5 bytes");
    byte[] whole = Files.readAllBytes(file("{" + tensor("w", "F32", "[4]", 0, 16) + "}", 16));
    refused(
        Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length - 1)),
        "truncated",
        "'w'",
        "0 to 16 of 15 bytes");
    refused(
        Files.write(folder.resolve("cut-header"), Arrays.copyOf(whole, 20)),
        "truncated: the header");
  }

  @Test
  void aBadHeaderIsNamed() throws IOException {
    byte[] text = "this is some text and no safetensors file".getBytes(StandardCharsets.UTF_8);
    refused(Files.write(folder.resolve("text"), text), "not a safetensors file", "header length");
    refused(file("{\"w\":", 0), "bad safetensors header");
    refused(file("[1,2]   ", 0), "not a JSON object");
    refused(file("{\"w\":{\"dtype\":\"F32\"}}", 0), "'w'", "needs dtype, shape");
    refused(file("{" + tensor("w", "F32", "[-1]", 0, 4) + "}", 4), "'w'", "-1", "shape");
    refused(
        file("{" + tensor("w", "F32", "[9999999999,9999999999]", 0, 4) + "}", 4),
        "'w'",
        "too large");
    refused(
        file(
            "{" + tensor("w", "F32", "[1]", 0, 4) + "," + tensor("w", "F32", "[1]", 4, 8) + "}", 8),
        "bad safetensors header",
        "Duplicate field 'w'");
  }

  @Test
  void wrongOffsetsNameTheTensor() throws IOException {
    refused(file("{" + tensor("w", "F32", "[2]", 0, 4) + "}", 4), "'w'", "does not fit");
    refused(file("{" + tensor("w", "F32", "[2]", 8, 16) + "}", 8), "'w'", "8 to 16 of 8");
    refused(
        file(
            "{" + tensor("a", "F32", "[2]", 0, 8) + "," + tensor("b", "F32", "[2]", 4, 12) + "}",
            12),
        "'b'",
        "overlaps tensor 'a'");
    refused(
        file(
            "{" + tensor("a", "F32", "[1]", 0, 4) + "," + tensor("b", "F32", "[1]", 8, 12) + "}",
            12),
        "'b'",
        "leaves a gap");
    refused(file("{" + tensor("w", "F32", "[1]", 0, 4) + "}", 8), "cover 4 bytes", "has 8");
  }

  @Test
  void aTypeThatIsNoFloatIsRefusedOnlyWhenRead() throws IOException {
    Path file =
        file(
            "{" + tensor("ids", "I64", "[1]", 0, 8) + "," + tensor("w", "F32", "[1]", 8, 12) + "}",
            12);
    SafetensorsFile open = SafetensorsFile.open(file);
    assertThat(open.copy("w")).containsExactly(0f);
    assertThatThrownBy(() -> open.read("ids"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(file + ": tensor 'ids' has type I64; readable are [F32, F16, BF16]");
    assertThatThrownBy(() -> open.read("v"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(file + ": no tensor 'v'; did you mean 'w'?");
  }

  @Test
  void shardsAreReadThroughTheirIndex() throws IOException {
    write("one.safetensors", Map.of("a", new float[] {1, 2}));
    write("two.safetensors", Map.of("b", new float[] {3}));
    Path index = index("{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}");
    WeightSnapshot both = ShardedSafetensors.open(index);
    assertThat(both.names()).containsExactly("a", "b");
    assertThat(both.copy("a")).containsExactly(1, 2);
    assertThat(both.copy("b")).containsExactly(3);
    assertThat(both.shape("a")).isEqualTo(Shape.of(2));
  }

  @Test
  void aMissingShardOrTensorIsNamed() throws IOException {
    write("one.safetensors", Map.of("a", new float[] {1}));
    for (var wrong :
        List.of(
            Map.entry(
                "{\"b\":\"two.safetensors\"}", "two.safetensors, which should hold tensor 'b'"),
            Map.entry("{\"b\":\"one.safetensors\"}", "tensor 'b' should be in one.safetensors"),
            Map.entry("{}", "has no weight_map"),
            Map.entry("{", "malformed"))) {
      Path index = index(wrong.getKey());
      assertThatThrownBy(() -> ShardedSafetensors.open(index))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageStartingWith(index.toString())
          .hasMessageContaining(wrong.getValue());
    }
  }

  @Test
  void aTensorThatTheIndexLacksIsRefused() throws IOException {
    write("two.safetensors", Map.of("b", new float[] {3}, "c", new float[] {4}));
    Path index = index("{\"b\":\"two.safetensors\"}");
    assertThatThrownBy(() -> ShardedSafetensors.open(index))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(index + ": has no entry for tensor 'c' of two.safetensors");
  }

  @Test
  void anIndexNamesOnlyFilesBelowItsFolder(@TempDir Path elsewhere) throws IOException {
    write("one.safetensors", Map.of("a", new float[] {1}));
    Path outside = Files.move(folder.resolve("one.safetensors"), elsewhere.resolve("one"));
    Files.createSymbolicLink(folder.resolve("link.safetensors"), outside);
    for (String name :
        List.of(
            "../../x", outside.toString(), "link.safetensors", "\\u0000", "", "..", "a/../..")) {
      Path index = index("{\"a\":\"" + name + "\"}");
      assertThatThrownBy(() -> ShardedSafetensors.open(index))
          .as("the file '%s'", name)
          .isInstanceOf(PalimpsestException.class)
          .hasMessageStartingWith(index + ": the file '")
          .hasMessageContaining(" of tensor 'a' is ");
    }
    Path index = index("{\"a\": 5}");
    assertThatThrownBy(() -> ShardedSafetensors.open(index))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(index + ": tensor 'a' has no file name, but 5");
  }

  @Test
  void shardsAreFoundInTheCacheOfTheHub() throws IOException {
    write("one.safetensors", Map.of("a", new float[] {7}));
    Path snapshot = Files.createDirectories(folder.resolve("snapshots").resolve("0123abc"));
    Path blob = Files.createDirectories(folder.resolve("blobs")).resolve("fedc");
    Files.move(folder.resolve("one.safetensors"), blob);
    Files.createSymbolicLink(snapshot.resolve("one.safetensors"), Path.of("../../blobs/fedc"));
    Path index =
        Files.move(
            index("{\"a\":\"one.safetensors\"}"), snapshot.resolve("model.safetensors.index.json"));
    assertThat(ShardedSafetensors.open(index).copy("a")).containsExactly(7);
  }

  private Path index(String map) throws IOException {
    return Files.writeString(
        folder.resolve("model.safetensors.index.json"), "{\"weight_map\":" + map + "}");
  }

  private void write(String file, Map<String, float[]> values) {
    Map<String, Shape> shapes = new TreeMap<>();
    values.forEach((name, v) -> shapes.put(name, Shape.of(v.length)));
    SafetensorsWriter.write(folder.resolve(file), WeightSnapshot.of(shapes, values));
  }

  private static byte[] littleEndian(int bits) {
    return new byte[] {(byte) bits, (byte) (bits >> 8)};
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
