package io.github.palimpsest.llm.safetensors;

import static java.util.Locale.ROOT;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.engine.weights.Blocks;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The element types that can be read as 32-bit floats, exactly, and written from them, rounded to
 * the nearest value and of two nearest to the even one.
 */
public enum Dtype {
  /** IEEE 754 binary32. */
  F32(4, "float32", Float.MAX_VALUE) {
    @Override
    void put(FloatBuffer floats, ByteBuffer littleEndian) {
      littleEndian.asFloatBuffer().put(floats);
    }

    @Override
    FloatBuffer floats(ByteBuffer littleEndian) {
      return littleEndian.asFloatBuffer();
    }
  },
  /** IEEE 754 binary16: 5 bits of exponent, 10 of fraction. */
  F16(2, "float16", Math.nextDown(65520f)) {
    @Override
    void put(FloatBuffer floats, ByteBuffer littleEndian) {
      ShortBuffer halves = littleEndian.asShortBuffer();
      while (floats.hasRemaining()) {
        halves.put(floatToHalf(floats.get()));
      }
    }

    @Override
    FloatBuffer floats(ByteBuffer littleEndian) {
      return widened(littleEndian.asShortBuffer(), Dtype::halfToFloat);
    }
  },
  /** The upper half of a binary32. */
  BF16(2, "bfloat16", Math.nextDown(0x1.ffp127f)) {
    @Override
    void put(FloatBuffer floats, ByteBuffer littleEndian) {
      ShortBuffer upper = littleEndian.asShortBuffer();
      while (floats.hasRemaining()) {
        upper.put(upperHalf(floats.get()));
      }
    }

    @Override
    FloatBuffer floats(ByteBuffer littleEndian) {
      return widened(littleEndian.asShortBuffer(), upper -> Float.intBitsToFloat(upper << 16));
    }
  };

  /** Numbers that one thread converts at a time. */
  private static final int BLOCK = 1 << 16;

  final int bytes;
  private final String text;
  private final float most;

  /**
   * @param text the name in a model's {@code config.json}
   * @param most the largest number that is not rounded to infinity
   */
  Dtype(int bytes, String text, float most) {
    this.bytes = bytes;
    this.text = text;
    this.most = most;
  }

  /**
   * The type of a name, in any case: that of a file, {@code bf16}, or that of a model's {@code
   * config.json}, {@code bfloat16}.
   *
   * @throws PalimpsestException if there is none; names the nearest
   */
  public static Dtype parse(String name) {
    for (Dtype dtype : values()) {
      if (dtype.name().equalsIgnoreCase(name) || dtype.text.equalsIgnoreCase(name)) {
        return dtype;
      }
    }
    List<String> names = Arrays.stream(values()).map(d -> d.name().toLowerCase(ROOT)).toList();
    throw new PalimpsestException(
        "no type '%s' of weights%s".formatted(name, NearestName.hint(name, names)));
  }

  /** The name in a model's {@code config.json}, for example {@code float16}. */
  public String text() {
    return text;
  }

  /** Whether a number stays finite if it is; a small number may become 0. */
  boolean holds(float number) {
    return !Float.isFinite(number) || Math.abs(number) <= most;
  }

  /** Writes all numbers from the buffer's position on; each {@linkplain #holds fits}. */
  abstract void put(FloatBuffer floats, ByteBuffer littleEndian);

  /** The values; a view of the buffer where the bits are the same. */
  abstract FloatBuffer floats(ByteBuffer littleEndian);

  /** The value of a number of 16 bits. */
  private interface Widening {
    float of(short number);
  }

  private static FloatBuffer widened(ShortBuffer numbers, Widening widening) {
    float[] floats = new float[numbers.remaining()];
    Blocks.each(
        floats.length,
        BLOCK,
        (from, to) -> {
          short[] block = new short[to - from];
          numbers.get(from, block);
          for (int i = 0; i < block.length; i++) {
            floats[from + i] = widening.of(block[i]);
          }
        });
    return FloatBuffer.wrap(floats);
  }

  /** The nearest binary16, of two nearest the even one. */
  static short floatToHalf(float number) {
    int sign = (Float.floatToRawIntBits(number) >>> 16) & 0x8000;
    double size = Math.abs((double) number);
    if (!Float.isFinite(number)) {
      return (short) (sign | (Float.isNaN(number) ? 0x7e00 : 0x7c00));
    }
    if (size < 0x1p-14) {
      return (short) (sign | (int) Math.rint(size * 0x1p24));
    }
    int exponent = Math.getExponent(size);
    // a fraction that rounds up to 2 carries into the exponent
    int half = ((exponent + 15) << 10) + (int) Math.rint(Math.scalb(size, 10 - exponent)) - 0x400;
    return (short) (sign | Math.min(half, 0x7c00));
  }

  /** The nearest number of 16 bits, of two nearest the even one. */
  static short upperHalf(float number) {
    int bits = Float.floatToRawIntBits(number);
    boolean nan = Float.isNaN(number);
    return (short) (nan ? bits >>> 16 | 0x40 : bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

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
}
