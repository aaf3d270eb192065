package io.github.palimpsest.llm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against special-tokens.json, which transformers made; the script is beside it. */
class SpecialTokensTest {
  private static final int BOS = 1;
  private static final int EOS = 2;
  private static final JsonNode GOLDEN = golden();

  @TempDir Path folder;

  private static JsonNode golden() {
    try (InputStream in =
        SpecialTokensTest.class.getResourceAsStream("/special-tokens/special-tokens.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<Arguments> kindsAndRules() {
    List<Arguments> all = new ArrayList<>();
    for (JsonNode c : GOLDEN.get("cases")) {
      for (JsonNode rule : c.get("rules")) {
        ObjectNode tokenizer = c.get("tokenizer").deepCopy();
        tokenizer.set("post_processor", rule.get("post_processor"));
        all.add(
            Arguments.of(
                c.get("kind").asText(),
                rule.get("rule").asText(),
                tokenizer.toString(),
                rule.get("ids")));
      }
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("kindsAndRules")
  void theIdsAreThoseOfTransformersWhateverTheConfigurationSaysOfBos(
      String kind, String rule, String json, JsonNode expected) {
    for (JsonNode settings : GOLDEN.get("settings")) {
      ObjectNode config = settings.deepCopy();
      config.put("bos_token", "<s>").put("eos_token", "</s>");
      try (TextTokenizer tokenizer = TextTokenizer.parse("t", json, config.toString())) {
        ExampleEncoder encoder = new ExampleEncoder(tokenizer, 512);
        for (int i = 0; i < expected.size(); i++) {
          String text = GOLDEN.get("texts").get(i).asText();
          int[] own = tokenizer.encode(text);
          int[] theirs = ints(expected.get(i));
          if (own.length > 0 && own[0] == BOS && theirs[1] == BOS) {
            theirs = Arrays.copyOfRange(theirs, 1, theirs.length); // the text has its own
          }
          boolean ended = own.length > 0 && own[own.length - 1] == EOS;
          if (ended && theirs[theirs.length - 2] == EOS) {
            theirs = Arrays.copyOf(theirs, theirs.length - 1);
          }
          boolean endAdded = !ended && rule.matches("bert|.*eos");
          int[] begun = endAdded ? Arrays.copyOf(theirs, theirs.length - 1) : theirs;
          assertThat(tokenizer.prompt(text)).as("'%s', to be continued", text).isEqualTo(begun);
          if (own.length > 0) {
            Document plain = new Document("f", 0, List.of(new Exchange("", text)), false);
            assertThat(ids(encoder, plain)).as("'%s', trained on", text).isEqualTo(theirs);
          }
          Document asked = new Document("f", 0, List.of(new Exchange(text, " cat")), true);
          int[] trained = ids(encoder, asked);
          assertThat(trained[trained.length - 1]).as("an answer ends").isEqualTo(EOS);
          assertThat(trained[trained.length - 2]).as("once").isNotEqualTo(EOS);
          assertThat(encoder.prompt(asked)).as("'%s', answered", text).isEqualTo(begun);
        }
      }
    }
  }

  private static int[] ids(ExampleEncoder encoder, Document document) {
    Example e = encoder.encode("t", List.of(document)).examples().get(0);
    return ExampleEncoderTest.ids(e);
  }

  @Test
  void aPostProcessorThatRepeatsTheTextIsRefused() {
    String twice =
        """
        {"type": "TemplateProcessing",
         "single": [{"Sequence": {"id": "A", "type_id": 0}},
                    {"SpecialToken": {"id": "<s>", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}}""";
    assertThatThrownBy(() -> WordTokenizer.of(folder, List.of("a"), twice))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(
            "the post-processor makes [3, 0, 3] of [3, 3]; only tokens before and");
  }

  @Test
  void aPostProcessorThatAddsWhatIsNoTokenIsRefused() {
    String outside = WordTokenizer.BOS_FIRST.replace("\"ids\": [0]", "\"ids\": [9]");
    assertThatThrownBy(() -> WordTokenizer.of(folder, List.of("a"), outside))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("adds token 9, outside the vocabulary of 4");
  }

  @Test
  void endsOfSpecialTokensMapGoBeforeThoseOfAConfigurationWithoutAddedTokens() throws IOException {
    WordTokenizer.of(folder, List.of("a")).close();
    Files.writeString(folder.resolve("special_tokens_map.json"), "{\"eos_token\": \"a\"}");
    try (TextTokenizer tokenizer = TextTokenizer.load(folder)) {
      assertThat(tokenizer.eos()).as("of the map").hasValue(3);
      assertThat(tokenizer.bos()).as("of the configuration").hasValue(0);
    }
  }

  @Test
  void aConfigurationThatMakesOtherTokensIsRefused() throws IOException {
    WordTokenizer.of(folder, List.of("a")).close();
    for (String[] wrong :
        new String[][] {
          {"\"split_special_tokens\": true", "'split_special_tokens' is true"},
          {
            "\"added_tokens_decoder\": {\"7\": {\"content\": \"<x>\"}}",
            "'added_tokens_decoder' has the token '<x>' with the id 7, but tokenizer.json lacks it"
          },
          {
            "\"added_tokens_decoder\": {\"7\": {\"content\": \"</s>\"}}",
            "'</s>' with the id 7, but tokenizer.json has it with the id 1"
          },
          {
            "\"additional_special_tokens\": [\"<y>\"]",
            "'additional_special_tokens' has the token '<y>', but tokenizer.json lacks it"
          }
        }) {
      Files.writeString(folder.resolve("tokenizer_config.json"), "{" + wrong[0] + "}");
      assertThatThrownBy(() -> TextTokenizer.load(folder))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageStartingWith(folder.resolve("tokenizer_config.json") + ": ")
          .hasMessageContaining(wrong[1]);
    }
  }

  private static int[] ints(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).asInt();
    }
    return ids;
  }
}
