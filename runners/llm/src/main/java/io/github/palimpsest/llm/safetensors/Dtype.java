package io.github.palimpsest.llm.safetensors;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;

/**
 * The element types of weights in files. Each value of these types converts exactly to a 32-bit
 * float; a 32-bit float is rounded to the nearest value of the type, of two to the even one.
 */
public enum Dtype {
  /** IEEE 754 binary32. */
  F32(4, "float32") {
    @Override
    FloatBuffer floats(ByteBuffer littleEndian) {
      return littleEndian.asFloatBuffer();
    }

    @Override
    void put(FloatBuffer floats, ByteBuffer littleEndian) {
      littleEndian.asFloatBuffer().put(floats);
    }

    @Override
    boolean holds(float value) {
      return true;
    }
  },
  /** IEEE 754 binary16: 5 bits of exponent, 10 of fraction. */
  F16(2, "float16") {
    @Override
    FloatBuffer floats(ByteBuffer littleEndian) {
      ShortBuffer halves = littleEndian.asShortBuffer();
      float[] floats = new float[halves.remaining()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = halfToFloat(halves.get(i));
      }
      return FloatBuffer.wrap(floats);
    }

    @Override
    void put(FloatBuffer floats, ByteBuffer littleEndian) {
      ShortBuffer halves = littleEndian.asShortBuffer();
      while (floats.hasRemaining()) {
        halves.put(half(floats.get()));
      }
    }

    @Override
    boolean holds(float value) {
      return !Float.isFinite(value) || (half(value) & 0x7fff) < 0x7c00;
    }
  },
  /** The upper half of a binary32. */
  BF16(2, "bfloat16") {
    @Override
    FloatBuffer floats(ByteBuffer littleEndian) {
      ShortBuffer upper = littleEndian.asShortBuffer();
      float[] floats = new float[upper.remaining()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = Float.intBitsToFloat(upper.get(i) << 16);
      }
      return FloatBuffer.wrap(floats);
    }

    @Override
    void put(FloatBuffer floats, ByteBuffer littleEndian) {
      ShortBuffer upper = littleEndian.asShortBuffer();
      while (floats.hasRemaining()) {
        upper.put(upper(floats.get()));
      }
    }

    @Override
    boolean holds(float value) {
      return !Float.isFinite(value) || (upper(value) & 0x7fff) < 0x7f80;
    }
  };

  final int bytes;
  private final String text;

  Dtype(int bytes, String text) {
    this.bytes = bytes;
    this.text = text;
  }

  /**
   * The type of a name as transformers writes it.
   *
   * @throws PalimpsestException if there is none; names the nearest
   */
  public static Dtype parse(String text) {
    return Arrays.stream(values())
        .filter(d -> d.text.equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new PalimpsestException(
                    "no type '"
                        + text
                        + "'"
                        + NearestName.hint(
                            text, Arrays.stream(values()).map(Dtype::text).toList())));
  }

  /** The name as transformers writes it, for example {@code float32}. */
  public String text() {
    return text;
  }

  /** The values; a view of the buffer where the bits are the same. */
  abstract FloatBuffer floats(ByteBuffer littleEndian);

  /** Writes all values, rounded, from the buffer's position on; leaves its position. */
  abstract void put(FloatBuffer floats, ByteBuffer littleEndian);

  /** Whether a finite value stays finite if it is rounded. */
  abstract boolean holds(float value);

  /** The binary32 of the same value; the payload of a NaN is kept in its upper bits. */
  public static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      float subnormal = fraction * 0x1p-24f;
      return sign == 0 ? subnormal : -subnormal;
    }
    int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }

  /** The nearest binary16; a NaN stays one. */
  private static short half(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (short) (sign | 0x7e00 | magnitude >>> 13 & 0x1ff);
    }
    if (magnitude >= 0x47800000) { // 65536 and above, infinity
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x38800000) { // below the least normal number: adding 0.5 rounds to 2^-24
      float shifted = Float.intBitsToFloat(magnitude) + 0.5f;
      return (short) (sign | Float.floatToRawIntBits(shifted) - 0x3f000000);
    }
    int rounded = magnitude + 0xfff + (magnitude >>> 13 & 1);
    return (short) (sign | (rounded >>> 13) - (112 << 10));
  }

  /** The nearest upper half; a NaN stays one. */
  private static short upper(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}
