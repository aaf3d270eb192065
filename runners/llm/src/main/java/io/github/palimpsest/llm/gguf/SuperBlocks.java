package io.github.palimpsest.llm.gguf;

import java.nio.ByteBuffer;

/**
 * Blocks of 256 values with scales of parts of 16 or 32 values, themselves quantised, and the
 * blocks whose four bits choose from a table.
 */
final class SuperBlocks {
  private static final int SIZE = 256;

  /** The values that the four bits of IQ4 types choose from. */
  private static final int[] CHOICES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private SuperBlocks() {}

  /** {@code scales[16], q[64], d, dmin}. */
  static void q2k(ByteBuffer from, int at, float[] to, int out) {
    float d = PlainBlocks.half(from, at + 80);
    float least = PlainBlocks.half(from, at + 82);
    for (int i = 0; i < SIZE; i++) {
      int scale = from.get(at + i / 16);
      float dl = d * (scale & 0xf);
      float ml = least * (scale >> 4 & 0xf);
      float product = dl * twoBits(from, at + 16, i);
      to[out + i] = product - ml;
    }
  }

  /** {@code h[32], q[64], scales[12], d}; a value is 4 less where its bit in {@code h} is 0. */
  static void q3k(ByteBuffer from, int at, float[] to, int out) {
    float d = PlainBlocks.half(from, at + 108);
    for (int i = 0; i < SIZE; i++) {
      int part = i / 16;
      int low = from.get(at + 96 + part % 8) >> (part < 8 ? 0 : 4) & 0xf;
      int high = from.get(at + 104 + part % 4) >> 2 * (part / 4) & 3;
      float dl = d * ((low | high << 4) - 32);
      int lower = (from.get(at + i % 32) >> i / 32 & 1) ^ 1;
      to[out + i] = dl * (twoBits(from, at + 32, i) - 4 * lower);
    }
  }

  /** {@code d, dmin, scales[12], q[128]}. */
  static void q4k(ByteBuffer from, int at, float[] to, int out) {
    for (int part = 0; part < SIZE / 32; part++) {
      float dl = PlainBlocks.half(from, at) * scale(from, at + 4, part);
      float ml = PlainBlocks.half(from, at + 2) * minimum(from, at + 4, part);
      for (int i = 32 * part; i < 32 * part + 32; i++) {
        float product = dl * fourBits(from, at + 16, i);
        to[out + i] = product - ml;
      }
    }
  }

  /** {@code d, dmin, scales[12], h[32], q[128]}, with the fifth bits in {@code h}. */
  static void q5k(ByteBuffer from, int at, float[] to, int out) {
    for (int part = 0; part < SIZE / 32; part++) {
      float dl = PlainBlocks.half(from, at) * scale(from, at + 4, part);
      float ml = PlainBlocks.half(from, at + 2) * minimum(from, at + 4, part);
      for (int i = 32 * part; i < 32 * part + 32; i++) {
        int high = from.get(at + 16 + i % 32) >> part & 1;
        float product = dl * (fourBits(from, at + 48, i) | high << 4);
        to[out + i] = product - ml;
      }
    }
  }

  /** {@code low[128], high[64], scales[16], d}: six bits less 32. */
  static void q6k(ByteBuffer from, int at, float[] to, int out) {
    float d = PlainBlocks.half(from, at + 208);
    for (int i = 0; i < SIZE; i++) {
      int half = i / 128;
      int low = from.get(at + half * 64 + i % 64) >> (i % 128 < 64 ? 0 : 4) & 0xf;
      int high = twoBits(from, at + 128, i);
      float scaled = d * from.get(at + 192 + i / 16);
      to[out + i] = scaled * ((low | high << 4) - 32);
    }
  }

  /** {@code d, q[16]}: 32 values. */
  static void iq4nl(ByteBuffer from, int at, float[] to, int out) {
    float d = PlainBlocks.half(from, at);
    for (int i = 0; i < 32; i++) {
      to[out + i] = d * CHOICES[PlainBlocks.nibble(from, at + 2, i)];
    }
  }

  /** {@code d, high[2], low[4], q[128]}: the scales of 32 values have six bits, less 32. */
  static void iq4xs(ByteBuffer from, int at, float[] to, int out) {
    float d = PlainBlocks.half(from, at);
    int highs = from.getShort(at + 2);
    for (int part = 0; part < 8; part++) {
      int low = from.get(at + 4 + part / 2) >> 4 * (part % 2) & 0xf;
      float dl = d * ((low | (highs >> 2 * part & 3) << 4) - 32);
      for (int i = 0; i < 32; i++) {
        to[out + 32 * part + i] = dl * CHOICES[PlainBlocks.nibble(from, at + 8 + 16 * part, i)];
      }
    }
  }

  /** The scale of a part of Q4_K and Q5_K: six bits. */
  private static int scale(ByteBuffer from, int scales, int part) {
    return part < 4
        ? from.get(scales + part) & 0x3f
        : from.get(scales + part + 4) & 0xf | from.get(scales + part - 4) >> 2 & 0x30;
  }

  /** The minimum of a part of Q4_K and Q5_K: six bits. */
  private static int minimum(ByteBuffer from, int scales, int part) {
    return part < 4
        ? from.get(scales + part + 4) & 0x3f
        : from.get(scales + part + 4) >> 4 & 0xf | from.get(scales + part) >> 2 & 0x30;
  }

  /** Two bits of a value: of 128 values, each byte has one of each 32. */
  private static int twoBits(ByteBuffer from, int at, int i) {
    return from.get(at + i / 128 * 32 + i % 32) >> i % 128 / 32 * 2 & 3;
  }

  /** Four bits of a value: of 64 values, each byte has one of each 32. */
  private static int fourBits(ByteBuffer from, int at, int i) {
    return from.get(at + i / 64 * 32 + i % 32) >> (i % 64 < 32 ? 0 : 4) & 0xf;
  }
}
