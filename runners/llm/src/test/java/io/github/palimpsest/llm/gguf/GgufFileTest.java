package io.github.palimpsest.llm.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.llm.gguf.GgufBytes.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {
  private static final int MAGIC = 0x46554747;

  @TempDir Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void names() {
    file = folder.resolve("model.gguf");
  }

  @Test
  void readsTensorsWithTheSlowestAxisFirst() throws IOException {
    new GgufBytes()
        .tensor("w", Shape.of(2, 3), 1, 2, 3, 4, 5, 6)
        .tensor("b", Shape.of(2), -1, 0.5f)
        .write(file);

    GgufFile gguf = GgufFile.open(file);

    assertThat(gguf.names()).containsExactly("b", "w");
    assertThat(gguf.shape("w")).isEqualTo(Shape.of(2, 3));
    assertThat(gguf.copy("w")).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(gguf.copy("b")).containsExactly(-1, 0.5f);
  }

  @Test
  void versionTwoIsReadLikeVersionThree() throws IOException {
    byte[] bytes = new GgufBytes().tensor("w", Shape.of(1), 7).bytes();
    bytes[4] = 2;
    Files.write(file, bytes);

    assertThat(GgufFile.open(file).copy("w")).containsExactly(7);
  }

  @Test
  void refusesOtherFilesAndVersionsByName() throws IOException {
    refused(new Bytes().uint32(0x67676d6c).uint32(1), "is not a GGUF file");
    refused(new Bytes().uint32(MAGIC).uint32(1), "GGUF version 1; versions 2 and 3 are supported");
    refused(new Bytes().uint32(MAGIC).uint32(3 << 24), "is a big-endian GGUF file");
    refused(new Bytes().uint32(MAGIC), "ends before the version");
  }

  @Test
  void absurdCountsAndLengthsAreRefusedBeforeAnythingOfTheirSizeIsMade() throws IOException {
    refused(header().uint64(Long.MIN_VALUE).uint64(0), "tensors is 9223372036854775808, which");
    refused(header().uint64(1L << 40).uint64(0), "number of tensors is 1099511627776");
    refused(header().uint64(0).uint64(-1), "number of keys is 18446744073709551615");
    refused(header().uint64(0).uint64(1).uint64(1L << 62), "number of keys is 1, which");
    refused(
        key().uint64(Long.MAX_VALUE).add(ByteBuffer.allocate(32)),
        "length of key 0 is 9223372036854775807");
    refused(
        key().text("k").uint32(8).uint64(1L << 33), "length of 'k' is 8589934592, which does not");
    refused(
        key().text("k").uint32(9).uint32(8).uint64(1L << 61).add(ByteBuffer.allocate(64)),
        "number of elements of 'k' is 2305843009213693952");
    refused(
        key().text("k").uint32(9).uint32(0).uint64((1 << 22) + 1).add(ByteBuffer.allocate(1 << 23)),
        "number of elements of 'k' is 4194305; at most 4194304 are supported");
  }

  @Test
  void refusesArraysInArraysAndUnknownTypesOfValues() throws IOException {
    refused(
        key().text("k").uint32(9).uint32(9).uint64(1).uint32(9).uint32(0).uint64(0),
        "'k' is an array of arrays, which is not supported");
    refused(key().text("k").uint32(13).uint64(0), "the type of 'k' is 13");
    refused(
        key().text("k").uint32(7).add(ByteBuffer.wrap(new byte[] {2})),
        "'k' is neither true nor false, but 2");
    refused(
        key().text("k").uint32(10).uint64(-1),
        "'k' is 18446744073709551615; at most 2^63 - 1 can be read");
    refused(
        key().uint64(2).add(ByteBuffer.wrap(new byte[] {(byte) 0xc3, 0x28})).uint32(7).uint32(0),
        "key 0 is not UTF-8");
  }

  @Test
  void refusesWhatIsThereTwice() throws IOException {
    refused(
        header().uint64(0).uint64(2).text("k").value(1).text("k").value(2),
        "has the key 'k' twice");
    Bytes twice = header().uint64(2).uint64(0);
    for (int i = 0; i < 2; i++) {
      twice.text("w").uint32(1).uint64(1).uint32(0).uint64(0);
    }
    refused(twice, "has the tensor 'w' twice");
  }

  @Test
  void refusesATypeItCannotReadByNameWithTheListOfThoseItCan() throws IOException {
    refused(
        tensor(256, 16, 0),
        "tensor 'w' has the type IQ2_XXS, which is not supported; supported are F32, F16, Q4_0,"
            + " Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS, BF16");
    refused(tensor(256, 4711, 0), "tensor 'w' has the type number 4711");
    refused(tensor(48, 2, 0), "rows of 48 values, not a multiple of the 32 in a block of Q4_0");
  }

  @Test
  void refusesTensorsThatDoNotLieOneAfterAnother() throws IOException {
    refused(tensor(1, 0, 32), "tensor 'w' begins at 32; the tensors before it end at 0");
    refused(tensor(0, 0, 0), "tensor 'w' has a dimension of 0");
    refused(tensor(1L << 31, 0, 0), "tensor 'w' has a dimension of 2147483648");
    refused(tensor(1 << 20, 0, 0), "is truncated: tensor 'w' needs");
    refused(
        header().uint64(1).uint64(0).text("w").uint32(5).uint64(1).uint64(1).uint64(1),
        "tensor 'w' has 5 dimensions; from 1 to 4 are allowed");
    byte[] whole = new GgufBytes().tensor("w", Shape.of(8), new float[8]).bytes();
    Files.write(file, Arrays.copyOf(whole, whole.length + 40));
    assertThatThrownBy(() -> GgufFile.open(file))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("has 40 bytes after its last tensor");
  }

  @Test
  void refusesAnAlignmentThatIsNone() throws IOException {
    refused(
        header().uint64(0).uint64(1).text("general.alignment").value(12),
        "'general.alignment' is 12; it must be a multiple of 8");
  }

  private static Bytes header() {
    return new Bytes().uint32(MAGIC).uint32(3);
  }

  /** A header with one key, up to the key. */
  private static Bytes key() {
    return header().uint64(0).uint64(1);
  }

  private static Bytes tensor(long size, int type, long offset) {
    return header()
        .uint64(1)
        .uint64(0)
        .text("w")
        .uint32(1)
        .uint64(size)
        .uint32(type)
        .uint64(offset)
        .add(ByteBuffer.allocate(64));
  }

  private void refused(Bytes bytes, String message) throws IOException {
    Files.write(file, bytes.toByteArray());
    assertThatThrownBy(() -> GgufFile.open(file))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }
}
