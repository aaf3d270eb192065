package io.github.palimpsest.llm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokenizers at which the native library would end the process, this test's included. */
class TokenizerTrialTest {
  @TempDir Path folder;
  private Path file;
  private String json;

  @BeforeEach
  void aTokenizer() throws IOException {
    WordTokenizer.of(folder, List.of("a")).close();
    file = folder.resolve("tokenizer.json");
    json = Files.readString(file);
  }

  private void refused(String changed, String message) throws IOException {
    assertThat(changed).as("changed").isNotEqualTo(json);
    Files.writeString(file, changed);
    assertThatThrownBy(() -> TextTokenizer.load(folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void whatOtherReadersOfJsonSeeDifferentlyIsRefused() throws IOException {
    refused(
        with("decoder", "{\"type\":\"Strip\",\"content\":\"\\ud800\",\"start\":1,\"stop\":0}"),
        "a text at /decoder/content has the lone surrogate U+D800");
    refused(with("decoder", nested(200)), "nesting depth (65)");
    refused(with("x", "1e999"), "a number at /x is too large for 64 bits");
    refused(
        with("version", "\"1.0\"").replace("{\"version", "{\"version\":\"1.0\",\"version"),
        "Duplicate field 'version'");
    refused("\uFEFF" + json, "starts with a byte order mark");
    refused(json + "{}", "something follows the first value");
    refused("null", "is not a JSON object");
    Files.write(file, json.getBytes(StandardCharsets.UTF_16LE));
    assertThatThrownBy(() -> TextTokenizer.load(folder)).hasMessageContaining("Illegal character");
    Files.write(file, new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'});
    assertThatThrownBy(() -> TextTokenizer.load(folder)).hasMessageContaining("it is not UTF-8");
  }

  @Test
  void panicsOfTheNativeLibraryAreMessages() throws IOException {
    refused(
        json.replace("\"special_tokens\": {\"<s>\"", "\"special_tokens\": {\"<x>\""),
        "the native library gave up: no entry found for key");
    refused(
        json.replace("{\"type\":\"WhitespaceSplit\"}", "{\"type\":\"FixedLength\",\"length\":0}"),
        "the native library gave up: chunk size must be non-zero");
    refused(
        with("normalizer", "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"}"),
        "the native library gave up: Precompiled");
  }

  @Test
  void anUnusualTokenizerThatWorksIsLoaded() throws IOException {
    Files.writeString(
        file,
        with(
            "decoder",
            "{\"type\":\"CTC\",\"pad_token\":\"_\",\"word_delimiter_token\":\"|\",\"cleanup\":true}"));
    try (TextTokenizer tokenizer = TextTokenizer.load(folder)) {
      assertThat(tokenizer.prompt("a")).containsExactly(0, 3);
    }
  }

  @Test
  void aTrialThatDoesNotFindItsClassesSaysWhatToDo() {
    byte[] unusual = with("x", "1").getBytes(StandardCharsets.UTF_8); // no other test's
    String nowhere = folder.resolve("app.jar").toString();
    assertThatThrownBy(() -> TokenizerTrial.require(file, unusual, nowhere))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(file + " has parts that can end the process")
        .hasMessageContaining("TokenizerTrial")
        .hasMessageContaining("(class path: " + nowhere + ")")
        .hasMessageContaining("unpack it and start it from its files");
  }

  @Test
  void idsOutOfRangeAndRandomTokensAreRefused() throws IOException {
    refused(json.replace("\"a\":3", "\"a\":2147483647"), "has the id 2147483647; it must be");
    refused(json.replace("\"a\":3", "\"a\":-1"), "has the id -1; it must be");
    refused(json.replace("\"a\":3", "\"a\":\"x\""), "has the id \"x\"; it must be");
    refused(
        json.replace("\"type\":\"WordLevel\"", "\"type\":\"WordLevel\",\"dropout\":0.1"),
        "'dropout' of the model is 0.1");
  }

  /** The tokenizer with another key. */
  private String with(String key, String value) {
    return "{\"" + key + "\":" + value + "," + json.substring(1);
  }

  private static String nested(int depth) {
    return "{\"type\":\"Sequence\",\"decoders\":[".repeat(depth)
        + "{\"type\":\"Fuse\"}"
        + "]}".repeat(depth);
  }
}
