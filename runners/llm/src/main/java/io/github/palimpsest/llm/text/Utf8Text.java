package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Files that must be UTF-8. */
final class Utf8Text {
  private Utf8Text() {}

  /**
   * The text of a file, unpacked if it is {@code .gz}, without a byte order mark.
   *
   * @throws PalimpsestException if it cannot be read, is empty, or is not UTF-8; the message then
   *     names the line of the first wrong byte
   */
  static String read(Path file) {
    byte[] bytes;
    try {
      bytes = bytes(file);
    } catch (IOException e) {
      throw new PalimpsestException("cannot read " + file + ": " + reason(e), e);
    }
    String text = decode(file, bytes);
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    if (text.isBlank()) {
      throw new PalimpsestException(file + " is empty");
    }
    return text;
  }

  private static byte[] bytes(Path file) throws IOException {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".gz")) {
      return Files.readAllBytes(file);
    }
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    }
  }

  /** Why a file could not be read, in words. */
  static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "access is denied";
    }
    return String.valueOf(e.getMessage());
  }

  private static String decode(Path file, byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      int line = 1;
      for (int i = 0; i < in.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw new PalimpsestException(
          String.format(
              "%s:%d: not UTF-8: byte 0x%02X at offset %d",
              file, line, bytes[in.position()], in.position()),
          new CharacterCodingException());
    }
    return out.flip().toString();
  }
}
