package io.github.palimpsest.llm.gguf;

import io.github.palimpsest.api.PalimpsestException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the values of a header. Each count is checked against the bytes that are left, and against
 * a limit, before anything of its size is made.
 */
final class HeaderBytes {
  /** The largest number of elements in the arrays of a header. Vocabularies stay below 2^20. */
  private static final int MAX_ELEMENTS = 1 << 22;

  private final String file;
  private final ByteBuffer bytes;
  private final boolean whole;
  private int elements = MAX_ELEMENTS;

  /**
   * @param file its name in messages
   * @param bytes the beginning of the file, little-endian
   * @param whole whether these are all bytes of the file
   */
  HeaderBytes(String file, ByteBuffer bytes, boolean whole) {
    this.file = file;
    this.bytes = bytes;
    this.whole = whole;
  }

  int position() {
    return bytes.position();
  }

  long uint32(String what) {
    return Integer.toUnsignedLong(need(what, Integer.BYTES).getInt());
  }

  /** A 64-bit number without sign that a {@code long} can hold. */
  long uint64(String what) {
    long value = need(what, Long.BYTES).getLong();
    if (value < 0) {
      throw wrong(what, Long.toUnsignedString(value) + "; at most 2^63 - 1 can be read");
    }
    return value;
  }

  /**
   * A count of things.
   *
   * @param most the largest count
   * @param least the least number of bytes that one takes
   */
  int count(String what, int most, int least) {
    long count = need(what, Long.BYTES).getLong();
    if (count < 0 || count > bytes.remaining() / least) {
      throw wrong(
          what,
          "%s, which does not fit into the %d bytes after it"
              .formatted(Long.toUnsignedString(count), bytes.remaining()));
    }
    if (count > most) {
      throw wrong(what, count + "; at most " + most + " are supported");
    }
    return (int) count;
  }

  /** A text in UTF-8. */
  String text(String what) {
    int length = count("the length of " + what, bytes.limit(), 1);
    ByteBuffer part = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
    } catch (CharacterCodingException e) {
      throw (PalimpsestException) wrong(what, "not UTF-8").initCause(e);
    }
  }

  /** A value with its type before it; an array is a {@link List}. */
  Object value(String what) {
    Type type = type(what, uint32("the type of " + what));
    if (type != Type.ARRAY) {
      return single(what, type);
    }
    Type element = type(what, uint32("the type of the elements of " + what));
    if (element == Type.ARRAY) {
      throw wrong(what, "an array of arrays, which is not supported");
    }
    int count = count("the number of elements of " + what, elements, element.least);
    elements -= count;
    List<Object> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      all.add(single(what, element));
    }
    return all;
  }

  private Object single(String what, Type type) {
    return switch (type) {
      case UINT8 -> (long) Byte.toUnsignedInt(need(what, type.least).get());
      case INT8 -> (long) need(what, type.least).get();
      case UINT16 -> (long) Short.toUnsignedInt(need(what, type.least).getShort());
      case INT16 -> (long) need(what, type.least).getShort();
      case UINT32 -> uint32(what);
      case INT32 -> (long) need(what, type.least).getInt();
      case FLOAT32 -> need(what, type.least).getFloat();
      case BOOL -> flag(what);
      case STRING -> text(what);
      case UINT64 -> uint64(what);
      case INT64 -> need(what, type.least).getLong();
      case FLOAT64 -> need(what, type.least).getDouble();
      case ARRAY -> throw new IllegalStateException("an array is no single value");
    };
  }

  private boolean flag(String what) {
    byte value = need(what, 1).get();
    if (value != 0 && value != 1) {
      throw wrong(what, "neither true nor false, but " + value);
    }
    return value == 1;
  }

  private Type type(String what, long number) {
    Type[] all = Type.values();
    if (number >= all.length) {
      throw wrong("the type of " + what, number + "; types are numbered from 0 to 12");
    }
    return all[(int) number];
  }

  private ByteBuffer need(String what, int count) {
    if (bytes.remaining() < count) {
      throw new PalimpsestException(
          whole
              ? file + ": ends before " + what
              : file + ": the header has more than " + bytes.limit() + " bytes, before " + what);
    }
    return bytes;
  }

  private PalimpsestException wrong(String what, String is) {
    return new PalimpsestException(file + ": " + what + " is " + is);
  }

  /** The types of values, in the order of their numbers. */
  private enum Type {
    UINT8(1),
    INT8(1),
    UINT16(2),
    INT16(2),
    UINT32(4),
    INT32(4),
    FLOAT32(4),
    BOOL(1),
    STRING(8),
    ARRAY(12),
    UINT64(8),
    INT64(8),
    FLOAT64(8);

    private final int least;

    /**
     * @param least the least number of bytes of a value
     */
    Type(int least) {
      this.least = least;
    }
  }
}
