package io.github.palimpsest.llm.gguf;

import io.github.palimpsest.llm.safetensors.Dtype;
import java.nio.ByteBuffer;

/**
 * Floats, and blocks of 32 values with one scale {@code d}, and in some types one minimum {@code
 * m}. The first 16 values are in the lower halves of the bytes, the others in the upper halves.
 */
final class PlainBlocks {
  private static final int HALF = 16;

  private PlainBlocks() {}

  static void f32(ByteBuffer from, int at, float[] to, int out) {
    to[out] = from.getFloat(at);
  }

  static void f16(ByteBuffer from, int at, float[] to, int out) {
    to[out] = half(from, at);
  }

  static void bf16(ByteBuffer from, int at, float[] to, int out) {
    to[out] = Float.intBitsToFloat(from.getShort(at) << 16);
  }

  /** {@code d, q[16]}: {@code d (q - 8)}. */
  static void q40(ByteBuffer from, int at, float[] to, int out) {
    float d = half(from, at);
    for (int i = 0; i < 2 * HALF; i++) {
      to[out + i] = d * (nibble(from, at + 2, i) - 8);
    }
  }

  /** {@code d, m, q[16]}: {@code d q + m}. */
  static void q41(ByteBuffer from, int at, float[] to, int out) {
    float d = half(from, at);
    float m = half(from, at + 2);
    for (int i = 0; i < 2 * HALF; i++) {
      float product = d * nibble(from, at + 4, i);
      to[out + i] = product + m;
    }
  }

  /** {@code d, h[4], q[16]}: {@code d (q - 16)}, with the fifth bits in {@code h}. */
  static void q50(ByteBuffer from, int at, float[] to, int out) {
    float d = half(from, at);
    int high = from.getInt(at + 2);
    for (int i = 0; i < 2 * HALF; i++) {
      to[out + i] = d * ((nibble(from, at + 6, i) | (high >>> i & 1) << 4) - 16);
    }
  }

  /** {@code d, m, h[4], q[16]}: {@code d q + m}, with the fifth bits in {@code h}. */
  static void q51(ByteBuffer from, int at, float[] to, int out) {
    float d = half(from, at);
    float m = half(from, at + 2);
    int high = from.getInt(at + 4);
    for (int i = 0; i < 2 * HALF; i++) {
      float product = d * (nibble(from, at + 8, i) | (high >>> i & 1) << 4);
      to[out + i] = product + m;
    }
  }

  /** {@code d, q[32]}: {@code d q}. */
  static void q80(ByteBuffer from, int at, float[] to, int out) {
    float d = half(from, at);
    for (int i = 0; i < 2 * HALF; i++) {
      to[out + i] = d * from.get(at + 2 + i);
    }
  }

  static float half(ByteBuffer from, int at) {
    return Dtype.halfToFloat(from.getShort(at));
  }

  /** The four bits of value {@code i} in a block of 32. */
  static int nibble(ByteBuffer from, int at, int i) {
    int pair = from.get(at + i % HALF);
    return (i < HALF ? pair : pair >> 4) & 0xf;
  }
}
