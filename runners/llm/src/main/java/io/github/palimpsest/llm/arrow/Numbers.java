package io.github.palimpsest.llm.arrow;

import io.github.palimpsest.api.PalimpsestException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.flatbuf.Field;

/** Reads numbers and texts from buffers. */
final class Numbers {
  private Numbers() {}

  /** A whole number of 8, 16, 32 or 64 bits. */
  static BigInteger integer(ByteBuffer values, int row, int bits, boolean signed) {
    long value =
        switch (bits) {
          case 8 -> signed ? values.get(row) : values.get(row) & 0xFF;
          case 16 -> signed ? values.getShort(row * 2) : values.getShort(row * 2) & 0xFFFF;
          case 32 ->
              signed ? values.getInt(row * 4) : Integer.toUnsignedLong(values.getInt(row * 4));
          case 64 -> values.getLong(row * 8);
          default -> throw new PalimpsestException("has whole numbers of " + bits + " bits");
        };
    return bits == 64 && !signed
        ? new BigInteger(Long.toUnsignedString(value))
        : BigInteger.valueOf(value);
  }

  /** An offset of 4 or 8 bytes. */
  static long offset(ByteBuffer offsets, int row, int width) {
    return width == 4 ? offsets.getInt(row * 4) : offsets.getLong(row * 8);
  }

  static String text(Field field, ByteBuffer bytes, long from, long length) {
    ByteBuffer part = bytes.slice(Math.toIntExact(from), Math.toIntExact(length));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
    } catch (CharacterCodingException e) {
      throw new PalimpsestException("column '" + field.name() + "' is not UTF-8", e);
    }
  }
}
