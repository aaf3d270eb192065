package io.github.palimpsest.cli.option;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.text.FileSource;
import io.github.palimpsest.llm.text.JsonRecord;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Short texts of a file or of standard input: one a line, or one a record. */
public final class TextLines {
  /** Stands for standard input. */
  public static final String STANDARD_INPUT = "-";

  private TextLines() {}

  /**
   * Reads all texts.
   *
   * @param written a file, or {@value #STANDARD_INPUT}
   * @param key the key of the text in a record
   * @param standardInput what {@value #STANDARD_INPUT} reads
   * @throws PalimpsestException if it cannot be read, is not UTF-8, has no text, an empty line, or
   *     a record without the key; names the line
   */
  public static List<String> read(String written, String key, InputStream standardInput) {
    if (written.equals(STANDARD_INPUT)) {
      return lines("standard input", key, () -> standardInput.readAllBytes());
    }
    Path file = Path.of(written);
    if (!Files.isRegularFile(file)) {
      throw new PalimpsestException("'" + file + "' is not a file of texts");
    }
    FileSource source = new FileSource(file);
    if (source.looksLikeText()) {
      return lines(written, key, () -> Files.readAllBytes(file));
    }
    return source.records(Optional.empty(), Long.MAX_VALUE).stream()
        .map(record -> text(record, key))
        .toList();
  }

  /** Reads bytes. */
  private interface Source {
    byte[] bytes() throws IOException;
  }

  private static List<String> lines(String where, String key, Source source) {
    List<String> lines = utf8(where, source).lines().toList();
    boolean json = lines.stream().filter(l -> !l.isBlank()).findFirst().orElse("").startsWith("{");
    List<String> texts = new ArrayList<>();
    for (String line : lines) {
      String at = where + ":" + (texts.size() + 1);
      if (line.isBlank()) {
        throw new PalimpsestException(at + ": the line is empty; a line is a text");
      }
      texts.add(json ? text(parsed(at, texts.size(), line), key) : line);
    }
    if (texts.isEmpty()) {
      throw new PalimpsestException(where + " has no text");
    }
    return List.copyOf(texts);
  }

  private static String utf8(String where, Source source) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(source.bytes())).toString();
    } catch (CharacterCodingException e) {
      throw new PalimpsestException(where + " is not UTF-8 text", e);
    } catch (NoSuchFileException e) {
      throw new PalimpsestException(where + " does not exist", e);
    } catch (IOException e) {
      throw new PalimpsestException(where + " cannot be read: " + IoReason.of(e), e);
    }
  }

  private static JsonRecord parsed(String at, int number, String line) {
    JsonNode node = StrictJson.parse(at + ": malformed: ", line.getBytes(StandardCharsets.UTF_8));
    if (!node.isObject()) {
      throw new PalimpsestException(at + ": a record must be a JSON object");
    }
    return new JsonRecord(at, number, node);
  }

  private static String text(JsonRecord record, String key) {
    JsonNode text = record.node().path(key);
    if (!text.isTextual()) {
      throw new PalimpsestException(
          record.origin()
              + (text.isMissingNode()
                  ? " has no key '" + key + "'" + NearestName.hint(key, record.keys())
                  : ": '" + key + "' is " + text + ", and must be a text")
              + "; --key names the key of the text");
    }
    return text.asText();
  }
}
