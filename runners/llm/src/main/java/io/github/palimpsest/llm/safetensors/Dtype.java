package io.github.palimpsest.llm.safetensors;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** The element types that can be read as 32-bit floats; each value converts exactly. */
enum Dtype {
  /** IEEE 754 binary32. */
  F32(4) {
    @Override
    FloatBuffer floats(ByteBuffer littleEndian) {
      return littleEndian.asFloatBuffer();
    }
  },
  /** IEEE 754 binary16: 5 bits of exponent, 10 of fraction. */
  F16(2) {
    @Override
    FloatBuffer floats(ByteBuffer littleEndian) {
      ShortBuffer halves = littleEndian.asShortBuffer();
      float[] floats = new float[halves.remaining()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = halfToFloat(halves.get(i));
      }
      return FloatBuffer.wrap(floats);
    }
  },
  /** The upper half of a binary32. */
  BF16(2) {
    @Override
    FloatBuffer floats(ByteBuffer littleEndian) {
      ShortBuffer upper = littleEndian.asShortBuffer();
      float[] floats = new float[upper.remaining()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = Float.intBitsToFloat(upper.get(i) << 16);
      }
      return FloatBuffer.wrap(floats);
    }
  };

  final int bytes;

  Dtype(int bytes) {
    this.bytes = bytes;
  }

  /** The values; a view of the buffer where the bits are the same. */
  abstract FloatBuffer floats(ByteBuffer littleEndian);

  /** The binary32 of the same value; the payload of a NaN is kept in its upper bits. */
  static float halfToFloat(short half) {
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
