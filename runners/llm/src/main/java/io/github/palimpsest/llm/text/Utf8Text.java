package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Files that must be UTF-8. */
final class Utf8Text {
  /** Marks a file as UTF-8, and is not part of its text. */
  static final char BYTE_ORDER_MARK = '\uFEFF';

  private static final int BUFFER = 1 << 16;

  private Utf8Text() {}

  /** Receives a text char by char. */
  @FunctionalInterface
  interface Chars {
    /**
     * One char.
     *
     * @param end the end of its bytes; in a pair of surrogates the first char has all four bytes
     * @return whether to continue
     */
    boolean at(char c, long end);
  }

  /**
   * Reads a text from its beginning, without a byte order mark.
   *
   * @throws PalimpsestException if it cannot be read, or is not UTF-8; the message then names the
   *     line of the first wrong byte
   */
  static void scan(Path file, InputStream in, Chars chars) {
    CharsetDecoder decoder = decoder();
    ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
    CharBuffer decoded = CharBuffer.allocate(BUFFER);
    long place = 0;
    int line = 1;
    boolean ended = false;
    try {
      while (true) {
        CoderResult result = decoder.decode(bytes, decoded, ended);
        decoded.flip();
        while (decoded.hasRemaining()) {
          char c = decoded.get();
          boolean mark = place == 0 && c == BYTE_ORDER_MARK;
          place += size(c);
          line += c == '\n' ? 1 : 0;
          if (!mark && !chars.at(c, place)) {
            return;
          }
        }
        decoded.clear();
        if (result.isError()) {
          throw broken(file, line, bytes.get(bytes.position()), place);
        }
        if (result.isUnderflow()) {
          if (ended) {
            return;
          }
          bytes.compact();
          int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
          ended = count < 0;
          bytes.position(bytes.position() + Math.max(0, count)).flip();
        }
      }
    } catch (IOException e) {
      throw FileBytes.unreadable(file, e);
    }
  }

  /**
   * The text of some bytes of a file.
   *
   * @param line the line on which they begin
   * @param offset the offset of the first byte
   */
  static String decode(Path file, byte[] bytes, int line, long offset) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder().decode(in, out, true);
    if (result.isError()) {
      int at = line;
      for (int i = 0; i < in.position(); i++) {
        at += bytes[i] == '\n' ? 1 : 0;
      }
      throw broken(file, at, bytes[in.position()], offset + in.position());
    }
    return out.flip().toString();
  }

  /** The first char that is not white space; empty if there is none. */
  static String firstVisible(Path file) {
    try (InputStream in = FileBytes.beginning(file);
        InputStreamReader chars = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      for (int c = chars.read(); c >= 0; c = chars.read()) {
        if (c != BYTE_ORDER_MARK && !Character.isWhitespace(c)) {
          return String.valueOf((char) c);
        }
      }
      return "";
    } catch (IOException e) {
      throw FileBytes.unreadable(file, e);
    }
  }

  private static CharsetDecoder decoder() {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  private static PalimpsestException broken(Path file, int line, byte wrong, long offset) {
    return new PalimpsestException(
        String.format("%s:%d: not UTF-8: byte 0x%02X at offset %d", file, line, wrong, offset),
        new CharacterCodingException());
  }

  /** The number of UTF-8 bytes of a char. */
  static int size(char c) {
    if (c < 0x80) {
      return 1;
    }
    if (c < 0x800) {
      return 2;
    }
    if (Character.isHighSurrogate(c)) {
      return 4;
    }
    return Character.isLowSurrogate(c) ? 0 : 3;
  }

  /** The number of UTF-8 bytes of a text. */
  static long size(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
