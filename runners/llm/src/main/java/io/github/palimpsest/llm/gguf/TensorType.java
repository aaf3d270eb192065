package io.github.palimpsest.llm.gguf;

import io.github.palimpsest.api.PalimpsestException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The types of tensors that can be read, as {@code ggml.h} numbers them. A tensor is a row of
 * blocks; each block has its own scales. Values are computed in 32-bit floats in the order of
 * {@code gguf.quants}, so they have the same bits.
 */
enum TensorType {
  F32(0, 1, 4, PlainBlocks::f32),
  F16(1, 1, 2, PlainBlocks::f16),
  Q4_0(2, 32, 18, PlainBlocks::q40),
  Q4_1(3, 32, 20, PlainBlocks::q41),
  Q5_0(6, 32, 22, PlainBlocks::q50),
  Q5_1(7, 32, 24, PlainBlocks::q51),
  Q8_0(8, 32, 34, PlainBlocks::q80),
  Q2_K(10, 256, 84, SuperBlocks::q2k),
  Q3_K(11, 256, 110, SuperBlocks::q3k),
  Q4_K(12, 256, 144, SuperBlocks::q4k),
  Q5_K(13, 256, 176, SuperBlocks::q5k),
  Q6_K(14, 256, 210, SuperBlocks::q6k),
  IQ4_NL(20, 32, 18, SuperBlocks::iq4nl),
  IQ4_XS(23, 256, 136, SuperBlocks::iq4xs),
  BF16(30, 1, 2, PlainBlocks::bf16);

  /** Computes the values of one block. */
  @FunctionalInterface
  interface Block {
    /**
     * @param from little-endian bytes
     * @param at where the block begins
     * @param out where its first value goes
     */
    void decode(ByteBuffer from, int at, float[] to, int out);
  }

  /** Types that are known by name only. */
  private static final Map<Integer, String> OTHERS =
      Map.ofEntries(
          Map.entry(9, "Q8_1"),
          Map.entry(15, "Q8_K"),
          Map.entry(16, "IQ2_XXS"),
          Map.entry(17, "IQ2_XS"),
          Map.entry(18, "IQ3_XXS"),
          Map.entry(19, "IQ1_S"),
          Map.entry(21, "IQ3_S"),
          Map.entry(22, "IQ2_S"),
          Map.entry(24, "I8"),
          Map.entry(25, "I16"),
          Map.entry(26, "I32"),
          Map.entry(27, "I64"),
          Map.entry(28, "F64"),
          Map.entry(29, "IQ1_M"),
          Map.entry(34, "TQ1_0"),
          Map.entry(35, "TQ2_0"),
          Map.entry(39, "MXFP4"),
          Map.entry(40, "NVFP4"),
          Map.entry(41, "Q1_0"));

  private final int id;
  private final int values;
  private final int bytes;
  private final Block block;

  TensorType(int id, int values, int bytes, Block block) {
    this.id = id;
    this.values = values;
    this.bytes = bytes;
    this.block = block;
  }

  /**
   * The type of a tensor.
   *
   * @param where names the file and the tensor
   * @throws PalimpsestException if it cannot be read; names the type and those that can
   */
  static TensorType of(String where, long id) {
    for (TensorType type : values()) {
      if (type.id == id) {
        return type;
      }
    }
    String name = id <= Integer.MAX_VALUE ? OTHERS.get((int) id) : null;
    throw new PalimpsestException(
        "%s has the type %s, which is not supported; supported are %s"
            .formatted(
                where,
                name == null ? "number " + id : name,
                Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "))));
  }

  /** The number of values in a block. */
  int blockValues() {
    return values;
  }

  /** The bytes of a number of values, a multiple of {@link #blockValues}. */
  long bytes(long count) {
    return Math.multiplyExact(count / values, (long) bytes);
  }

  /** The values of all blocks in a buffer. */
  float[] floats(ByteBuffer from) {
    int blocks = from.remaining() / bytes;
    float[] to = new float[Math.multiplyExact(blocks, values)];
    for (int i = 0; i < blocks; i++) {
      block.decode(from, i * bytes, to, i * values);
    }
    return to;
  }
}
