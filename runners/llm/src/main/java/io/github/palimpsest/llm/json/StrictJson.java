package io.github.palimpsest.llm.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * JSON that all readers understand in the same way: UTF-8 without a byte order mark, no duplicate
 * key, nothing after the value, no lone surrogate, no number beyond a double, no nesting beyond
 * {@value #MAX_DEPTH}.
 */
public final class StrictJson {
  /** The largest nesting of arrays and objects. Files of real models stay below 10. */
  public static final int MAX_DEPTH = 64;

  /** The largest configuration, in bytes. */
  private static final long MAX_CONFIG_BYTES = 64L << 20;

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final Pattern FOR_PROGRAMMERS =
      Pattern.compile(
          " \\(start marker at .*| ?\\[Source: .*|: enable `[^`]*` to allow|,? ?\\(?from `[^`]*`\\)?");

  private StrictJson() {}

  /**
   * Reads a configuration: a file with one JSON object.
   *
   * @throws PalimpsestException if the file does not exist or is not such an object; names the file
   *     and the error
   */
  public static ObjectNode object(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new PalimpsestException(file + ": no such file");
    }
    try {
      if (parse(file + ": malformed: ", bytes(file, MAX_CONFIG_BYTES)) instanceof ObjectNode o) {
        return o;
      }
    } catch (IOException e) {
      throw new PalimpsestException(file + ": cannot be read: " + IoReason.of(e), e);
    }
    throw new PalimpsestException(file + ": is not a JSON object");
  }

  /**
   * All bytes of a file.
   *
   * @param most the largest allowed number
   * @throws PalimpsestException if it has more
   */
  public static byte[] bytes(Path file, long most) throws IOException {
    long size = Files.size(file);
    if (size > most) {
      throw new PalimpsestException(file + ": has " + size + " bytes; at most " + most + " fit");
    }
    return Files.readAllBytes(file);
  }

  /**
   * Parses.
   *
   * @param trouble the beginning of messages
   * @param json the bytes of a file
   * @throws PalimpsestException if it is not JSON as described above
   */
  public static JsonNode parse(String trouble, byte[] json) {
    try {
      JsonNode tree = JSON.readTree(utf8(trouble, json));
      check(trouble, tree);
      return tree;
    } catch (StreamConstraintsException e) {
      throw new PalimpsestException(trouble + why(e), e);
    } catch (MismatchedInputException e) {
      throw new PalimpsestException(trouble + "something follows the first value", e);
    } catch (JsonProcessingException e) {
      throw new PalimpsestException(trouble + why(e), e);
    }
  }

  /** What is wrong with a text, in the parser's words without those that are for its programmer. */
  public static String why(JacksonException e) {
    String line = e.getOriginalMessage().lines().findFirst().orElse("");
    return line.isEmpty() ? "broken" : FOR_PROGRAMMERS.matcher(line).replaceAll("");
  }

  private static String utf8(String trouble, byte[] json) {
    CharBuffer text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
    } catch (CharacterCodingException e) {
      throw new PalimpsestException(trouble + "it is not UTF-8", e);
    }
    if (text.length() > 0 && text.charAt(0) == '\uFEFF') {
      throw new PalimpsestException(trouble + "it starts with a byte order mark");
    }
    return text.toString();
  }

  /** A value and its place. */
  private record At(String path, JsonNode node) {}

  private static void check(String trouble, JsonNode tree) {
    ArrayDeque<At> open = new ArrayDeque<>();
    check(trouble, "", "", tree, open);
    while (!open.isEmpty()) {
      At at = open.pop();
      if (at.node.isObject()) {
        for (Map.Entry<String, JsonNode> e : at.node.properties()) {
          requireUnicode(trouble, at.path, e.getKey());
          check(trouble, at.path, e.getKey(), e.getValue(), open);
        }
      } else {
        for (int i = 0; i < at.node.size(); i++) {
          check(trouble, at.path, "", at.node.get(i), open);
        }
      }
    }
  }

  private static void check(
      String trouble, String path, String key, JsonNode node, ArrayDeque<At> open) {
    if (node.isContainerNode()) {
      open.push(new At(key.isEmpty() ? path : path + "/" + key, node));
    } else if (node.isTextual()) {
      requireUnicode(trouble, path + "/" + key, node.textValue());
    } else if (node.isNumber() && !Double.isFinite(node.doubleValue())) {
      throw new PalimpsestException(
          trouble + "a number at " + path + "/" + key + " is too large for 64 bits");
    }
  }

  /**
   * Refuses a text with a lone surrogate anywhere in a value: no bytes stand for it.
   *
   * @param trouble the beginning of messages
   * @throws PalimpsestException if there is one; names its place
   */
  public static void requireUnicode(String trouble, JsonNode tree) {
    ArrayDeque<At> open = new ArrayDeque<>();
    open.push(new At("", tree));
    while (!open.isEmpty()) {
      At at = open.pop();
      if (at.node.isTextual()) {
        requireUnicode(trouble, at.path, at.node.textValue());
      } else if (at.node.isObject()) {
        for (Map.Entry<String, JsonNode> e : at.node.properties()) {
          requireUnicode(trouble, at.path, e.getKey());
          open.push(new At(at.path + "/" + e.getKey(), e.getValue()));
        }
      } else {
        at.node.forEach(n -> open.push(new At(at.path, n)));
      }
    }
  }

  private static void requireUnicode(String trouble, String path, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new PalimpsestException(
            String.format("%sa text at %s has the lone surrogate U+%04X", trouble, path, (int) c));
      }
    }
  }
}
